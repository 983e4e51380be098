"""Exports of a single partner give values that say so, and no benchmark."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from partnerlens.app.workspace import Workspace
from partnerlens.model.metric import MetricId
from partnerlens.model.result import Answer, Filter

EXPORTS = Path(__file__).parent.parent / "ingest" / "exports"
FLAG = "visible_customers_only"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Load one partner's profile, subscriptions and usage, and build two months."""
    opened = Workspace.init(tmp_path_factory.mktemp("visible") / "home")
    with opened as made:
        made.load(
            [EXPORTS / "Profile.csv", EXPORTS / "SeatsSubscriptionsAndRevenue.csv", EXPORTS / "DynamicsUsage.tsv"]
        )
        made.load([EXPORTS / "DynamicsUsage.tsv"], mapping="insights-dynamics-users")
        made.build("2021-06", months=2)
        made.publish("2021-06")
        yield made


@pytest.fixture(scope="module")
def answer(workspace: Workspace) -> Answer:
    """Ask for the eight metrics of the partner."""
    return workspace.answer("1234567")


def test_every_value_carries_the_flag(answer: Answer) -> None:
    """Each metric, and each point of its series, says that only visible customers are in it."""
    assert len(answer.metrics) == len(MetricId)
    for metric in answer.metrics:
        assert FLAG in metric.flags
        assert all(FLAG in point.flags for point in metric.series)


def test_the_benchmark_needs_another_view(workspace: Workspace, answer: Answer) -> None:
    """It is withheld for that reason, whatever the number of partners, and says so in words where a band is opened."""
    assert {metric.benchmark.withheld for metric in answer.metrics} == {FLAG}
    assert {metric.benchmark.band for metric in answer.metrics} == {None}
    opened = workspace.band("1234567", "revenue")
    assert "needs the vendor's or a distributor's view" in opened.reasons[FLAG]
    assert {row.flags for row in workspace.answers().values(MetricId.REVENUE, Filter())} == {("history_short", FLAG)}


def test_the_explanation_carries_the_flag(workspace: Workspace) -> None:
    """The rows behind a number say the same as the number."""
    explained = workspace.explain("1234567", "revenue")
    assert FLAG in explained.heading.flags


def test_score_and_adoption_carry_the_flag(workspace: Workspace) -> None:
    """They rest on the same exports, and say so."""
    assert workspace.score("1234567", scorecard="smb-pci-2021").flags == (FLAG,)
    assert workspace.adoption("1234567").flags == (FLAG,)


def test_active_seats_count_by_month(answer: Answer) -> None:
    """22 active seats in June, and none known before: 22 / 12, by the only method that a feed without users allows."""
    (mau,) = [metric for metric in answer.metrics if metric.id is MetricId.MAU]
    assert (mau.method, mau.numerator, mau.denominator) == ("mean_monthly_distinct", "22", "12")
    assert mau.value == "1.833333"


def test_a_replay_gives_the_same_edition(workspace: Workspace) -> None:
    """What the facts show is a fact of the loads, so computing the edition again says the same."""
    assert workspace.replay(2).is_equal
