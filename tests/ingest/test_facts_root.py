"""Facts kept in a folder outside the workspace: loaded, built and answered as inside it, and never another store's."""

import shutil
from pathlib import Path

import pytest

import worlds
from partnerlens.app import Workspace
from partnerlens.errors import DefinitionError, ResourceError


def set_root(home: Path, root: str) -> None:
    """Name the folder of facts in a workspace's settings."""
    file = home / "program.toml"
    file.write_text(f'facts_root = "{root}"\n{file.read_text(encoding="utf-8")}', encoding="utf-8")


def filled(home: Path, root: Path | None) -> Workspace:
    """Return a workspace that holds a small world, its facts in a folder of their own or inside."""
    world = worlds.random_world(3, partners=6, customers=6, months=13, k=1)
    world.write_csv(home)
    if root is not None:
        set_root(home, str(root))
    workspace = Workspace.open(home)
    workspace.load(sorted(home.glob("*.csv")))
    month = max(row["month"] for row in world.facts["seats"])
    workspace.build(month)
    workspace.publish(month)
    return workspace


def test_facts_elsewhere_give_the_same_editions(tmp_path: Path) -> None:
    """No Parquet file of facts is in the workspace, and the edition's digest is the one of facts inside it."""
    with filled(tmp_path / "inside", None) as inside, filled(tmp_path / "home", tmp_path / "big") as outside:
        expected, actual = ([entry.edition.digest for entry in home.editions()] for home in (inside, outside))

        assert actual == expected
        assert not list((tmp_path / "home" / "store").rglob("facts/**/*.parquet"))
        assert list((tmp_path / "big" / "facts").rglob("*.parquet"))
        outside.compact()
        assert outside.replay(1).is_equal


def test_facts_can_be_moved_out_and_a_missing_folder_is_told(tmp_path: Path) -> None:
    """Moved with the folder named, they are found; unmounted, the error says what is missing and what to do."""
    home, root = tmp_path / "home", tmp_path / "big"
    filled(home, None).close()
    root.mkdir()
    set_root(home, str(root))
    with pytest.raises(ResourceError, match=r"lacks \d+ files of facts"):
        Workspace.open(home)
    shutil.move(home / "store" / "facts", root / "facts")
    with Workspace.open(home) as workspace:
        assert workspace.replay(1).is_equal


def test_a_folder_of_another_store_or_of_other_files_is_refused(tmp_path: Path) -> None:
    """Writing facts removes files that the ledger does not know, so a folder belongs to one store alone."""
    filled(tmp_path / "first", tmp_path / "big").close()
    Workspace.init(tmp_path / "second").close()
    set_root(tmp_path / "second", str(tmp_path / "big"))
    with pytest.raises(ResourceError, match="holds the facts of another store"):
        Workspace.open(tmp_path / "second")
    (tmp_path / "used" / "facts").mkdir(parents=True)
    (tmp_path / "used" / "facts" / "mine.parquet").write_bytes(b"kept")
    Workspace.init(tmp_path / "third").close()
    set_root(tmp_path / "third", str(tmp_path / "used"))
    with pytest.raises(ResourceError, match="is not empty"):
        Workspace.open(tmp_path / "third")

    assert (tmp_path / "used" / "facts" / "mine.parquet").read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("root", "told"), [("s3://bucket/facts", "it is an address"), ("facts", "it is not a full path")]
)
def test_an_address_or_a_relative_folder_is_refused(tmp_path: Path, root: str, told: str) -> None:
    """The error names the value and says what to write instead."""
    Workspace.init(tmp_path / "home").close()
    set_root(tmp_path / "home", root)
    with pytest.raises(DefinitionError, match=told):
        Workspace.open(tmp_path / "home")
