"""The desk: checks before anything is read, and leaves out of the answer what is not for the reader."""

import shutil
from dataclasses import dataclass, field
from datetime import date

import pytest

from partnerlens.access.audit import AuditPage
from partnerlens.access.desk import Desk
from partnerlens.access.reader import Grant, Reader
from partnerlens.access.roles import OPERATOR
from partnerlens.app import Workspace
from partnerlens.app.scores import Changes
from partnerlens.build.narrow import Association
from partnerlens.errors import ForbiddenError, NotEligibleError, NotFoundError, UsageError


@dataclass
class Notes:
    """An audit trail in memory."""

    written: list[tuple[str, str, str]] = field(default_factory=list)

    def record(self, reader: Reader, action: str, subject: str = "", detail: str = "") -> None:
        """Keep an entry."""
        self.written.append((action, subject, detail))

    def entries(self, *, limit: int, offset: int) -> AuditPage:
        """Return nothing; the register's own tests read entries."""
        return AuditPage((), len(self.written[offset : offset + limit]))


@pytest.fixture(scope="module")
def workspace(tiny_home):
    """Return the tiny program, opened once."""
    with Workspace.open(tiny_home) as opened:
        yield opened


def desk(workspace, role: str | None, partner: str | None = "alder", locations=None) -> Desk:
    """Return the desk of a reader with one role."""
    grants = () if role is None else (Grant(role, partner, locations),)
    return Desk(workspace, Reader("u1", "Somebody", "a@example.com", grants), Notes())


def test_the_desk_gives_the_numbers_of_the_workspace(workspace):
    """What an operator is answered is what the workspace answers."""
    asked = desk(workspace, OPERATOR, None)

    assert asked.answer("alder") == workspace.answer("alder")
    assert asked.score("alder").score == workspace.score("alder").score


def test_money_is_left_out_without_the_right_to_it(workspace):
    """Value, numerator, trend, series and benchmark of revenue are empty, with the reason; the rest is as it was."""
    whole, redacted = workspace.answer("alder", viewer="partner"), desk(workspace, "report_viewer").answer("alder")
    revenue = redacted["revenue"]

    assert (revenue.value, revenue.numerator, revenue.denominator, revenue.reason) == (None, None, None, "not_entitled")
    assert (revenue.trend.difference, revenue.benchmark.ranges, revenue.benchmark.peers) == (None, (), None)
    assert {point.value for point in revenue.series} == {None}
    assert [metric for metric in redacted.metrics if metric.id != "revenue"] == [
        metric for metric in whole.metrics if metric.id != "revenue"
    ]


def test_rows_of_money_are_refused(workspace):
    """Whoever may not see revenue cannot add it up from its rows."""
    with pytest.raises(ForbiddenError, match="does not open revenue"):
        desk(workspace, "report_viewer").explain("alder", "revenue")


def test_people_and_users_have_no_names_without_the_right_to_them(workspace):
    """Item and note are empty in rows and in every batch, and no digest confirms a guess; the counts stay."""
    with (
        desk(workspace, "report_viewer").explain("alder", "certified_people") as hidden,
        desk(workspace, "executive_report_viewer").explain("alder", "certified_people") as shown,
    ):
        assert {row.item for row in shown.rows()} == {"ann", "bob"}
        assert {(row.item, row.note) for row in hidden.rows()} == {(None, None)}
        assert hidden.counted == shown.counted
        assert hidden.digest() is None
        assert shown.digest() is not None


def test_rows_are_taken_away_by_those_who_may(workspace):
    """Without the right to download there are pages of rows, and no batches."""
    with desk(workspace, "account_admin").explain("alder", "revenue") as explained:
        assert explained.rows(limit=1)
        with pytest.raises(ForbiddenError, match="taken away"):
            explained.batches()


@pytest.mark.parametrize("partner", ["birch", "alder-nord-x", "ALDER", ""])
def test_what_is_not_the_readers_does_not_exist(workspace, partner):
    """A foreign partner, an unknown one and a near miss have one text, without suggestions."""
    asked = desk(workspace, "executive_report_viewer")

    for verb in (asked.answer, asked.score, asked.choices, asked.rights, asked.partner):
        with pytest.raises(NotFoundError) as caught:
            verb(partner)
        assert (caught.value.problem, caught.value.remedy) == (f"there is no partner '{partner}'", "")


