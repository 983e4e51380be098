"""Keeps the interpreter's search for garbage from holding up everybody."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Timer

from partnerlens.garbage import put_aside, search_everything

YOUNG = 5_000
"""New objects after which they are searched: nearly all that answers and pages make go by themselves before."""

EVERYTHING = 2
"""The generation of a search of all objects that are not put aside."""

SOON = 0.05
"""Unit: s."""

SEARCHES = 400
"""Searches of new objects after which everything is searched again: by then two million objects more may be kept."""


@contextmanager
def short_pauses() -> Iterator[None]:
    """
    Search new objects alone, until the end of the block; everything, only once in a while.

    Python looks through all objects of the process from time to time, while nothing else runs; with the editions and
    answers that a server keeps, that takes a third of a second. What a search has found in use is put aside: it goes
    when nobody refers to it any more, as nearly everything does; the rest is found when everything is searched.
    """
    before = gc.get_threshold()
    searches = _Searches()
    gc.set_threshold(YOUNG, *before[1:])
    put_aside()
    gc.callbacks.append(searches)
    try:
        yield
    finally:
        gc.callbacks.remove(searches)
        gc.set_threshold(*before)
        gc.unfreeze()


class _Searches:
    """Puts aside what each search has found in use, and has everything searched after some."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, phase: str, search: Mapping[str, int]) -> None:
        """Follow a search."""
        if phase == "start":
            return
        gc.freeze()
        self._count = 0 if search["generation"] == EVERYTHING else self._count + 1
        if self._count and self._count % SEARCHES == 0:
            # Within a search there is no other, so it begins soon after this one.
            Timer(SOON, search_everything).start()
