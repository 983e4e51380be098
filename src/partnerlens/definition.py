"""Definitions are data: TOML files checked against a model, with every fault reported at once, by file and line."""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from partnerlens.errors import DefinitionError, did_you_mean


class Definition(BaseModel):
    """A frozen model of a definition file that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


PATTERN_WORDS = {"^[A-Z]{3}$": "write a currency as three capital letters, such as EUR (ISO 4217)"}
"""What a pattern asks for, in words."""

D = TypeVar("D", bound=Definition)


def read_definition(text: str, model: type[D], *, origin: str) -> D:
    """
    Return the definition that a TOML text holds.

    Args:
        text: the TOML document.
        model: what it has to be.
        origin: the file as the user knows it, for error texts.

    Raises:
        DefinitionError: the text is not TOML or does not fit; all faults are listed, each with its line.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{origin}: this is not TOML: {error}") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        issues = _own_faults([dict(issue) for issue in error.errors()])
        issues.sort(key=lambda issue: _line(text, _keys(issue)) or 0)
        raise DefinitionError("\n".join(_fault(text, origin, model, issue) for issue in issues)) from error


def read_definition_file(file: Path, model: type[D]) -> D:
    """
    Return the definition in a UTF-8 file; see ``read_definition``.

    Raises:
        DefinitionError: the file cannot be read, or does not fit.
    """
    text = read_text(file)
    return read_definition(text, model, origin=str(file))


def read_text(file: Path) -> str:
    """
    Return the text of a definition file, with or without a byte order mark.

    Raises:
        DefinitionError: the file cannot be read, or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{file}: the file cannot be read: {error}", "save it as UTF-8") from error


def _fault(text: str, origin: str, model: type[BaseModel], issue: dict[str, Any]) -> str:
    place = _keys(issue)
    line = _line(text, place)
    where = f"{origin}, line {line}" if line else origin
    name = ".".join(str(part) for part in issue["loc"])
    if issue["type"] == "extra_forbidden":
        hint = did_you_mean(place[-1], _known(model, place[:-1]))
        return f"{where}: '{name}' is not a known key" + (f"; {hint}" if hint else "")
    if issue["type"] == "missing":
        return f"{where}: '{name}' is missing"
    return f"{where}: '{name}' is {issue['input']!r}: {_plain_words(issue)}"


def _plain_words(issue: dict[str, Any]) -> str:
    """What the value should have been; the checker's own words where they are plain enough."""
    context = issue.get("ctx", {})
    if issue["type"] == "string_pattern_mismatch":
        return PATTERN_WORDS.get(context["pattern"], f"it does not fit {context['pattern']}")
    if issue["type"] == "value_error":
        return str(context["error"])
    return str(issue["msg"])


def _own_faults(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out a list that seems too short only because its members are at fault, which is told on its own."""
    places = [issue["loc"] for issue in issues]
    return [
        issue
        for issue in issues
        if issue["type"] != "too_short"
        or not any(place != issue["loc"] and place[: len(issue["loc"])] == issue["loc"] for place in places)
    ]


def _keys(issue: dict[str, Any]) -> list[str]:
    return [str(part) for part in issue["loc"] if not isinstance(part, int)]


def _line(text: str, place: list[str]) -> int | None:
    """The line of the last key of a place, looked for after the lines of the keys that lead to it."""
    found = None
    lines = text.splitlines()
    start = 0
    for key in place:
        pattern = re.compile(rf'^\s*(\[+\s*)?([\w."-]+\.)?"?{re.escape(key)}"?\s*(=|\]|\.)')
        for index in range(start, len(lines)):
            if pattern.match(lines[index]):
                found, start = index + 1, index
                break
    return found


def _known(model: type[BaseModel], place: list[str]) -> list[str]:
    current = model
    for key in place:
        field = current.model_fields.get(key)
        annotation = field.annotation if field else None
        candidates = [annotation, *getattr(annotation, "__args__", ())]
        nested = [item for item in candidates if isinstance(item, type) and issubclass(item, BaseModel)]
        if not nested:
            return []
        current = nested[0]
    return list(current.model_fields)
