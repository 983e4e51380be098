"""The editions that are open for questions, and how a newly published one takes the place of another."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock, Thread
from typing import Literal

from partnerlens.answer.answer import Answers
from partnerlens.errors import PartnerlensError

KEPT_EDITIONS = 4
"""How many editions stay open; the one that was asked least lately is let go. Who holds it finishes on it."""

Switch = Literal["at_once", "when_warm"]
"""When a newly published edition answers: at the next question, or once it is read and compared in the background."""


class Shelf:
    """
    Open editions; several threads may ask at once.

    Args:
        opened: opens an edition by its number.
        switch: when a newly published edition answers.
    """

    def __init__(self, opened: Callable[[int], Answers], switch: Switch) -> None:
        """Start with nothing open."""
        self._opened = opened
        self._switch = switch
        self._lock = Lock()
        self._answers: OrderedDict[int, Answers] = OrderedDict()
        self._opening: dict[int, Lock] = {}
        self._shown: dict[str | None, int] = {}
        self._warming: dict[int, Thread] = {}
        self._faulty: set[int] = set()

    def answers(self, asked: str | None, number: int) -> Answers:
        """
        Return an edition opened for questions, or while it gets warm the one that answered before it.

        Args:
            asked: the month that is asked for; None for the latest.
            number: the edition that is published for it.
        """
        with self._lock:
            found = self._answers.get(number)
            if found is not None:
                self._answers.move_to_end(number)
                self._show(asked, number)
                return found
            before = self._answers.get(self._shown.get(asked, 0))
            if before is not None and self._switch == "when_warm" and number not in self._faulty:
                self._warm_aside(number)
                return before
        found = self._open(number)
        with self._lock:
            self._show(asked, number)
        return found

    def prepare(self, number: int) -> None:
        """Open an edition and make it warm before it is published, if any other is open."""
        with self._lock:
            if not self._answers:
                return
        self._open(number, warm=True)

    def wait(self) -> None:
        """Wait until no edition is being made warm in the background."""
        with self._lock:
            running = list(self._warming.values())
        for thread in running:
            thread.join()

    def _show(self, asked: str | None, number: int) -> None:
        """Note what answers, and let go of what answered before; the caller holds the lock."""
        before = self._shown.get(asked, number)
        self._shown[asked] = number
        if before not in self._shown.values():
            self._answers.pop(before, None)

    def _warm_aside(self, number: int) -> None:
        """Begin to make an edition warm, unless that has begun; the caller holds the lock."""
        if number not in self._warming:
            thread = Thread(target=self._warmed, args=(number,), name=f"edition {number}", daemon=True)
            self._warming[number] = thread
            thread.start()

    def _warmed(self, number: int) -> None:
        try:
            self._open(number, warm=True)
        except PartnerlensError:
            # The next question opens it itself, and whoever asks is told what is wrong.
            self._faulty.add(number)
        finally:
            with self._lock:
                self._warming.pop(number, None)

    def _open(self, number: int, *, warm: bool = False) -> Answers:
        """Open an edition once, however many ask for it at the same time."""
        with self._lock:
            opening = self._opening.setdefault(number, Lock())
        with opening:
            with self._lock:
                found = self._answers.get(number)
            if found is None:
                found = self._opened(number)
                if warm:
                    found.warm()
                with self._lock:
                    self._answers[number] = found
                    while len(self._answers) > KEPT_EDITIONS:
                        self._answers.popitem(last=False)
                    self._opening.pop(number, None)
            return found
