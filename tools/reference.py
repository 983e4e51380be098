# ruff: noqa: INP001
"""
Write the reference pages from the definitions that the program itself reads: ``python tools/reference.py``.

``--check`` writes nothing and fails when a page differs from what would be written.
"""

import argparse
import inspect
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args, get_origin

import typer.main
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from partnerlens import errors
from partnerlens.access.roles import built_in_roles
from partnerlens.access.settings import (
    OIDC_VARIABLE,
    REGISTER_VARIABLE,
    LimitSettings,
    OidcSettings,
    ServerSettings,
)
from partnerlens.api.problem import TITLES
from partnerlens.app.workspace import Workspace
from partnerlens.build.part import PARTS, SET_TABLE_SUFFIX, USERS, Part, Roll
from partnerlens.catalog.catalog import Catalog
from partnerlens.cli.main import app
from partnerlens.ingest.mapping import ColumnSource, MappingFile, TableMapping, built_in_mappings
from partnerlens.ingest.rules import RULES, expected_value
from partnerlens.model.edition import Manifest
from partnerlens.model.facts import KIND_MEANING, STORED_TYPE, TABLES, Column, Kind, Table
from partnerlens.model.metric import METRICS, MauMethod, Method
from partnerlens.model.scorecard import (
    AnyOption,
    Band,
    Condition,
    ExamRule,
    Gate,
    Indicator,
    Limit,
    MarketClasses,
    Option,
    Parameters,
    ProductList,
    Scorecard,
    Tier,
    Track,
    TrackChoice,
)
from partnerlens.model.workload import Exam
from partnerlens.months import Month
from partnerlens.server.site import create_app
from partnerlens.settings import BenchmarkSettings, EligibilitySettings, ProgramSettings

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
NOTE = "<!-- Written by tools/reference.py from the definitions; change those instead. -->"
SET_COLUMNS = {"products": ("product_id",), "pairs": ("product_id", "workload"), "workloads": ("workload",)}
ROLLS = {
    Roll.WINDOW: "rows of the twelve months that end with the data month add up",
    Roll.RUNNING: "changes of all months up to the data month add up",
    Roll.MONTH: "rows of the data month alone",
    Roll.MASK: "the rows whose mask holds it count",
}
METHODS = {
    Method.SUM: "sum over the twelve months",
    Method.SNAPSHOT: "at the end of the data month",
    Method.RATIO: "ratio of two sums over the twelve months",
    MauMethod.TTM_DISTINCT: "distinct users of the twelve months, divided by 12",
    MauMethod.MEAN_MONTHLY: "mean of the twelve monthly distinct counts",
}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a Markdown table."""
    lines = [list(head), ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return ["| " + " | ".join(line) + " |" for line in lines] + [""]


def code(text: object) -> str:
    """Return a text as Markdown code; nothing for an empty one."""
    return f"`{text}`" if text not in (None, "") else ""


def facts_page() -> list[str]:
    """Return the page of the fact tables."""
    lines = [
        "# Fact tables",
        "",
        "A file holds the rows of one table and has a header with these column names, in any order.",
        "`partnerlens template TABLE` prints the header; columns that are not required may be left out.",
        "An empty field is null.",
        "",
        "## How values are written",
        "",
        *table(
            ["kind", "written as", "kept as"],
            [(code(kind), KIND_MEANING[kind], code(STORED_TYPE[kind])) for kind in Kind],
        ),
        "A column that names a row of another table is kept as that row's number (`BIGINT`), given when it is loaded.",
        "A month is kept as the whole number `year * 12 + month - 1`.",
        "",
    ]
    for contract in TABLES.values():
        lines += _fact_table(contract)
    return lines


def _fact_table(contract: Table) -> list[str]:
    key = ", ".join(code(name) for name in contract.key) or "none: the table is a set of whole rows"
    split = f" Kept by month of {code(contract.month_column)}." if contract.month_column else ""
    rows = [
        (
            code(column.name),
            "key" if column.key and column.required else "key, may be empty" if column.key else _required(column),
            code(column.kind),
            f"{column.meaning}{_more(column)}",
        )
        for column in contract.columns
    ]
    return [
        f"## {contract.name}",
        "",
        contract.meaning,
        "",
        f"Key: {key}.{split}",
        "",
        *table(["column", "field", "kind", "meaning"], rows),
    ]


def _required(column: Column) -> str:
    return "required" if column.required else "may be empty"


def _more(column: Column) -> str:
    more = ""
    if column.references:
        more += f" Names a row of [{column.references}](#{column.references})."
    if column.kind is Kind.CHOICE:
        more += f" One of {', '.join(code(choice) for choice in column.choices)}; case does not matter."
        more += "".join(f" {code(other)} is read as {code(word)}." for other, word in column.also.items())
    if column.kind is Kind.COUNT:
        more += f" A {expected_value(column)}."
    if column.unit:
        more += f" Unit: {column.unit}."
    return more


def settings_page() -> list[str]:
    """Return the page of the program settings."""
    return [
        "# Program settings",
        "",
        "The settings of a program stand in the file `program.toml` of its workspace.",
        "Each has a default; a key that is not known is an error.",
        "",
        *_model_table(ProgramSettings),
        "## [benchmark]",
        "",
        *_model_table(BenchmarkSettings),
        "## [eligibility]",
        "",
        *_model_table(EligibilitySettings),
        "`reporting_currency` and `time_zone` cannot change once facts are loaded.",
        "The other settings take effect with the next build.",
        "",
        "The environment variable `PARTNERLENS_HOME` names the workspace where `--home` is not given.",
        "",
    ]


SERVER_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("server.toml", ServerSettings),
    ("[limits]", LimitSettings),
    ("[oidc]", OidcSettings),
)
"""The tables of the server's settings."""


