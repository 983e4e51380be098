"""Turns at work: no more at once than there are, and handed on in the order in which threads came."""

from threading import Event, Thread

import pytest

from partnerlens.answer.turns import Turns


def test_turns_are_handed_on_in_order() -> None:
    """With one turn held, those who come wait, and each is served before those who came later."""
    turns, served, first = Turns(1), [], Event()

    def work(name: int) -> None:
        with turns.turn():
            served.append(name)
            first.wait()

    threads = []
    for name in range(5):
        thread = Thread(target=work, args=(name,))
        thread.start()
        threads.append(thread)
        while len(served) + turns.waiting < name + 1:
            pass
        assert served == [0]
    first.set()
    for thread in threads:
        thread.join()

    assert served == [0, 1, 2, 3, 4]
    assert turns.waiting == 0


def test_a_turn_is_given_back_after_a_failure() -> None:
    """A turn whose work fails is free for the next."""
    turns = Turns(1)
    with pytest.raises(ZeroDivisionError), turns.turn():
        _ = 1 // 0
    with turns.turn():
        assert turns.waiting == 0
