"""Runs the examples of a page in a folder of their own, and holds what they print against what the page shows."""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import docpages

from partnerlens.cli.main import app

WIDTH = "100"
"""Columns of the terminal that the pages show."""

DEMO = "partnerlens demo --no-serve --partners 60 --customers 400 --months 26"
"""The command that pages start from; it is run once and its workspace is copied."""

FOREIGN = ("make", "uv", "git", "pip", "python3", "curl", "docker", "sudo")
"""Commands that are not run here: they set up a machine, or are tested elsewhere."""

SHELL = frozenset("|<>;&$`(){}")


def partnerlens(arguments: list[str], *, messages: bool = True) -> tuple[int, str]:
    """Run a command of the tool in this process; return its exit code and all it prints, or its result alone."""
    printed = io.StringIO()
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed if messages else io.StringIO()),
    ):
        try:
            app(arguments)
        except SystemExit as end:
            return int(end.code or 0), printed.getvalue()
    return 0, printed.getvalue()


def matching(pattern: str) -> list[str]:
    """Return the files that a pattern names, as a shell does, seen from the present folder."""
    return sorted(path.as_posix() for path in Path().glob(pattern))


def run(command: str, folder: Path) -> tuple[int, str]:
    """Run a command line in a folder, which is also the present one; return its exit code and all it prints."""
    words = shlex.split(command)
    if words[0] == "partnerlens" and not SHELL & set(command):
        expanded = [name for word in words[1:] for name in (matching(word) if "*" in word else [word])]
        return partnerlens(expanded)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euc", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def differs(shown: tuple[str, ...], printed: str) -> str:
    """
    Return what is wrong with the output that a page shows; empty when it is right.

    Blank lines do not count; ``...`` stands for anything in a line, or for any lines when alone.
    """
    wanted = [line.rstrip() for line in shown if line.strip()]
    if not wanted:
        return ""
    actual = "".join(f"{line.rstrip()}\n" for line in printed.splitlines() if line.strip())
    pattern = "".join(
        "(?:.*\n)*?" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", ".*") + "\n" for line in wanted
    )
    return "" if re.fullmatch(pattern, actual) else f"the page shows\n{chr(10).join(wanted)}\n\nprinted was\n{actual}"


@dataclass(frozen=True)
class Fault:
    """
    An example that does not hold.

    Attributes:
        line: the line of its command on the page.
        text: what is wrong.
        printed: what the command printed; None when it did not end as it should.
    """

    line: int
    text: str
    printed: str | None = None


def run_page(page: Path, folder: Path, demo_home: Path) -> list[Fault]:
    """
    Run the examples of a page in order, in the present folder; return what is wrong.

    Blocks of files (a name stands after the language) are written first; ``console`` and ``python`` blocks are run.
    A command that fails ends the page.
    """
    faults: list[Fault] = []
    names: dict[str, object] = {"__name__": "__main__"}
    for fence in docpages.fences(page):
        if not fence.is_run:
            continue
        if fence.language == "console":
            faults += _run_console(fence, folder, demo_home)
        elif fence.language == "python":
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(fence.text, f"{page.name}:{fence.line}", "exec"), names)
        elif fence.name:
            target = folder / fence.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fence.text, encoding="utf-8")
        if any(fault.printed is None for fault in faults):
            return faults
    return faults


def run_pictures(page: Path, folder: Path) -> list[Fault]:
    """Run the ``text`` blocks of a page that begin with a command, in the present folder; return what is wrong."""
    pictures = [fence for fence in docpages.fences(page) if fence.language == "text" and fence.text.startswith("$ ")]
    return [fault for fence in pictures for fault in _run_console(fence, folder, folder)]


def _run_console(fence: docpages.Fence, folder: Path, demo_home: Path) -> list[Fault]:
    faults = []
    for command in docpages.commands(fence):
        if command.text.split()[0] in FOREIGN:
            continue
        if command.text == DEMO:
            shutil.copytree(demo_home, folder / "partnerlens-home")
            continue
        code, printed = run(command.text, folder)
        place = f"{fence.page.name}:{command.line}: $ {command.text}"
        if code != fence.exit_code:
            faults.append(Fault(command.line, f"{place}\nexit code {code}, expected {fence.exit_code}\n{printed}"))
        elif difference := differs(command.output, printed):
            faults.append(Fault(command.line, f"{place}\n{difference}", printed))
    return faults


def made_demo(home: Path) -> None:
    """Make the demo that pages start from."""
    code, printed = partnerlens([*DEMO.split()[1:], "--home", str(home)])
    if code:
        raise RuntimeError(printed)
