"""The server's searches for garbage look at what is new, at everything once in a while, and leave no trace."""

import gc
import time
import weakref

import pytest

from partnerlens.server.pauses import SEARCHES, short_pauses


class Knot:
    """An object that refers to itself, so that only a search frees it."""

    def __init__(self) -> None:
        """Tie it."""
        self.itself = self


@pytest.mark.parametrize("generation", [0, 1, 2])
def test_what_was_found_in_use_is_not_searched_again(generation: int) -> None:
    """A search puts aside what stays; garbage that is made later is still found."""
    with short_pauses():
        put_aside = gc.get_freeze_count()
        kept = [Knot() for _ in range(1000)]
        gc.collect(generation)

        assert put_aside > 0
        assert gc.get_freeze_count() >= put_aside + len(kept)

        knot = Knot()
        gone = weakref.ref(knot)
        del knot
        gc.collect(generation)

        assert gone() is None


def test_what_was_in_use_is_found_once_everything_is_searched() -> None:
    """Garbage that a search has seen in use stays until there were many searches, and no longer."""
    with short_pauses():
        knot = Knot()
        gone = weakref.ref(knot)
        gc.collect(0)
        del knot
        for _ in range(SEARCHES // 2):
            gc.collect(0)

        assert gone() is not None

        for _ in range(SEARCHES):
            gc.collect(0)
        for _ in range(100):
            if gone() is None:
                break
            time.sleep(0.05)

        assert gone() is None


def test_everything_is_as_before_when_the_server_has_ended() -> None:
    """Thresholds and callbacks are those of before, and nothing is put aside any more."""
    before = (gc.get_threshold(), list(gc.callbacks))

    with short_pauses():
        assert gc.get_threshold() != before[0]

    assert (gc.get_threshold(), list(gc.callbacks)) == before
    assert gc.get_freeze_count() == 0