def test_the_partner_is_checked_before_the_rest_of_the_question(workspace):
    """A foreign partner is told as such also where the metric, filter or scorecard is wrong too."""
    asked = desk(workspace, "executive_report_viewer")

    with pytest.raises(NotFoundError, match="no partner 'birch'"):
        asked.explain("birch", "no_such_metric")
    with pytest.raises(NotFoundError, match="no partner 'birch'"):
        asked.answer("birch", products=["nothing"])
    with pytest.raises(NotFoundError, match="no partner 'birch'"):
        asked.score("birch", scorecard="nothing")


def test_a_page_that_no_role_opens_is_refused(workspace):
    """The sales agent sees adoption and neither contribution nor score."""
    asked = desk(workspace, "sales_agent")

    assert asked.rights("alder").pages == {"adoption"}
    with pytest.raises(ForbiddenError, match="'contribution'"):
        asked.answer("alder")
    with pytest.raises(ForbiddenError, match="'score'"):
        asked.score("alder")


def test_associations_are_supposed_by_operators_alone(workspace):
    """What another's subscription would add tells what it is worth, so partners cannot ask."""
    supposed = Changes(associations=(Association("s2", "DPOR", None, date(2023, 1, 1)),))

    with pytest.raises(ForbiddenError, match="operators alone"):
        desk(workspace, "executive_report_viewer").score("alder", changes=supposed)
    assert desk(workspace, OPERATOR, None).score("alder", changes=supposed).is_what_if


def test_the_filters_offer_what_the_partner_has_something_in(workspace):
    """Alder has credit on sales in the US, and nothing in finance, Germany or France."""
    choices = desk(workspace, "report_viewer").choices("alder")

    assert choices.products == (("sales", "Dynamics Sales"),)
    assert (choices.workloads, choices.countries) == (("Customer Engagement",), ("US",))


def test_verbs_of_operators_are_for_operators(workspace, tmp_path):
    """No other role lists, builds, publishes, loads or views as another."""
    asked = desk(workspace, "global_admin")
    verbs = [
        lambda: asked.values("revenue"),
        asked.scores,
        asked.editions,
        lambda: asked.publish("2024-03"),
        lambda: asked.build("2024-03"),
        asked.loads,
        asked.quarantine,
        asked.quarantine_count,
        lambda: asked.load(tmp_path / "seats.csv"),
        asked.audit_trail,
        lambda: asked.view_as("alder", "report_viewer"),
    ]

    for verb in verbs:
        with pytest.raises(ForbiddenError, match="program operators"):
            verb()


def test_an_operator_views_as_a_role_at_a_partner(workspace):
    """The desk that results sees what that role sees, and it is written down."""
    operator = desk(workspace, OPERATOR, None)
    seen = Desk(workspace, operator.view_as("alder", "report_viewer"), Notes())

    assert seen.answer("alder")["revenue"].reason == "not_entitled"
    assert [partner.id for partner in seen.partners().partners] == ["alder", "alder-nord"]
    assert operator._audit.written == [("view_as", "alder", "report_viewer")]  # noqa: SLF001
    with pytest.raises(NotFoundError):
        operator.view_as("nobody", "report_viewer")
    with pytest.raises(UsageError, match="no role 'report_view'"):
        operator.view_as("alder", "report_view")


def test_who_may_only_read_changes_nothing(workspace):
    """A token for reading does not publish, also in the name of an operator."""
    reader = Reader("u1", "Op", "op@example.com", (Grant(OPERATOR, None),), may_change=False)

    with pytest.raises(ForbiddenError, match="for reading"):
        Desk(workspace, reader, Notes()).publish("2024-03")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "x.toml", "./nce-recon"])
def test_a_mapping_is_a_name_and_never_a_path(workspace, tmp_path, name):
    """What an asker names as a mapping is one of the program's, so that no file of the server is read."""
    with pytest.raises(NotFoundError, match="there is no mapping"):
        desk(workspace, OPERATOR, None).load(tmp_path / "seats.csv", mapping=name)


@pytest.mark.parametrize(
    ("setting", "words"),
    [('markets_not_served = ["US"]', "the market 'US' yet"), ('account_types = ["location"]', "of the type 'account'")],
)
def test_a_partner_that_the_program_does_not_serve_has_no_pages(tiny_home, tmp_path, setting, words):
    """Its readers are told why; operators see it."""
    home = tmp_path / "home"
    shutil.copytree(tiny_home, home)
    with (home / "program.toml").open("a") as program:
        program.write(f"\n[eligibility]\n{setting}\n")
    with Workspace.open(home, resident=False) as workspace:
        with pytest.raises(NotEligibleError, match=words):
            desk(workspace, "executive_report_viewer").answer("alder")
        assert desk(workspace, OPERATOR, None).answer("alder").partner_id == "alder"
