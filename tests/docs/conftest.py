"""The small made-up program that pages start from, made once."""

import pytest
import runner


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """The workspace of the demo that the pages name."""
    home = tmp_path_factory.mktemp("docs") / "partnerlens-home"
    runner.made_demo(home)
    return home


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder that is the present one, in a terminal of the pages' width."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PARTNERLENS_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", runner.WIDTH)
    return tmp_path
