"""Keeps the interpreter's search for garbage from holding up everybody."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

YOUNG = 5_000
"""New objects after which the youngest are searched: an answer makes thousands, and nearly all go by themselves."""


@contextmanager
def short_pauses() -> Iterator[None]:
    """
    Search every object once, until the end of the block.

    Python looks through all objects of the process from time to time, while nothing else runs; with the editions and
    answers that a server keeps, that takes a third of a second. What has been found in use is not looked at again: it
    goes when nobody refers to it any more, as nearly everything does.
    """
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, *before[1:])
    gc.collect()
    gc.freeze()
    gc.callbacks.append(_put_aside)
    try:
        yield
    finally:
        gc.callbacks.remove(_put_aside)
        gc.set_threshold(*before)
        gc.unfreeze()


def _put_aside(phase: str, search: Mapping[str, int]) -> None:
    """After a search of everything, put aside what is in use."""
    if phase == "stop" and search["generation"] == 2:
        gc.freeze()
