"""A workspace for each test of loading."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ingest_workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Give an empty workspace."""
    made = Workspace(tmp_path)
    yield made
    made.store.close()


@pytest.fixture(scope="session")
def base_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the facts of ``BASE`` once, to be copied."""
    made = Workspace(tmp_path_factory.mktemp("base"))
    made.load_base()
    made.store.close()
    return made.home


@pytest.fixture
def filled(base_home: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Give a workspace with two partners, customers, products and subscriptions."""
    shutil.copytree(base_home, tmp_path / "home")
    made = Workspace(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def make_workspace(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Workspace]:
    """Give a maker of empty workspaces."""
    return lambda: Workspace(tmp_path_factory.mktemp("workspace"))