def server_page() -> list[str]:
    """Return the page of the server: its settings, and the roles."""
    lines = [
        "# Server settings and roles",
        "",
        "The settings of the server stand in the file `server.toml` of the workspace, which need not be there.",
        "A key that is not known is an error.",
        "",
    ]
    for title, model in SERVER_TABLES:
        lines += [f"## {title}", "", *_model_table(model)]
    rows = [
        (
            code(name),
            role.title,
            ", ".join(sorted(role.pages)),
            *("yes" if held else "" for held in (role.revenue, role.personal, role.download)),
        )
        for name, role in built_in_roles().items()
    ]
    head = ["role", "title", "pages", "revenue", "names of people", "download"]
    return [
        *lines,
        "## Environment",
        "",
        *table(
            ["variable", "meaning"],
            [
                (
                    code(REGISTER_VARIABLE),
                    "The PostgreSQL address of the register; a file in the workspace without it.",
                ),
                (code(OIDC_VARIABLE), "The secret that the identity provider has given this server."),
            ],
        ),
        "## Roles",
        "",
        *table(head, rows),
    ]


def api_page() -> list[str]:
    """Return the page of the REST API."""
    with TemporaryDirectory() as folder:
        Workspace.init(Path(folder) / "home").close()
        app = create_app(Path(folder) / "home")
        document = app.openapi()
        app.state.workspace.close()
        app.state.register.close()
    lines = [
        "# REST API",
        "",
        "A server describes its API at `/api/v1/openapi.json` (OpenAPI 3.1).",
        "Send a token of `partnerlens token create` as `Authorization: Bearer TOKEN`.",
        "Replies are JSON; exact numbers are texts; lists tell `total` and the address of the `next` page.",
        "An error is `application/problem+json` with a stable `code`, `detail`, `remedy` and `request_id`.",
        "A reply carries an `ETag` that is the reader's own.",
        "A changing request may carry an `Idempotency-Key`, and is then made once.",
        "",
        "## Problems",
        "",
        *table(["code", "title"], [(code(name), title) for name, title in TITLES.items()]),
    ]
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            lines += _operation(f"{method.upper()} {path}", operation)
    return lines


