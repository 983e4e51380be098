"""The compiled loops give what NumPy gives, on the same cells under random filters."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from test_answers_equal_oracle import known_filters, published

import worlds
from partnerlens.answer.kernels import kernels
from partnerlens.answer.ranked import Ranked
from partnerlens.answer.selection import Selection
from partnerlens.answer.values import Numbers, in_cohort, metric_numbers
from partnerlens.app import Workspace
from partnerlens.model.result import Filter


@pytest.mark.parametrize("seed", [2, 7])
def test_compiled_sums_are_numpys(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every value and cohort of every partner agree, and so does each partner's own row with its column of all."""
    rng = Random(seed)
    world = worlds.random_world(seed, monthly_counts=seed % 8 == 7)
    month = max(row["month"] for row in world.facts["seats"])
    assert kernels() is not None
    with published(world, tmp_path, month) as workspace:
        edition = workspace.answers().edition
        fast = edition.cells()
        monkeypatch.setattr("partnerlens.answer.edition.kernels", lambda: None)
        with Workspace.open(tmp_path) as plain:
            slow = plain.answers().edition.cells()
        assert type(fast.tables["cohort"].rows) is not type(slow.tables["cohort"].rows)
        for chosen in known_filters(world, rng, 12):
            asked = edition.checked(Filter(**{name: frozenset(values) for name, values in chosen.items()}))
            selection = Selection(asked, edition.workloads_of)
            expected = metric_numbers(slow, selection)
            actual = metric_numbers(fast, selection)

            assert in_cohort(fast, selection).tolist() == in_cohort(slow, selection).tolist()
            for metric, numbers in expected.items():
                values = [numbers.value(index) for index in range(slow.owners)]
                assert [actual[metric].value(index) for index in range(slow.owners)] == values
                for index in range(slow.owners):
                    own = metric_numbers(edition.trail(index), selection)[metric]
                    assert own.value(11) == values[index]


def test_amounts_in_order_are_exact_below_a_ten_thousandth() -> None:
    """Amounts of one whole part are told apart by their rests; equal ones count together."""
    whole = np.array([5, 3, 5, 5, -2], np.int64)
    rests = np.array([7, 0, 7, 9, 0], np.int64)
    ranked = Ranked(Numbers(whole, rests))

    assert [ranked.value(place) * 10**18 for place in range(5)] == [
        -2 * 10**14,
        3 * 10**14,
        5 * 10**14 + 7,
        5 * 10**14 + 7,
        5 * 10**14 + 9,
    ]
    assert [ranked.after(place) for place in range(5)] == [1, 2, 4, 4, 5]
