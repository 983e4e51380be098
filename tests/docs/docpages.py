"""The pages of the documentation, taken apart into what can be checked: fences, links, headings."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
TOP_PAGES = ("README.md", "GLOSSARY.md", "CONTRIBUTING.md", "CHANGELOG.md")

_FENCE = re.compile(r"^ *(`{3,})(.*)$")
_NOTE = re.compile(r"<!--\s*(.*?)\s*-->")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Fence:
    """
    A fenced block of a page.

    Attributes:
        page: the page's file.
        line: the line of its opening fence, from 1.
        language: the first word after the fence, such as ``console``.
        name: the rest of that line; a file's name for blocks that show a file.
        text: its lines.
        note: the HTML comment on the line before it, such as ``not run: needs a network``.
    """

    page: Path
    line: int
    language: str
    name: str
    text: str
    note: str

    @property
    def is_run(self) -> bool:
        """Whether the block is run."""
        return not self.note.startswith("not run:")

    @property
    def exit_code(self) -> int:
        """The exit code that its commands have, 0 unless a note says ``exits N``."""
        match = re.fullmatch(r"exits (\d)", self.note)
        return int(match[1]) if match else 0


@dataclass(frozen=True)
class Command:
    """
    A command of a console block with the output that the page shows.

    Attributes:
        line: its line on the page.
        text: the command.
        output: the lines shown under it; none when the page shows none.
    """

    line: int
    text: str
    output: tuple[str, ...]


def guide_pages() -> list[Path]:
    """Return the tutorial and how-to pages, whose examples are run."""
    return sorted([*(DOCS / "tutorial").glob("*.md"), *(DOCS / "how-to").glob("*.md")])


def all_pages() -> list[Path]:
    """Return every page, generated ones included."""
    return [*(ROOT / name for name in TOP_PAGES), *sorted(DOCS.rglob("*.md"))]


def fences(page: Path) -> list[Fence]:
    """Return the fenced blocks of a page in order."""
    found: list[Fence] = []
    opened: tuple[int, str, str, str] | None = None
    body: list[str] = []
    note = ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        match = _FENCE.match(line)
        if opened is None and match:
            language, _, name = match[2].strip().partition(" ")
            opened, body = (number, match[1], language, name.strip()), []
        elif opened is not None and line.strip() == opened[1]:
            found.append(Fence(page, opened[0], opened[2], opened[3], "\n".join(body) + "\n", note))
            opened, note = None, ""
        elif opened is not None:
            body.append(line)
        elif line.strip():
            comment = _NOTE.fullmatch(line.strip())
            note = comment[1] if comment else ""
    return found


def commands(fence: Fence) -> list[Command]:
    """Return the commands of a console block; a line that ends in a backslash goes on."""
    found: list[tuple[int, str, list[str]]] = []
    for offset, line in enumerate(fence.text.splitlines(), 1):
        if line.startswith("$ "):
            found.append((fence.line + offset, line[2:], []))
        elif found and found[-1][1].endswith("\\") and not found[-1][2]:
            found[-1] = (found[-1][0], f"{found[-1][1][:-1].rstrip()} {line.lstrip('> ')}", [])
        elif found:
            found[-1][2].append(line)
    return [Command(line, text, tuple(output)) for line, text, output in found]


def links(page: Path) -> list[tuple[int, str]]:
    """Return the targets of a page's links, with their lines; fenced blocks and code are left out."""
    found, fenced = [], False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            plain = re.sub(r"`[^`]*`", "``", line)
            found += [(number, match[1]) for match in _LINK.finditer(plain)]
    return found


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    found, fenced = set(), False
    for line in page.read_text(encoding="utf-8").splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and line.startswith("#"):
            title = line.lstrip("#").strip().lower()
            found.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return found
