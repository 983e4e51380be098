"""Which months can be built, and how users are counted where a feed has none."""

from pathlib import Path

import pytest
from building import add, begin, known_in, seat_months, small_world

from oracle import World, world_from_text
from oracle.months import shift
from partnerlens.app import Workspace
from partnerlens.errors import DefinitionError, NotFoundError, UsageError
from partnerlens.model.edition import Manifest

FACTS = {
    "subscriptions": """
        subscription_id | customer_id
        s               | c
    """,
    "seats": """
        month            | subscription_id | sold_seats
        2024-02..2024-04 | s               | 3
    """,
    "associations": """
        partner_id | subscription_id
        a          | s
    """,
    "activity": """
        date       | customer_id | user_id
        2024-03-01 | c           | u1
        2024-04-01 | c           | u1
        2024-04-02 | c           | u2
    """,
}
COUNTS = """
    month   | customer_id | active_users
    2024-05 | c           | 30
"""


@pytest.fixture
def workspace(tmp_path: Path):
    """Give a workspace with facts from 2024-02 to 2024-04."""
    with begin(tmp_path / "home", world_from_text(FACTS)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("month", "months", "problem", "remedy"),
    [
        ("2024-05", 1, "month 2024-05 has no facts", "load more, or build a month within them"),
        ("2024-01", 1, "month 2024-01 has no facts", "load more, or build a month within them"),
        ("2024-04", 4, "4 months back from 2024-04 have no facts", "build at most 3 months"),
    ],
)
def test_month_without_facts_is_refused_with_the_months_that_have_some(
    month: str, months: int, problem: str, remedy: str, workspace: Workspace
) -> None:
    """Before the first and after the last month with facts there is nothing to build, and nothing is made."""
    with pytest.raises(DefinitionError) as refused:
        workspace.build(month, months=months)

    assert refused.value.problem == problem
    assert refused.value.remedy == f"the store holds facts from 2024-02 to 2024-04; {remedy}"
    assert workspace.editions() == []


def test_store_without_facts_is_refused(tmp_path: Path) -> None:
    """Before anything is loaded the text says what to load."""
    with Workspace.init(tmp_path / "home") as empty, pytest.raises(DefinitionError) as refused:
        empty.build("2024-03")

    assert refused.value.problem == "the store holds no monthly facts"
    assert "'partnerlens load FILE...'" in refused.value.remedy


def test_months_below_one_are_refused(workspace: Workspace) -> None:
    """A build makes at least one edition."""
    with pytest.raises(UsageError, match="'0' months cannot be built"):
        workspace.build("2024-03", months=0)


def test_only_the_first_month_of_facts_can_be_built_alone(workspace: Workspace) -> None:
    """The first month builds; its values say that history is short, and its adds are none."""
    workspace.build("2024-02")
    workspace.publish("2024-02")
    answer = workspace.answer("a")

    assert answer["new_customers"].value == "0"
    assert answer["new_customers"].flags == ("history_short",)


def test_unbuilt_month_cannot_be_published(workspace: Workspace) -> None:
    """Publishing names the command that builds."""
    with pytest.raises(NotFoundError, match="build it with 'partnerlens build 2024-03'"):
        workspace.publish("2024-03")


def test_months_of_counts_force_the_mean(workspace: Workspace) -> None:
    """
    One month with counts instead of users makes every later edition count by months.

    Users are 1 in March and 2 in April: 2 / 12 distinct. With 30 counted in May the mean is (1 + 2 + 30) / 12.
    """
    workspace.build("2024-04")
    workspace.publish("2024-04")
    distinct = workspace.answer("a")["mau"]
    seats = "\n month | subscription_id | sold_seats\n 2024-05 | s | 3\n"
    counted = {name: text for name, text in FACTS.items() if name == "subscriptions"} | {
        "seats": seats,
        "activity_monthly": COUNTS,
    }
    more = world_from_text(counted).facts
    add(workspace, World({name: more[name] for name in ("seats", "activity_monthly")}), "counts")
    made = workspace.build("2024-05", months=2)
    workspace.publish("2024-04")
    workspace.publish("2024-05")
    earlier, later = workspace.answer("a", month="2024-04")["mau"], workspace.answer("a")["mau"]
    methods = [Manifest.model_validate_json(edition.manifest).parameters["mau_method"] for edition in made]

    assert (distinct.numerator, distinct.method) == ("2", "ttm_distinct_over_12")
    assert (earlier.numerator, earlier.method) == ("3", "mean_monthly_distinct")
    assert (later.numerator, later.denominator, later.value) == ("33", "12", "2.75")
    assert methods == ["mean_monthly_distinct"] * 2


def test_latest_edition_is_the_one_that_is_published(tmp_path: Path) -> None:
    """A rebuilt month keeps its earlier editions; publishing takes the latest, and says so."""
    world = small_world(6, months=5)
    month = seat_months(world)[-1]
    with begin(tmp_path / "home", known_in(world, "", shift(month, -1))) as workspace:
        first = workspace.build(shift(month, -1))
        add(workspace, known_in(world, month, month), "later")
        again = workspace.build(month, months=2)
        published = workspace.publish(month)

        assert first[0] == again[0]
        assert [edition.number for edition in again] == [1, 2]
        assert published.edition == 2