def _operation(title: str, operation: dict[str, Any]) -> list[str]:
    rows = [
        (code(parameter["name"]), parameter["in"], parameter.get("description", ""))
        for parameter in operation.get("parameters", [])
    ]
    bodies = operation.get("requestBody", {}).get("content", {})
    lines = [f"## {title}", "", f"{operation['summary']}.", "", *operation["description"].splitlines(), ""]
    if bodies:
        lines += [f"Body: {', '.join(code(kind) for kind in bodies)}.", ""]
    return lines + (table(["parameter", "in", "meaning"], rows) if rows else [])


def _model_table(model: type[BaseModel], *, skip: Sequence[str] = ()) -> list[str]:
    rows = []
    for name, field in model.model_fields.items():
        shown = field.alias or name
        annotation = field.annotation
        if shown in skip or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            continue
        rows.append((code(shown), _default(field.default, field.default_factory), _type(annotation), field.description))
    return table(["key", "default", "value", "meaning"], rows)


def _default(default: object, factory: object) -> str:
    if default is PydanticUndefined:
        return "" if factory else "required"
    if isinstance(default, tuple):
        return ", ".join(code(item) for item in default)
    return code(default)


def _type(annotation: object) -> str:
    choices = _choices(annotation)
    if choices:
        return ", ".join(code(choice) for choice in choices)
    plain = isinstance(annotation, type) and not get_args(annotation)
    text = annotation.__name__ if plain and isinstance(annotation, type) else str(annotation)
    for python, words in (
        ("dict[str, tuple[str, ...]]", "table of lists of texts"),
        ("tuple[str, ...]", "list of texts"),
        ("dict[str, str]", "table of texts"),
        ("str", "text"),
        ("int", "whole number"),
        (" | None", ""),
        ("|", "or"),
    ):
        text = text.replace(python, words)
    return text


def _choices(annotation: object) -> list[str]:
    """Return the words of a Literal, also of one that may be null."""
    found = []
    for argument in get_args(annotation):
        found += [argument] if isinstance(argument, str) else _choices(argument)
    return found


def commands_page() -> list[str]:
    """Return the page of the commands."""
    group: Any = typer.main.get_command(app)
    lines = [
        "# Commands",
        "",
        "A workspace is a folder: `--home`, else the variable `PARTNERLENS_HOME`, else `partnerlens-home`.",
        "With `--json` a command prints [one JSON document](json.md) on standard output and nothing else there.",
        "Progress and messages go to standard error.",
        "",
        "## Exit codes",
        "",
        *table(
            ["code", "meaning"],
            [
                (0, "done"),
                (1, "done, with rejected rows"),
                *((exit_code, _first_line(error.__doc__)) for exit_code, error in _exit_codes().items()),
                (130, "stopped by Ctrl-C"),
            ],
        ),
        "An error that is not among [the known ones](errors.md) is a bug: it is printed with its traceback (code 5).",
        "",
        "## partnerlens",
        "",
        *table(["option", "meaning"], _options(group)),
    ]
    for name, command in _commands(group):
        lines += _command(name, command)
    return lines


def _commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The commands with their words, such as ``user add``."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def _exit_codes() -> dict[int, type[errors.PartnerlensError]]:
    return {error.exit_code: error for error in reversed(errors.PartnerlensError.__subclasses__())}


def _command(name: str, command: Any) -> list[str]:
    arguments = [param for param in command.params if param.opts and not param.opts[0].startswith("-")]
    usage = " ".join(["partnerlens", name, *(param.metavar or param.name.upper() for param in arguments), "[OPTIONS]"])
    lines = [f"## {name}", "", " ".join(command.help.split()), "", "```text", usage, "```", ""]
    if arguments:
        lines += table(["argument", "meaning"], [(code(param.metavar), param.help) for param in arguments])
    return lines + table(["option", "default", "meaning"], [_option(param) for param in _options_of(command)])


