"""A newly published edition takes the place of another without a reader waiting, and threads share one edition."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from building import begin, correct, small_world

from partnerlens.app import Workspace
from partnerlens.model.result import Answer

MONTH = "2022-06"
WAIT_SECONDS = 120


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with edition 1 published and edition 2, of the same month, built."""
    world = small_world(5, months=13, end=MONTH)
    line = next(row for row in world.facts["billing_lines"] if row["billing_month"] == MONTH)
    home = tmp_path_factory.mktemp("built") / "home"
    with begin(home, world) as workspace:
        workspace.build(MONTH)
        workspace.publish(MONTH)
        correct(workspace, "billing_lines", {**line, "amount": "123456"})
        workspace.build(MONTH)
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(built, tmp_path / "home"))


def test_a_server_answers_from_the_edition_before_until_the_new_one_is_warm(home: Path) -> None:
    """The first answers after another process published are the old edition's, whole; then all are the new one's."""
    with Workspace.open(home, switch="when_warm") as reader, Workspace.open(home) as other:
        partner = reader.values("revenue")["partner_id"][0].as_py()
        held = reader.answers()
        other.publish(MONTH)
        numbers = [reader.answer(partner).edition]
        end = time.monotonic() + WAIT_SECONDS
        while numbers[-1] != 2 and time.monotonic() < end:
            numbers.append(reader.answer(partner).edition)

        assert numbers[0] == 1
        assert numbers == sorted(numbers)
        assert numbers[-1] == 2
        assert held.edition.number == 1
        assert reader.answer(partner) == other.answer(partner)


def test_without_the_option_a_publication_is_seen_at_the_next_question(home: Path) -> None:
    """A notebook that stays open sees what another process published."""
    with Workspace.open(home) as reader, Workspace.open(home) as other:
        partner = reader.values("revenue")["partner_id"][0].as_py()
        assert reader.answer(partner).edition == 1
        other.publish(MONTH)

        assert reader.answer(partner).edition == 2


def test_threads_that_share_a_workspace_get_the_answers_of_one(home: Path) -> None:
    """Four threads ask for all partners under all single countries at once, from nothing read."""
    with Workspace.open(home) as alone:
        partners = alone.values("revenue")["partner_id"].to_pylist()
        countries = sorted(alone.answers().edition.countries)
        asked = [(partner, country) for country in countries for partner in partners]
        expected = [alone.answer(partner, countries=[country]) for partner, country in asked]

    def ask(question: tuple[str, str]) -> Answer:
        return shared.answer(question[0], countries=[question[1]])

    with Workspace.open(home) as shared, ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, asked)) == expected
