"""What the tests of differences share: the editions of a program before and after facts change, and what they say."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from oracle import World
from partnerlens.answer.edition import OpenEdition
from partnerlens.app import Workspace
from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.explain.difference import Difference, End, compare_editions
from partnerlens.model.edition import Manifest
from partnerlens.model.metric import MetricId
from partnerlens.model.result import Filter
from partnerlens.store import Store
from partnerlens.store.result_files import ResultFiles


@dataclass(frozen=True)
class Compared:
    """A workspace with editions to compare, its store, and an engine that comparisons are sessions of."""

    workspace: Workspace
    store: Store
    engine: DuckDBEngine

    @contextmanager
    def difference(
        self,
        metric: str,
        partner: str,
        before: int,
        after: int,
        *,
        viewer: Literal["operator", "partner"] = "operator",
        **chosen: Iterable[str],
    ) -> Iterator[Difference]:
        """Give the difference between two editions under a filter, as ``Workspace.difference`` takes it."""
        with compare_editions(
            MetricId(metric),
            partner,
            before=self.end(before),
            after=self.end(after),
            engine=self.engine.session,
            asked=Filter(**{name: frozenset(values) for name, values in chosen.items()}),
            viewer=viewer,
        ) as found:
            yield found

    def rows(self, metric: str, partner: str, before: int, after: int, **asked: Any) -> list[dict[str, Any]]:
        """Return all changes of a difference, each as its columns."""
        with self.difference(metric, partner, before, after, **asked) as found:
            assert found.ties_out
            return [vars(row) for row in found.rows(limit=1_000_000)]

    def load(self, world: World, name: str) -> None:
        """Load the rows of a world."""
        folder = self.workspace.home / name
        world.write_csv(folder)
        self.workspace.load(sorted(folder.glob("*.csv")))
        assert not self.workspace.quarantine(), self.workspace.quarantine()[:3]

    def build(self, month: str, months: int = 1) -> list[int]:
        """Build months and return the numbers of their editions, oldest first."""
        return [edition.number for edition in self.workspace.build(month, months=months)]

    def end(self, number: int) -> End:
        """Return an edition with the facts it was built from."""
        manifest = Manifest.model_validate_json(self.store.edition(number).manifest)
        edition = OpenEdition(number, manifest, ResultFiles(self.workspace.home), resident=False)
        return End(edition, self.store.snapshot(manifest.last_load))

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


def compared(world: World, home: Path) -> Compared:
    """Return a workspace that holds a world; nothing is built."""
    world.write_csv(home)
    there = Compared(Workspace.open(home), Store.open(home, create=True), DuckDBEngine())
    there.workspace.load(sorted(home.glob("*.csv")))
    assert not there.workspace.quarantine(), there.workspace.quarantine()[:3]
    return there


def opened_again(home: Path) -> Compared:
    """Return a workspace that is there already."""
    return Compared(Workspace.open(home), Store.open(home), DuckDBEngine())