def _options_of(command: Any) -> list[Any]:
    return [param for param in command.params if param.opts and param.opts[0].startswith("-")]


def _options(command: Any) -> list[tuple[str, str]]:
    return [(_option_name(param), param.help) for param in _options_of(command)] + [
        ("`--help`, `-h`", "Print the help of the program or of a command.")
    ]


def _option(param: Any) -> tuple[str, str, str]:
    default = "" if param.is_flag or param.default in (None, []) else code(param.default)
    if param.is_flag and param.secondary_opts:
        default = code((param.opts if param.default else param.secondary_opts)[0])
    bounds = [f"at least {param.min}"] if param.min is not None else []
    bounds += [f"at most {param.max}"] if param.max is not None else []
    more = f" {' and '.join(bounds).capitalize()}." if bounds else ""
    more += f" Environment variable: `{param.envvar}`." if param.envvar else ""
    return _option_name(param), default, f"{param.help}{more}"


def _option_name(param: Any) -> str:
    names = ", ".join(code(name) for name in (*param.opts, *param.secondary_opts))
    return names if param.is_flag or not param.metavar else f"{names} {code(param.metavar)}"


def metrics_page() -> list[str]:
    """Return the page of the eight metrics."""
    lines = [
        "# Metrics",
        "",
        "Every metric is worked out from the facts that are credited to the partner and selected by the filter.",
        "The window is the data month and the eleven months before it.",
        "",
        *table(
            ["id", "title", "unit", "method"],
            [(code(metric.id), metric.title, metric.unit, _method(metric.method)) for metric in METRICS.values()],
        ),
    ]
    for metric in METRICS.values():
        null = f"Null with the reason `{metric.null_reason}`." if metric.null_reason else "Never null."
        history = (
            f"Reads {metric.history_months} months before the data month; "
            "where one of them lies before the first month of facts, the value carries `history_short`."
            if metric.history_months
            else "Reads the end of the data month alone."
        )
        lines += [
            f"## {metric.id}",
            "",
            metric.definition,
            "",
            f"- Group: {metric.group}.",
            f"- {null}",
            f"- {history}",
            f"- Distances to the next band are whole multiples of {metric.step}.",
            "",
        ]
    return [
        *lines,
        "## Methods",
        "",
        *table(["method", "meaning"], [(code(method.value), words) for method, words in METHODS.items()]),
    ]


def _method(method: Method | None) -> str:
    return code(method.value) if method else "as `mau_method` says"


def results_page() -> list[str]:
    """Return the page of an edition's result tables."""
    lines = [
        "# Result tables of an edition",
        "",
        "An edition binds the result tables of twelve months, and the partners, products and countries as they stood.",
        "A table is a Parquet file in `store/results/`, named by the SHA-256 of its bytes.",
        "Its rows are sorted by its key columns and sets.",
        "The SQL that makes it is in `src/partnerlens/build/sql/`.",
        "",
        "## Dimensions",
        "",
        *table(
            ["table", "columns"],
            [
                ("`partners`", "`partner_id`, `name`, `country`, `parent_partner_id`"),
                ("`products`", "`product_id`, `name`, `family`, `workloads`"),
                ("`countries`", "`country`"),
            ],
        ),
    ]
    for part in (*PARTS, *USERS.values()):
        lines += _part(part)
    return [*lines, "## Manifest", "", "What an edition says of itself:", "", *_attributes(Manifest)]


