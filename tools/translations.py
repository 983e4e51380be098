# ruff: noqa: INP001, T201
"""
Keep the message catalogs of the pages (src/partnerlens/web/catalogs) in step with what the pages say.

    tools/translations.py           add new messages to the catalogs, and drop those that nothing says any more
    tools/translations.py --check   fail while a catalog is out of date, or a message is untranslated, fuzzy, or has
                                    other places to fill than the original

Messages are the English texts. They come from the pages' code and templates, and from definitions: metrics, reasons of
rows, and the scorecards that come with the program.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from partnerlens.access.roles import built_in_roles
from partnerlens.adoption.advice import SCENARIOS
from partnerlens.adoption.line import CAUSES
from partnerlens.answer import band
from partnerlens.catalog.catalog import Catalog as Definitions
from partnerlens.explain import CHANGE_CAUSES, REASONS
from partnerlens.explain.indicators import counted_row, definition
from partnerlens.explain.reasons import LEAVING_CAUSES, counted_rows
from partnerlens.findings import GROUP_TITLES, RULES, SEVERITY_TITLES
from partnerlens.model.metric import METRICS, MauMethod
from partnerlens.months import Month
from partnerlens.web.explain_place import message_of

ROOT = Path(__file__).parent.parent
WEB = ROOT / "src" / "partnerlens" / "web"
CATALOGS = WEB / "catalogs"
LANGUAGES = ("fr", "ko")

KEYWORDS = {"say": None, "say_count": (1, 2), "_message": None, "_counted": (1, 2), "_": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\(\w+\)s")
WRITTEN = datetime(2026, 11, 21, tzinfo=UTC)
"""The date in the headers, which says nothing and so never changes."""


def main() -> int:
    """Update, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, and fail where something is missing")
    checking = parser.parse_args().check
    said = list(messages())
    faults = []
    for language in LANGUAGES:
        file = CATALOGS / f"{language}.po"
        held = read_po(BytesIO(file.read_bytes()), locale=language)
        made = updated(held, said, language)
        text = written(made)
        if checking and text != file.read_bytes():
            faults.append(f"{file.name}: out of date; run tools/translations.py")
        if not checking:
            file.write_bytes(text)
        faults += [f"{file.name}: {fault}" for fault in lacking(made)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults and checking else 0


def messages() -> Iterator[tuple[str, str | tuple[str, str]]]:
    """Yield where each message is said, with the message, or its forms for one and for several."""
    for pattern, method in (("*.py", "python"), ("templates/*.html", "jinja2.ext:babel_extract")):
        for file in sorted(WEB.glob(pattern)):
            options = {"trimmed": "true"}
            with file.open("rb") as source:
                for _, message, _, _ in extract(_method(method), source, KEYWORDS, options=options):
                    yield file.relative_to(ROOT).as_posix(), message
    for metric in METRICS.values():
        for text in (metric.title, metric.definition, metric.group.value):
            yield "src/partnerlens/model/metric.py", text
        for method_of_users in MauMethod:
            sentences = counted_rows(metric.id, method_of_users).rstrip(".").split(". ")
            yield from (("src/partnerlens/explain/reasons.py", f"{sentence}.") for sentence in sentences)
    for reason in REASONS.values():
        yield "src/partnerlens/explain/reasons.py", reason.sentence
    yield from (("src/partnerlens/explain/reasons.py", sentence) for sentence in LEAVING_CAUSES.values())
    yield from (("src/partnerlens/explain/difference.py", sentence) for sentence in CHANGE_CAUSES.values())
    yield from (
        ("src/partnerlens/answer/band.py", sentence) for sentence in (*band.REASONS.values(), *band.RULES.values())
    )
    yield from (("src/partnerlens/adoption/line.py", sentence) for sentence in CAUSES.values())
    yield from (("src/partnerlens/adoption/advice.py", text) for text in of_advice())
    for role in built_in_roles().values():
        yield "src/partnerlens/access/roles.toml", role.title
    yield from of_findings()
    yield from of_scorecards()


def of_findings() -> Iterator[tuple[str, str | tuple[str, str]]]:
    """Yield what findings say, and what can be done."""
    where = "src/partnerlens/findings/rule.py"
    yield from ((where, title) for title in (*GROUP_TITLES.values(), *SEVERITY_TITLES.values()))
    where = "src/partnerlens/findings/rules"
    for rule in RULES:
        if rule.statement:
            yield where, (rule.one, rule.many)
            yield from ((where, text) for text in (rule.stake_words, rule.remedy))
        else:
            yield from ((where, text) for text in (rule.title, rule.undecided))


def of_advice() -> Iterator[str]:
    """Yield what is said of the scenarios of adoption."""
    for scenario in SCENARIOS.values():
        yield from (scenario.title, scenario.fits, scenario.consider, scenario.attempt)


def of_scorecards() -> Iterator[tuple[str, str]]:
    """Yield the titles, units and definitions of the scorecards that come with the program."""
    where = "src/partnerlens/catalog/scorecards"
    for version in Definitions(None).scorecard_versions():
        month = Month.of(version.effective_from) + 1
        scorecard = Definitions(None).scorecard(f"{version.id}@{version.version}", month).definition
        yield where, scorecard.title
        for track in scorecard.tracks.values():
            yield where, track.title
            yield from ((where, indicator.title) for indicator in track.indicators.values())
            yield from ((where, indicator.unit) for indicator in track.indicators.values() if " " in indicator.unit)
            for option in (option for indicator in track.indicators.values() for option in indicator.options.values()):
                yield "src/partnerlens/explain/indicators.py", message_of(definition(option))[0]
                yield "src/partnerlens/explain/indicators.py", counted_row(option, scorecard)


def updated(held: Catalog, said: list[tuple[str, str | tuple[str, str]]], language: str) -> Catalog:
    """Return a catalog with exactly the messages that are said, translated as far as they were."""
    made = Catalog(
        locale=language,
        project="Partnerlens",
        version="1",
        header_comment="# Messages of the pages; see tools/translations.py.",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        last_translator="",
        language_team="",
        msgid_bugs_address="",
        copyright_holder="",
        fuzzy=False,
    )
    for where, message in said:
        if not message:
            continue
        key = message[0] if isinstance(message, tuple) else message
        known = held.get(key)
        string = known.string if known is not None and _same_form(known, message) else None
        flags = known.flags if known is not None else set()
        made.add(message, string, locations=[(where, 0)], flags=flags & {"fuzzy"})
    return made


def lacking(catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with the translations."""
    for message in catalog:
        if not message.id:
            continue
        name = message.id[0] if isinstance(message.id, tuple) else message.id
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if not all(forms):
            yield f"'{name}' is not translated"
            continue
        if message.fuzzy:
            yield f"'{name}' is fuzzy"
        wanted = set(PLACE.findall(name))
        for form in forms:
            found = set(PLACE.findall(form))
            if found != wanted and not (isinstance(message.id, tuple) and found <= wanted):
                yield f"'{name}' has other places to fill than '{form}'"


def written(catalog: Catalog) -> bytes:
    """Return a catalog as the text of its file."""
    target = BytesIO()
    write_po(target, catalog, width=118, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return target.getvalue()


def _same_form(known: Message, message: str | tuple[str, str]) -> bool:
    return isinstance(known.id, (tuple, list)) == isinstance(message, tuple)


def _method(name: str) -> object:
    if ":" not in name:
        return name
    module, _, function = name.partition(":")
    return getattr(__import__(module, fromlist=[function]), function)


if __name__ == "__main__":
    sys.exit(main())
