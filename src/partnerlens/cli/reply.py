"""Where a command's result goes: tables for people on standard output, or one JSON document; messages apart."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

DONE, DONE_WITH_REJECTS = 0, 1
PIPE_WIDTH = 200
"""Width of what is printed to a pipe or a file. Unit: characters."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to ``run``; rich would end with exit code 1, which here means rejected rows."""
        raise BrokenPipeError


class Reply:
    """
    Where a command's result goes: tables for people, or one JSON document.

    Args:
        as_json: whether standard output gets JSON and nothing else.
    """

    def __init__(self, *, as_json: bool) -> None:
        """Open the two streams; progress and messages go to standard error."""
        self.as_json = as_json
        # Without a terminal nobody's window is narrow: lines stay whole for pipes and files.
        self.is_seen = sys.stdout.isatty()
        is_wide = not self.is_seen and "COLUMNS" not in os.environ
        self.console = _Console(highlight=False, markup=False, emoji=False, width=PIPE_WIDTH if is_wide else None)
        self.messages = _Console(stderr=True, highlight=False, markup=False, emoji=False)

    def give(self, document: object, *views: object) -> None:
        """Print the document, or the views."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")
        else:
            for view in views:
                if self.is_seen:
                    self.console.print(view)
                    continue
                with self.console.capture() as captured:
                    self.console.print(view)
                sys.stdout.write("\n".join(line.rstrip() for line in captured.get().split("\n")))

    def note(self, text: str) -> None:
        """Tell people something that is not the result."""
        self.messages.print(text)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """Give a function that shows what is being done, as a bar that disappears when the work is done."""
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        is_seen = self.messages.is_terminal
        with Progress(*columns, console=self.messages, transient=True, disable=not is_seen) as bars:
            task = bars.add_task("", total=None)
            yield lambda what, done, todo: bars.update(task, description=what, completed=done, total=todo or None)
