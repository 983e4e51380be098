"""Numbers opened at the desk: bridges, differences, bands, indicators and what leaves, each as far as a role goes."""

import shutil

import pyarrow as pa
import pytest

from access.test_access_desk import desk
from partnerlens.access.roles import OPERATOR
from partnerlens.app import Workspace
from partnerlens.errors import ForbiddenError, NotFoundError, UsageError

EXECUTIVE = "executive_report_viewer"


@pytest.fixture(scope="module")
def workspace(tiny_home, tmp_path_factory):
    """Return the tiny program with 2024-02 published as well."""
    home = shutil.copytree(tiny_home, tmp_path_factory.mktemp("openings") / "home")
    with Workspace.open(home) as opened:
        opened.build("2024-02")
        opened.publish("2024-02")
        yield opened


def test_a_bridge_leads_from_the_month_before_to_the_month(workspace):
    """Alder's revenue: 1440, two lines of 2024-03 enter (100 + 40), that of 2023-03 leaves (100): 1480."""
    with desk(workspace, EXECUTIVE).bridge("alder", "revenue") as compared:
        (side,) = compared.sides()
        rows = compared.rows()

    assert (side.before, side.entered.amount, side.rolled_off.amount, side.corrected.rows, side.after) == (
        *(1440, 140, 100, 0),
        1480,
    )
    assert [(row.cause, row.month, row.change) for row in rows] == [
        ("entered", "2024-03", "100"),
        ("entered", "2024-03", "40"),
        ("rolled_off", "2023-03", "-100"),
    ]


@pytest.mark.parametrize("verb", ["bridge", "band", "explain"])
def test_money_is_opened_by_no_role_without_the_right_to_it(workspace, verb):
    """A report viewer sees no revenue, from whatever side."""
    with pytest.raises(ForbiddenError, match="does not open revenue"):
        getattr(desk(workspace, "report_viewer"), verb)("alder", "revenue")


def test_a_bridge_names_people_to_those_who_may_know_them(workspace):
    """Bob's pass entered in 2024-03; without the right to names it is somebody's, in rows and in batches."""
    with (
        desk(workspace, EXECUTIVE).bridge("alder", "certified_people") as shown,
        desk(workspace, "report_viewer").bridge("alder", "certified_people") as hidden,
    ):
        assert [row.item for row in shown.rows()] == ["bob"]
        assert [(row.item, row.note_before, row.note_after) for row in hidden.rows()] == [(None, None, None)]
        assert hidden.totals == shown.totals
        assert hidden.hides_people
        with pytest.raises(ForbiddenError, match="taken away"):
            hidden.batches()
        assert shown.batches().read_all()["item"].to_pylist() == ["bob"]


def test_the_rows_of_an_indicator_name_nobody_without_the_right_to_it(workspace):
    """An account admin sees the score and no names: those who certify are rows without a name."""
    with (
        desk(workspace, EXECUTIVE).explain_indicator("alder", "mau_growth") as shown,
        desk(workspace, "account_admin").explain_indicator("alder", "mau_growth") as hidden,
    ):
        assert {row.item for row in shown.rows(counted=True)} == {"u3"}
        assert {row.item for row in hidden.rows()} == {None}
        assert hidden.digest() is None
        assert hidden.counted == shown.counted


def test_an_indicator_that_is_none_is_told(workspace):
    """A metric's id is no indicator, and the indicators are listed."""
    with pytest.raises(UsageError, match="no indicator 'nps'"):
        desk(workspace, EXECUTIVE).explain_indicator("alder", "nps")
    with pytest.raises(NotFoundError, match="no scorecard 'nothing'"):
        desk(workspace, EXECUTIVE).explain_indicator("alder", "mau_growth", scorecard="nothing")
    with pytest.raises(ForbiddenError, match="'score'"):
        desk(workspace, "report_viewer").explain_indicator("alder", "mau_growth")