def _part(part: Part) -> list[str]:
    method = next((f" ({method.value})" for method, users in USERS.items() if users is part), "")
    names = ["partner_id", *part.keys]
    columns = [
        (code(name), "text" if name != "person" else "whole number; 0 counts people of one country") for name in names
    ]
    columns += [(code(name), f"number of a set in `{part.name}{SET_TABLE_SUFFIX}`") for name in part.sets]
    columns += [(code(name), code(kind)) for name, kind in part.measures.items()]
    lines = [
        f"## {part.name}{method}",
        "",
        f"Steps: {', '.join(f'`{step}.sql`' for step in part.steps)}.",
        f"Facts: {', '.join(f'[{name}](facts.md#{name})' for name in part.tables)}.",
        f"For a data month, {ROLLS[part.roll]}.",
        "",
        *table(["column", "holds"], columns),
    ]
    if part.set_of is None:
        return lines
    members = ", ".join(code(name) for name in SET_COLUMNS[part.set_of.value])
    return [
        *lines,
        f"`{part.name}{SET_TABLE_SUFFIX}` lists the members of each set: `set`, {members}.",
        "Set 0 is the empty one.",
        "",
    ]


def _attributes(model: type) -> list[str]:
    text = inspect.getdoc(model) or ""
    rows, inside = [], False
    for line in text.splitlines():
        if line.strip() == "Attributes:":
            inside = True
        elif inside and ": " in line:
            name, _, meaning = line.strip().partition(": ")
            rows.append((code(name), meaning))
    return table(["field", "meaning"], rows)


def catalog_page() -> list[str]:
    """Return the page of credit policies, exam lists and built-in mappings."""
    catalog = Catalog()
    lines = [
        "# Credit policies, exam lists and mappings",
        "",
        "These definitions come with the program as TOML files.",
        "`catalog/policies/NAME.toml` in the workspace adds a credit policy, or replaces the one of that name.",
        "`catalog/workloads.toml` in the workspace replaces the exam lists.",
        "",
    ]
    for name in catalog.names("policies"):
        policy = catalog.policy(name).definition
        rules = [
            (
                rule.association,
                rule.claim or "any or none",
                " and ".join(rule.groups),
                f"since {rule.since}" if rule.since else "always",
                f"where no {rule.yields_to} association holds the group" if rule.yields_to else "",
            )
            for rule in policy.rules
        ]
        lines += [f"## Credit policy {code(policy.id)}", "", f"{policy.title}.", ""]
        lines += [f"Source: {policy.source.title} ({policy.source.where}), read {policy.source.accessed}.", ""]
        lines += table(["association", "claim", "credits", "from", "only"], rules)
    return [*lines, *_exam_lists(catalog), *_mappings()]


def _exam_lists(catalog: Catalog) -> list[str]:
    workloads = catalog.workloads().definition
    lists = [
        (workload.name, listed.first_month or "", listed.last_month or "", ", ".join(listed.exams))
        for workload in workloads.workloads
        for listed in workload.lists
    ]
    retired = [(exam.code, exam.retired_on, exam.counts_until) for exam in workloads.retired_exams]
    return [
        "## Exam lists",
        "",
        f"Source: {workloads.source.title} ({workloads.source.where}), read {workloads.source.accessed}.",
        "",
        *table(["workload", "first data month", "last data month", "exams"], lists),
        "### Retired exams",
        "",
        "A pass counts when it lies before the exam's retirement, for data months that end no later than the last day.",
        "",
        *table(["exam", "retired on", "counts until"], retired),
    ]


def _mappings() -> list[str]:
    return [
        "## Mappings",
        "",
        f"Built in: {', '.join(code(name) for name in built_in_mappings())}.",
        "A mapping file is TOML with these keys; [Map other columns](../how-to/mapping.md) shows how to write one.",
        "",
        *_model_table(MappingFile, skip=["table"]),
        "### [[table]]",
        "",
        *_model_table(TableMapping, skip=["columns"]),
        "### [table.columns]",
        "",
        "Each key is a column of the fact table; its value is the name of a source column, or a table with these keys:",
        "",
        *_model_table(ColumnSource),
    ]


