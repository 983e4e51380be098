"""Definitions are data: TOML files checked against a model, with every fault reported at once, by file and line."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from partnerlens.errors import DefinitionError, did_you_mean
from partnerlens.toml import Document, Fault, Place, dotted, read_toml


class Definition(BaseModel):
    """A frozen model of a definition file that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


PATTERN_WORDS = {
    "^[A-Z]{3}$": "write a currency as three capital letters, such as EUR (ISO 4217)",
    "^[A-Z]{2}$": "write a country as two capital letters, such as DE (ISO 3166-1)",
}
"""What a pattern asks for, in words."""

ISSUE_WORDS = {
    "greater_than": "it has to be above {gt}",
    "greater_than_equal": "it has to be at least {ge}",
    "less_than_equal": "it has to be at most {le}",
    "too_short": "it needs at least {min_length} entry",
    "model_type": "write a table",
    "dict_type": "write a table",
    "tuple_type": "write a list",
    "string_type": "write a text in quotes",
    "bool_type": "write true or false",
    "date_type": "write a day, such as 2021-06-01",
    "decimal_type": "write a number",
    "decimal_parsing": "write a number",
}
"""What a value has to be, in words."""

D = TypeVar("D", bound=Definition)

Check = Callable[[Mapping[str, Any]], list[Fault]]
"""Looks for faults that a model cannot see; it is given tables as they were written, whatever they hold."""


def checked(document: Document, model: type[D], *, check: Check = lambda _: []) -> D:
    """
    Return the definition that a document holds.

    Args:
        document: the tables.
        model: what they have to be.
        check: looks for further faults.

    Raises:
        DefinitionError: the tables do not fit; all faults are listed, each with its file and line.
    """
    more = check(document.data)
    try:
        definition = model.model_validate(document.data)
    except ValidationError as error:
        issues = _own_issues([dict(issue) for issue in error.errors()])
        faults = [*more, *(_fault(issue, document.data, model) for issue in issues)]
        raise DefinitionError("\n".join(document.report(faults))) from error
    if more:
        raise DefinitionError("\n".join(document.report(more)))
    return definition


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
    return checked(read_toml(text, origin=origin), model)


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


def _fault(issue: dict[str, Any], data: Mapping[str, Any], model: type[BaseModel]) -> Fault:
    place = _place(issue, data)
    name = dotted(place)
    if issue["type"] == "extra_forbidden":
        hint = did_you_mean(str(place[-1]), _known(model, place[:-1], data))
        return Fault(place, f"'{name}' is not a known key" + (f"; {hint}" if hint else ""))
    if issue["type"] in {"missing", "union_tag_not_found"}:
        return Fault(place, f"'{name}' is missing")
    value = issue["ctx"]["tag"] if issue["type"] == "union_tag_invalid" else issue["input"]
    return Fault(place, f"'{name}' is {_shown(value)}: {_plain_words(issue)}")


def _place(issue: dict[str, Any], data: Mapping[str, Any]) -> Place:
    """The place that an issue is about; names that the checker gives to the forms of a value are left out."""
    place: list[str | int] = []
    current: Any = data
    for part in issue["loc"]:
        inside = (isinstance(current, dict) and part in current) or (
            isinstance(current, list) and isinstance(part, int) and part < len(current)
        )
        if inside:
            current = current[part]
            place.append(part)
    if issue["type"] == "missing":
        place.append(issue["loc"][-1])
    if issue["type"].startswith("union_tag"):
        place.append(issue["ctx"]["discriminator"].strip("'"))
    return tuple(place)


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return ("a table" if isinstance(value, dict) else "a list") if value else "empty"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, Decimal | date) else repr(value)


def _plain_words(issue: dict[str, Any]) -> str:
    """What the value should have been; the checker's own words where they are plain enough."""
    context = issue.get("ctx", {})
    if issue["type"] == "string_pattern_mismatch":
        return PATTERN_WORDS.get(context["pattern"], f"it does not fit {context['pattern']}")
    if issue["type"] == "value_error":
        return str(context["error"])
    if issue["type"] in ISSUE_WORDS:
        return ISSUE_WORDS[issue["type"]].format(**context)
    if issue["type"] in {"union_tag_invalid", "literal_error"}:
        known = context.get("expected_tags") or context["expected"]
        given = str(context.get("tag", issue["input"]))
        hint = did_you_mean(given, re.findall(r"'([^']*)'", known))
        return f"known are {known}" + (f"; {hint}" if hint else "")
    return str(issue["msg"])


def _own_issues(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out a list that seems too short only because its members are at fault, which is told on its own."""
    places = [issue["loc"] for issue in issues]
    return [
        issue
        for issue in issues
        if issue["type"] != "too_short"
        or not any(place != issue["loc"] and place[: len(issue["loc"])] == issue["loc"] for place in places)
    ]


def _known(model: type[BaseModel], place: Place, data: Any) -> list[str]:
    """The keys that a table at a place may have."""
    forms: list[Any] = [model]
    for part in place:
        inner = [annotation for form in forms for annotation in _inside(form, part, data)]
        forms = [form for annotation in inner for form in _forms(annotation)]
        data = data[part]
    return [field.alias or name for form in forms if _fits(form, data) for name, field in form.model_fields.items()]


def _inside(form: Any, part: str | int, data: Any) -> Iterator[Any]:
    """The annotations of what stands under a key or at a position."""
    if get_origin(form) is dict:
        yield get_args(form)[1]
    elif get_origin(form) is tuple:
        yield get_args(form)[0]
    elif _fits(form, data):
        yield from (field.annotation for name, field in form.model_fields.items() if part in {name, field.alias})


def _forms(annotation: Any) -> Iterator[Any]:
    """The forms that an annotation allows."""
    if get_origin(annotation) in {Union, UnionType}:
        yield from (form for argument in get_args(annotation) for form in _forms(argument))
    elif get_origin(annotation) is Annotated:
        yield from _forms(get_args(annotation)[0])
    else:
        yield annotation


def _fits(form: Any, data: Any) -> bool:
    """Whether a form is a model, and of those that 'kind' tells apart the one that the data name."""
    if not (isinstance(form, type) and get_origin(form) is None and issubclass(form, BaseModel)):
        return False
    kind = form.model_fields.get("kind")
    kinds = get_args(kind.annotation) if kind and get_origin(kind.annotation) is Literal else ()
    return not kinds or data.get("kind") in kinds
