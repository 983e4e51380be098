"""The reference is what the program's own definitions say, and nothing public is left out."""

import sys
from types import ModuleType

import docpages
import pytest

from commandlist import all_commands
from partnerlens.errors import PartnerlensError
from partnerlens.ingest.rules import RULES
from partnerlens.model.facts import TABLES
from partnerlens.model.metric import METRICS
from partnerlens.settings import BenchmarkSettings, EligibilitySettings, ProgramSettings

REFERENCE = docpages.DOCS / "reference"
COMMANDS = all_commands()


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """The module that writes the reference."""
    sys.path.insert(0, str(docpages.ROOT / "tools"))
    try:
        import reference  # noqa: PLC0415 - it lies outside the packages
    finally:
        sys.path.pop(0)
    return reference


def text(name: str) -> str:
    """Return a page of the reference."""
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    """Return what stands under a heading of the second level."""
    return f"\n{page}".split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_reference_is_up_to_date(generator: ModuleType) -> None:
    """`python tools/reference.py` would write the pages as they are."""
    assert [] == generator.stale()


def test_a_stale_page_is_found(generator: ModuleType, tmp_path) -> None:
    """A page that is missing, changed or written by nothing counts as stale."""
    for name in generator.PAGES:
        (tmp_path / f"{name}.md").write_text(generator.page(name), encoding="utf-8")
    (tmp_path / "facts.md").write_text("old", encoding="utf-8")
    (tmp_path / "rules.md").unlink()
    (tmp_path / "forgotten.md").write_text("", encoding="utf-8")

    assert {"facts", "rules", "forgotten"} == set(generator.stale(tmp_path))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_of_a_fact_table_is_documented(table) -> None:
    """The page of facts has a line for each column of each table, with its meaning."""
    shown = section(text("facts"), table.name)

    assert [] == [column.name for column in table.columns if f"| `{column.name}` |" not in shown]
    assert [] == [column.name for column in table.columns if column.meaning not in shown]


@pytest.mark.parametrize("settings", [ProgramSettings, BenchmarkSettings, EligibilitySettings])
def test_every_setting_is_documented(settings) -> None:
    """The page of settings has each key with its default and its meaning."""
    shown = text("settings")
    keys = [name for name in settings.model_fields if name not in {"benchmark", "eligibility"}]

    assert [] == [name for name in keys if f"| `{name}` |" not in shown]
    assert [] == [name for name in keys if settings.model_fields[name].description not in shown]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_documented(name: str) -> None:
    """The page of commands has each command with its arguments and options."""
    shown = section(text("commands"), name)
    options = [option for param in COMMANDS[name].params for option in (*param.opts, *param.secondary_opts)]

    assert [] == [option for option in options if option.startswith("-") and f"`{option}`" not in shown]


def test_every_exit_code_and_error_is_documented(generator: ModuleType) -> None:
    """The pages name each error class with its code, and each exit code that a command can have."""
    errors = generator.all_errors()

    assert PartnerlensError in errors
    assert [] == [error for error in errors if f"| `{error.__name__}` | `{error.code}` |" not in text("errors")]
    assert [] == [
        code for code in {0, 1, *(error.exit_code for error in errors)} if f"\n| {code} |" not in text("commands")
    ]


def test_every_rule_for_rows_is_documented() -> None:
    """The page of rules has each code that a rejection can carry."""
    assert [] == [rule for rule in RULES if f"| `{rule}` |" not in text("rules")]


def test_every_metric_is_documented() -> None:
    """The page of metrics has each metric with its definition."""
    shown = text("metrics")

    assert [] == [metric.id for metric in METRICS.values() if metric.definition not in section(shown, metric.id)]