SCORECARD_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("the whole file", Scorecard),
    ("[parameters]", Parameters),
    ("[classes]", MarketClasses),
    ("[choice]", TrackChoice),
    ("[[tiers]], [[tracks.TRACK.tiers]]", Tier),
    ("[tracks.TRACK]", Track),
    ("[tracks.TRACK.indicators.INDICATOR]", Indicator),
    ("[exam_rules.RULE]", ExamRule),
    ("[[exams]]", Exam),
    ("[product_lists.LIST]", ProductList),
    ("options.OPTION of every kind", Option),
)
"""The tables of a scorecard file, with what each holds."""

OPTION_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("gates of people", Gate),
    ("bands of `banded_growth`", Band),
    ("conditions of `qualifying`", Condition),
    ("limits of conditions", Limit),
)
"""The tables inside an option."""


def scorecards_page() -> list[str]:
    """Return the page of the built-in scorecards, the market lists and the keys of a scorecard file."""
    catalog = Catalog()
    versions = catalog.scorecard_versions()
    lines = [
        "# Scorecards",
        "",
        "These scorecards come with the program as TOML files.",
        "[Write a scorecard](../how-to/write-a-scorecard.md) shows how a workspace adds to them or changes them.",
        "",
        *table(
            ["scorecard", "title", "holds from", "until", "versions"],
            [
                (code(mine[0].id), mine[-1].title, mine[0].effective_from, mine[-1].effective_until, len(mine))
                for name in dict.fromkeys(version.id for version in versions)
                for mine in [[version for version in versions if version.id == name]]
            ],
        ),
    ]
    for name in dict.fromkeys(version.id for version in versions):
        mine = [version for version in versions if version.id == name]
        changes = [
            catalog.scorecard(f"{name}@{version.version}", Month.of(version.effective_from)).definition
            for version in mine
        ]
        lines += [f"## Scorecard {code(name)}", "", f"{changes[-1].title}.", ""]
        lines += table(
            ["version", "what changed", "source", "read"],
            [
                (each.version, each.change, f"{each.source.title}; {each.source.where}", each.source.accessed)
                for each in changes
            ],
        )
        lines += _scorecard_figures(changes[-1])
    return [*lines, *_markets(catalog), *_scorecard_keys()]


def _scorecard_figures(scorecard: Scorecard) -> list[str]:
    rows = [
        (
            code(track),
            indicator.title,
            indicator.max,
            name,
            code(option.kind),
            option.points,
            _by_class(option.threshold),
        )
        for track, content in scorecard.tracks.items()
        for indicator in content.indicators.values()
        for name, option in indicator.options.items()
    ]
    tiers = [(code(track), tier.name, _asks(tier)) for track in scorecard.tracks for tier in scorecard.tiers_of(track)]
    return [
        f"Figures of version {scorecard.version}, with credit policy {code(scorecard.credit_policy)}:",
        "",
        *table(["track", "indicator", "max", "option", "kind", "points", "threshold"], rows),
        *table(["track", "tier", "asks for"], tiers),
    ]


def _asks(tier: Tier) -> str:
    asked = [f"{tier.points} points"] if tier.points else []
    asked += ["points in every indicator"] if tier.every_indicator else []
    asked += [f"{code(name)} {_by_class(value)}" for name, value in tier.conditions.items()]
    return ", ".join(asked)