def test_a_band_names_partners_to_operators_alone(workspace):
    """An operator sees who makes a band and how many there are in each; a partner its own band and no other partner."""
    operator = desk(workspace, OPERATOR, None).band("alder", "certified_people")
    partner = desk(workspace, EXECUTIVE).band("alder", "certified_people")

    assert [member.partner_id for member in operator.opened.members] == ["alder"]
    assert operator.opened.sizes
    assert (partner.opened.members, partner.opened.sizes) == ((), ())
    assert partner.opened.band == operator.opened.band
    assert partner.batches().read_all().num_rows == 0
    assert operator.batches().read_all()["partner_id"].to_pylist() == ["alder"]


def test_editions_are_compared_by_operators_alone(workspace):
    """Editions that are not published are nobody else's business."""
    with pytest.raises(ForbiddenError, match="for program operators"):
        desk(workspace, EXECUTIVE).difference("alder", "revenue", 1, 2)
    with desk(workspace, OPERATOR, None).difference("alder", "revenue", 2, 1) as compared:
        assert (compared.heading.before.value, compared.heading.after.value) == ("1440", "1480")


def test_what_leaves_is_listed_by_month(workspace):
    """When 2023-09 leaves, s1's 100 and s4's 40 go: two rows of two customers."""
    with desk(workspace, EXECUTIVE).explain("alder", "revenue") as explained:
        months = {month.month: month for month in explained.leaving_months()}
        september = explained.leaving(month="2024-09")

    assert [*months] == [f"2024-{month:02}" for month in range(4, 13)] + [f"2025-{month:02}" for month in range(1, 4)]
    assert (months["2024-09"].leaves, months["2024-09"].customers, months["2024-09"].difference) == (2, 2, "-140")
    assert [(row.customer_id, row.difference, row.cause) for row in september] == [
        ("oak", "-100", "window"),
        ("yew", "-40", "window"),
    ]
    assert sum(float(month.difference) for month in months.values()) == -1480


def test_sums_by_customer_come_from_the_rows(workspace):
    """Oak has twelve lines of 100, yew seven of 40, the largest first; a customer's rows are its own."""
    with desk(workspace, EXECUTIVE).explain("alder", "revenue") as explained:
        sums = [(total.customer_id, total.rows, total.amounts["numerator"]) for total in explained.customers()]

        assert sums == [("oak", 12, "1200"), ("yew", 7, "280")]
        assert explained.customers(limit=1, offset=1)[0].customer_id == "yew"
        assert explained.customers_there() == 2
        assert explained.customer_rows_there("yew") == 7
        assert {row.customer_id for row in explained.rows(counted=True, customer="yew")} == {"yew"}
        assert explained.rows(counted=True, customer="' OR 1 = 1 --") == []
        assert [
            (total.reason, total.rows, total.amount)
            for total in explained.not_counted_totals
            if total.reason == "outside_window"
        ] == [("outside_window", 3, "300")]
        assert len(explained.rows(counted=False, reason="outside_window")) == 3


def test_a_partner_of_somebody_else_a_month_ago_has_no_bridge(tiny_home, tmp_path):
    """What moved to another account in the meantime is shown as it is, and not as it was when it was another's."""
    home = shutil.copytree(tiny_home, tmp_path / "home")
    moved = tmp_path / "partners.csv"
    moved.write_text(
        "partner_id,name,country,parent_partner_id\nalder-nord,Alder Consulting Nordic,SE,birch\n", encoding="utf-8"
    )
    with Workspace.open(home) as opened:
        opened.build("2024-02")
        opened.publish("2024-02")
        opened.load([moved])
        opened.build("2024-03")
        opened.publish("2024-03")
        reader = desk(opened, EXECUTIVE, "birch")
        with reader.explain("alder-nord", "revenue") as explained:
            assert explained.heading.partner_id == "alder-nord"
        with pytest.raises(NotFoundError) as caught:
            reader.bridge("alder-nord", "revenue")
        with desk(opened, OPERATOR, None).bridge("alder-nord", "revenue") as compared:
            assert isinstance(compared.batches(), pa.RecordBatchReader)

    assert (caught.value.problem, caught.value.remedy) == ("there is no partner 'alder-nord'", "")
