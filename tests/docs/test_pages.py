"""The pages hold together: links lead somewhere, words exist, sentences are plain."""

import re
import shlex
import shutil
from pathlib import Path

import docpages
import pytest
import runner

PAGES = docpages.all_pages()
WRITTEN = [page for page in PAGES if page.parent.name != "reference"]
AVOIDED = re.compile(r"\b(simply|just|obviously)\b", re.IGNORECASE)
TWO_SENTENCES = re.compile(r"[a-z`)][.!?] +[A-Z]")
PRIVATE = re.compile(r"(?<![\w.])/(?:work|home|root|tmp|Users|opt)/\S*|https?://(?:localhost|10\.|192\.168)\S*")
WORDS = """
    account add association balance band bar baseline benchmark build cell channel claim cohort correction
    coverage credit customer digest dilation dimension edition engine fact filter flag indicator instance
    ledger load location manifest mapping mask mau metric nps paid pair part partner pass peer points product
    program publish quarantine range reason rejection release result roll rule sample scorecard seat selection
    series set snapshot span step store subscription template tier touch trend view viewer window withheld
    workload workspace yield
    "credit policy" "data month" "first month of facts" "history short" "metric group"
"""
"""Words that code uses for things of the field."""


def name_of(page: Path) -> str:
    """Return a page's path as readers know it."""
    return page.relative_to(docpages.ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_internal_link_of_a_page_resolves(page: Path) -> None:
    """A link leads to a file that exists, and to a heading that it has."""
    broken = []
    for line, target in docpages.links(page):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in docpages.anchors(file)):
            broken.append(f"{name_of(page)}:{line}: {target}")

    assert [] == broken


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_every_source_file_that_a_page_names_exists(page: Path) -> None:
    """A file named in code type is there: from the project's folder, the package, or the folder of SQL steps."""
    named = re.findall(r"`([\w/.-]+\.(?:py|sql))`", page.read_text(encoding="utf-8"))
    package = docpages.ROOT / "src" / "partnerlens"
    places = (docpages.ROOT, package, package / "build" / "sql")

    assert [] == [name for name in named if not any((place / name).exists() for place in places)]


def test_every_page_can_be_reached_from_the_readme() -> None:
    """Following links from the README leads to every page."""
    reached, todo = set(), [docpages.ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = [(page.parent / target.partition("#")[0]).resolve() for _, target in docpages.links(page)]
        todo += [target for target in targets if target.suffix == ".md" and target.exists()]

    assert [] == [name_of(page) for page in PAGES if page not in reached]


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_prose_is_plain_with_a_sentence_on_each_line(page: Path) -> None:
    """One sentence stands on a line, and words that belittle the reader's trouble are left out."""
    faults, fenced = [], False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if fenced or line.lstrip().startswith(("|", "-", "1.", "2.", "3.", "#")):
            continue
        plain = re.sub(r"`[^`]*`", "``", line)
        if AVOIDED.search(plain) or TWO_SENTENCES.search(plain):
            faults.append(f"{name_of(page)}:{number}: {line}")

    assert [] == faults


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_place_of_one_machine(page: Path) -> None:
    """Pages hold no path of a machine and no address of a private host."""
    assert [] == PRIVATE.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("word", shlex.split(WORDS))
def test_every_word_of_the_field_is_in_the_glossary(word: str) -> None:
    """The glossary explains each word that code uses for a thing of the field."""
    terms = re.findall(
        r"^\*\*(.+?)\*\* \N{EN DASH} \S", (docpages.ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    known = {part.strip().lower() for term in terms for part in term.split(",")}

    assert word in known


def test_the_picture_in_the_readme_is_what_the_command_prints(folder: Path, demo_home: Path) -> None:
    """The README shows the answer for a partner of the demo as a terminal shows it."""
    shutil.copytree(demo_home, folder / "partnerlens-home")
    faults = [fault.text for fault in runner.run_pictures(docpages.ROOT / "README.md", folder)]

    assert [] == faults, "\n\n".join(faults)


def test_the_licence_is_the_apache_licence_in_full() -> None:
    """The LICENSE file holds the whole text, from its title to its end."""
    text = (docpages.ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Version 2.0, January 2004" in text
    assert text.rstrip().endswith("limitations under the License.")
