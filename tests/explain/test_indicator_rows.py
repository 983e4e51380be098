"""The rows of every indicator add up to its score, and those that leave to its roll-off, whoever asks."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import pytest

import worlds
from oracle.explanation import own_partners
from oracle.world import World
from partnerlens.app import Workspace
from partnerlens.app.scores import held_scorecard, inputs_of
from partnerlens.explain import INDICATOR_REASONS, REASONS, Explanation
from partnerlens.explain.reasons import LEAVING_CAUSES
from partnerlens.model.score import Measured, PartnerInputs
from partnerlens.score.inputs import Scored, SeriesRows

EVERYDAY = (
    ("smb-pci-2021", "2022-06", 3),
    ("cba-pci", "2022-06", 3),
    ("cba-2019", "2019-09", 3),
    ("pcs-security", "2024-01", 2),
)
FURTHER = (
    ("cba-pci", "2020-02", 3),
    ("pcs-modern-work", "2024-01", 19),
    ("pcs-business-applications", "2024-01", 3),
    ("pcs-azure-infrastructure", "2024-01", 2),
)
CARDS = (*EVERYDAY, *FURTHER) if "PARTNERLENS_WORLDS" in os.environ else EVERYDAY
"""Scorecard, data month, and the seed of a world that sells what it looks at; `make worlds` takes the further ones."""


@pytest.mark.parametrize(("card", "month", "seed"), CARDS)
def test_rows_of_every_indicator_add_up_to_the_score(card: str, month: str, seed: int, tmp_path: Path) -> None:
    """Numerator and baseline exactly, for each option of each track; and a partner sees nothing of others."""
    world = worlds.random_world(seed, end=month, months=26, partners=20, customers=8, scores=True, busy=True)
    filled = 0
    with holding(world, tmp_path, card, month) as workspace:
        partner = busiest(world)
        for place, measured in measures(workspace, partner, card).items():
            with opened(workspace, partner, card, place) as explanation:
                assert explanation.heading.indicator is not None
                assert explanation.heading.indicator.is_published
                filled += check(explanation, measured, month)
                check_hidden(world, own_partners(world, partner), explanation, workspace, card, place)
    assert filled, "a test without rows says nothing"


@contextmanager
def holding(world: World, home: Path, card: str, month: str) -> Iterator[Workspace]:
    """Give a workspace that holds a world, with a month published under a scorecard."""
    world.write_csv(home)
    program = home / "program.toml"
    program.write_text(f'scorecards = ["{card}"]\n{program.read_text(encoding="utf-8")}', encoding="utf-8")
    with Workspace.open(home) as workspace:
        workspace.load(sorted(home.glob("*.csv")))
        workspace.build(month)
        workspace.publish(month)
        yield workspace


def busiest(world: World) -> str:
    """Return the account with most associations of its own."""
    found = Counter(row["partner_id"] for row in world.facts["associations"])
    accounts = [row["partner_id"] for row in world.facts["partners"] if row["parent_partner_id"] is None]
    return str(max(accounts, key=lambda name: (found[name], name)))


Place = tuple[str, str, str]
"""Track, indicator and option."""


def measures(workspace: Workspace, partner: str, card: str) -> dict[Place, tuple[Measured, ...]]:
    """Return what the score measures by option: in the data month, and in the twelve after it."""
    edition = workspace.answers().edition
    held = held_scorecard(edition, card, partner)
    assert held is not None
    scored = edition.partners[edition.position(partner)]
    rows = SeriesRows(held.tables, edition.month, [Scored(scored.id, scored.country)])
    found: dict[Place, tuple[Measured, ...]] = {}
    for track in held.scorecard.tracks:
        inputs: PartnerInputs
        (inputs,) = inputs_of(edition, held, track, rows)
        found |= {(track, *key): values for key, values in inputs.measures.items()}
    return found


@contextmanager
def opened(
    workspace: Workspace, partner: str, card: str, place: Place, *, viewer: str = "operator"
) -> Iterator[Explanation]:
    """Give the explanation of an option."""
    track, indicator, option = place
    with workspace.explain(
        partner,
        indicator,
        scorecard=card,
        track=track,
        option=option,
        leaving=viewer == "operator",
        viewer="operator" if viewer == "operator" else "partner",
    ) as explanation:
        yield explanation


def check(explanation: Explanation, measured: tuple[Measured, ...], month: str) -> int:
    """The rows add up now and in each later month; return how many count."""
    rows = explanation.rows(limit=1_000_000)
    for side, amount in (("numerator", measured[0].numerator), ("baseline", measured[0].baseline)):
        counted = [Fraction(row.amount or 0) for row in rows if row.counted and row.side == side]
        assert sum(counted, Fraction(0)) == (amount or 0)
    assert measured[0].denominator in {None, measured[0].baseline}
    assert explanation.ties_out
    for row in rows:
        assert row.counted == REASONS[row.reason].counts
        assert row.reason in INDICATOR_REASONS[explanation.heading.method]
        assert row.leaves_in is None or (row.counted and row.leaves_in > month)
    check_leaving(explanation, measured)
    return sum(row.counted for row in rows)


def check_leaving(explanation: Explanation, measured: tuple[Measured, ...]) -> None:
    """What leaves and comes in a month is the difference of the roll-off between it and the month before."""
    leaving = explanation.leaving(limit=1_000_000)
    changed: dict[tuple[str, str], Fraction] = {}
    for row in leaving:
        assert row.cause in LEAVING_CAUSES
        assert row.leaves_in is not None
        key = (row.leaves_in, row.side)
        changed[key] = changed.get(key, Fraction(0)) + Fraction(row.difference)
    first = explanation.heading.month
    for ahead in range(1, 13):
        now, before = measured[ahead], measured[ahead - 1]
        later = str(first + ahead)
        assert changed.pop((later, "numerator"), 0) == now.numerator - before.numerator
        assert changed.pop((later, "baseline"), 0) == (now.baseline or 0) - (before.baseline or 0)
    assert not changed
    gone = Counter(row.leaves_in for row in leaving if row.change == "leaves")
    assert gone == totals(explanation)


def totals(explanation: Explanation) -> dict[str, int]:
    """Return how many rows leave by month, as the totals say."""
    found: Counter[str] = Counter()
    for month in explanation.leaving_months():
        found[month.month] += month.leaves
    return {month: count for month, count in found.items() if count}


def check_hidden(
    world: World, own: set[str], explanation: Explanation, workspace: Workspace, card: str, place: Place
) -> None:
    """A partner sees the counted rows, and no name or amount of another partner in the others."""
    names = {row["partner_id"] for row in world.facts["partners"]} - own
    linked = {row["subscription_id"] for row in world.facts["associations"] if row["partner_id"] in own}
    every = [row for row in explanation.rows(limit=1_000_000) if row.counted]
    partner = explanation.heading.partner_id
    with opened(workspace, partner, card, place, viewer="partner") as seen:
        rows = seen.rows(limit=1_000_000)
        assert [row for row in rows if row.counted] == every
        for row in rows:
            assert names.isdisjoint(f"{row.note};{row.location}".split(";"))
            assert row.counted or row.subscription_id is None or row.subscription_id in linked