def _by_class(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{number} ({name})" for name, number in value.items())
    return "" if value is None else str(value)


def _markets(catalog: Catalog) -> list[str]:
    lines = ["## Market lists", "", "`catalog/markets.toml` in the workspace replaces these lists.", ""]
    for market in catalog.markets().definition.markets:
        source = f"{market.source.title} ({market.source.where}), read {market.source.accessed}"
        lines += [f"{code(market.name)}: {', '.join(market.countries)}.", "", f"Source: {source}.", ""]
    return lines


def _scorecard_keys() -> list[str]:
    lines = [
        "## Keys of a scorecard file",
        "",
        "A number *by class* is one number for all, or a table with one for each market class.",
        "A file of dated versions may also have `extends`, the version that it changes.",
        "",
    ]
    for title, model in SCORECARD_TABLES:
        lines += [f"### {title}", "", *_keys(model)]
    for model in get_args(get_args(AnyOption)[0]):
        kind = get_args(model.model_fields["kind"].annotation)[0]
        lines += [f"### kind = {code(kind)}", "", *_summary(model), *_keys(model, skip=[*Option.model_fields, "kind"])]
    for title, model in OPTION_TABLES:
        lines += [f"### {title}", "", *_keys(model)]
    return lines


def _keys(model: type[BaseModel], *, skip: Sequence[str] = ()) -> list[str]:
    meanings = _meanings(model)
    rows = [
        (code(name), _written(field), _choice_of(field.annotation), meanings.get(name, ""))
        for name, field in model.model_fields.items()
        if name not in skip
    ]
    return table(["key", "default", "one of", "meaning"], rows) if rows else []


def _written(field: FieldInfo) -> str:
    """The default of a key as a file would write it; nothing for tables, whose keys have defaults of their own."""
    if isinstance(field.default, BaseModel):
        return ""
    return code("false") if field.default is False else _default(field.default, field.default_factory)


def _choice_of(annotation: object) -> str:
    return ", ".join(code(choice) for choice in _choices(annotation)) if get_origin(annotation) is Literal else ""


def _summary(model: type) -> list[str]:
    return [" ".join((inspect.getdoc(model) or "").split("Attributes:")[0].split()), ""]


def _meanings(model: type) -> dict[str, str]:
    """The meanings of a model's fields, as its docstring tells them; a deeper line goes on with the one before."""
    found: dict[str, str] = {}
    name = ""
    for line in (inspect.getdoc(model) or "").partition("Attributes:\n")[2].splitlines():
        if line.startswith(" " * 8):
            found[name] += f" {line.strip()}"
        elif line.strip():
            name, _, found[name] = line.strip().partition(": ")
    return {name: meaning.replace("``", "`") for name, meaning in found.items()}


def rules_page() -> list[str]:
    """Return the page of the rules that rows have to keep."""
    return [
        "# Rules for rows",
        "",
        "A row that breaks a rule goes to quarantine; the other rows of the file are loaded.",
        "`partnerlens quarantine` lists the rows with file, line, column, value, rule and remedy.",
        "A row that waits is tried again after each later load that can bring what it lacks.",
        "",
        *table(
            ["rule", "problem", "remedy", "waits"],
            [
                (code(name), _placed(rule.problem), _placed(rule.remedy), "yes" if rule.is_waiting else "")
                for name, rule in RULES.items()
            ],
        ),
    ]


def _placed(text: str) -> str:
    for place, words in (
        ("{column}", "COLUMN"),
        ("{value}", "VALUE"),
        ("{table}", "TABLE"),
        ("{expected}", "*what the column holds*"),
    ):
        text = text.replace(place, words)
    return text


def errors_page() -> list[str]:
    """Return the page of the errors."""
    rows = [
        (code(error.__name__), code(error.code), error.exit_code, error.status, _first_line(error.__doc__))
        for error in all_errors()
    ]
    return [
        "# Errors",
        "",
        "An error that a reader can act on is printed as a problem and a remedy, without a traceback.",
        "With `--json` it is also the document on standard output: `error.code`, `error.problem`, `error.remedy`.",
        "In Python it is an exception of `partnerlens.errors` with the attributes `problem` and `remedy`.",
        "",
        *table(["class", "code", "exit code", "HTTP status", "meaning"], rows),
    ]


def all_errors() -> list[type[errors.PartnerlensError]]:
    """Return the classes of errors, the general one first."""
    found: list[type[errors.PartnerlensError]] = [errors.PartnerlensError]
    for error in found:
        found.extend(error.__subclasses__())
    return found


def json_page() -> list[str]:
    """Return the page of the JSON documents."""
    lines = [
        "# JSON documents",
        "",
        "What each command prints with `--json`.",
        "`[]` stands for each entry of a list.",
        "Months are `YYYY-MM`; exact numbers are texts, so that no reader rounds them.",
        "",
    ]
    for document in documents():
        title = document["command"]
        lines += [f"## {title}", "", document["meaning"], ""]
        lines += table(["field", "meaning"], [(code(path), words) for path, words in document["fields"].items()])
    return lines


def documents() -> list[dict[str, Any]]:
    """Return the JSON documents with their fields."""
    text = (Path(__file__).parent / "json_documents.toml").read_text(encoding="utf-8")
    listed: list[dict[str, Any]] = tomllib.loads(text)["document"]
    return listed


def python_page() -> list[str]:
    """Return the page of the Python interface."""
    lines = [
        "# Python interface",
        "",
        "`from partnerlens.app import Workspace`; [In a notebook](../how-to/notebook.md) shows it in use.",
        "",
        *_pre(inspect.getdoc(Workspace)),
    ]
    # The parts that it is made of follow, each with the verbs of its own.
    members = {name: member for part in reversed(Workspace.__mro__) for name, member in vars(part).items()}
    verbs = dict.fromkeys(name for part in Workspace.__mro__ for name in vars(part))
    for name, member in ((name, members[name]) for name in verbs):
        function = member.__func__ if isinstance(member, classmethod) else member
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        lines += [f"## {name}", "", *_pre(f"{name}{_signature(function)}\n\n{inspect.getdoc(function)}")]
    return lines


def _signature(function: Callable[..., object]) -> str:
    parameters = [
        name if parameter.default is parameter.empty else f"{name}={_shown(parameter.default)}"
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in {"self", "cls"}
    ]
    return f"({', '.join(parameters)})"


def _shown(default: object) -> str:
    return "..." if callable(default) else repr(default)


def _pre(text: str | None) -> list[str]:
    return ["```text", *(text or "").splitlines(), "```", ""]


def index_page() -> list[str]:
    """Return the first page of the reference."""
    return [
        "# Reference",
        "",
        "These pages are generated from the definitions that the program reads.",
        "",
        *(f"- [{title}]({name}.md)" for name, (title, _) in PAGES.items() if name != "index"),
        "",
    ]


PAGES: dict[str, tuple[str, Callable[[], list[str]]]] = {
    "index": ("Reference", index_page),
    "facts": ("Fact tables", facts_page),
    "rules": ("Rules for rows", rules_page),
    "settings": ("Program settings", settings_page),
    "catalog": ("Credit policies, exam lists and mappings", catalog_page),
    "scorecards": ("Scorecards", scorecards_page),
    "metrics": ("Metrics", metrics_page),
    "commands": ("Commands", commands_page),
    "json": ("JSON documents", json_page),
    "errors": ("Errors", errors_page),
    "results": ("Result tables of an edition", results_page),
    "python": ("Python interface", python_page),
    "server": ("Server settings and roles", server_page),
    "api": ("REST API", api_page),
}
"""Each page with its title and what makes it."""


def page(name: str) -> str:
    """Return the text of a page."""
    return "\n".join([NOTE, "", *PAGES[name][1]()]).rstrip("\n") + "\n"


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of the pages that differ from what would be written, or that nothing writes."""
    written = {path.stem for path in folder.glob("*.md")}
    differing = [
        name
        for name in PAGES
        if name not in written or (folder / f"{name}.md").read_text(encoding="utf-8") != page(name)
    ]
    return [*differing, *sorted(written - set(PAGES))]


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with ``--check`` say which are stale; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the reference pages.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is stale")
    if parser.parse_args(arguments).check:
        old = stale()
        if old:
            sys.stderr.write(f"stale: {', '.join(old)}; run 'python tools/reference.py'\n")
        return int(bool(old))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (FOLDER / f"{name}.md").write_text(page(name), encoding="utf-8")
    return 0


def _cell(cell: object) -> str:
    return " ".join(str("" if cell is None else cell).replace("|", "\\|").split())


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
