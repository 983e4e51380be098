"""What the tests of explanations share: a published month with its facts at hand, and its rows as tables."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from oracle import World
from partnerlens.app import Workspace
from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.explain import Explanation, explain_metric
from partnerlens.model.metric import MetricId
from partnerlens.model.result import Filter
from partnerlens.store import Store

METRICS = tuple(metric.value for metric in MetricId)


@dataclass(frozen=True)
class Published:
    """A workspace with a published month, its store, and an engine that explanations are sessions of."""

    workspace: Workspace
    store: Store
    engine: DuckDBEngine

    @contextmanager
    def explained(
        self, metric: str, partner: str, *, viewer: str = "operator", **chosen: Iterable[str]
    ) -> Iterator[Explanation]:
        """Give the explanation of a metric of a partner under a filter, as ``Workspace.answer`` takes it."""
        edition = self.workspace.answers().edition
        asked = Filter(**{name: frozenset(values) for name, values in chosen.items()})
        with explain_metric(
            MetricId(metric),
            partner,
            edition=edition,
            snapshot=self.store.snapshot(edition.manifest.last_load),
            engine=self.engine.session,
            asked=asked,
            viewer="operator" if viewer == "operator" else "partner",
        ) as explanation:
            yield explanation

    def rows(self, metric: str, partner: str, **asked: Any) -> list[dict[str, Any]]:
        """Return all rows of an explanation, each as its columns."""
        with self.explained(metric, partner, **asked) as explanation:
            return [vars(row) for row in explanation.rows(limit=1_000_000)]

    def __enter__(self) -> Self:
        """Return itself; all is closed when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the engine, the store and the workspace."""
        self.engine.close()
        self.store.close()
        self.workspace.close()


def published(world: World, home: Path, month: str) -> Published:
    """Return a workspace that holds a world, with a month published."""
    world.write_csv(home)
    workspace = Workspace.open(home)
    workspace.load(sorted(home.glob("*.csv")))
    assert not workspace.quarantine(), workspace.quarantine()[:3]
    workspace.build(month)
    workspace.publish(month)
    return opened(home)


def opened(home: Path) -> Published:
    """Return a workspace that is published already."""
    return Published(Workspace.open(home), Store.open(home), DuckDBEngine())


def total(rows: list[dict[str, Any]], side: str) -> Fraction:
    """Return what the counted rows of a side add up to."""
    return sum((Fraction(row["amount"]) for row in rows if row["counted"] and row["side"] == side), Fraction(0))
