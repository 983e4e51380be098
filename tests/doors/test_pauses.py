"""The server's searches for garbage look at what is new, and leave no trace when it ends."""

import gc
import weakref

from partnerlens.server.pauses import short_pauses


class Knot:
    """An object that refers to itself, so that only a search frees it."""

    def __init__(self) -> None:
        """Tie it."""
        self.itself = self


def test_what_was_found_in_use_is_not_searched_again() -> None:
    """A search of everything puts aside what stays; garbage that is made later is still found."""
    with short_pauses():
        put_aside = gc.get_freeze_count()
        kept = [Knot() for _ in range(1000)]
        gc.collect()

        assert put_aside > 0
        assert gc.get_freeze_count() >= put_aside + len(kept)

        knot = Knot()
        gone = weakref.ref(knot)
        del knot
        gc.collect()

        assert gone() is None


def test_everything_is_as_before_when_the_server_has_ended() -> None:
    """Thresholds and callbacks are those of before, and nothing is put aside any more."""
    before = (gc.get_threshold(), list(gc.callbacks))

    with short_pauses():
        assert gc.get_threshold() != before[0]

    assert (gc.get_threshold(), list(gc.callbacks)) == before
    assert gc.get_freeze_count() == 0
