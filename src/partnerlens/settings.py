"""The settings of a program: ``program.toml`` in the workspace, each with a default, a unit and its meaning."""

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from partnerlens.definition import Definition, read_definition_file
from partnerlens.errors import NotFoundError

PROGRAM_FILE = "program.toml"


def _known_time_zone(name: str) -> str:
    # 'localtime' is whatever the machine is set to, which says nothing about the program.
    if name not in available_timezones() or name == "localtime":
        raise ValueError("it is not a time zone; use a name such as Europe/Paris or UTC")
    return name


class BenchmarkSettings(Definition):
    """How partners are compared (decisions.md 3)."""

    k: int = Field(
        5,
        ge=1,
        description="Fewest partners that a band may show; a benchmark needs four times as many. Unit: partners.",
    )
    banding: Literal["quartile", "equal_width"] = Field(
        "quartile", description="How the four bands are cut: quartiles by rank, or steps of equal width."
    )


class ProgramSettings(Definition):
    """The settings of one partner program (facts.md, "Program settings")."""

    name: str = Field("Partner program", min_length=1, max_length=200, description="The name shown on pages.")
    reporting_currency: str = Field(
        "USD", pattern=r"^[A-Z]{3}$", description="The currency (ISO 4217) that amounts are converted to."
    )
    time_zone: Annotated[str, AfterValidator(_known_time_zone)] = Field(
        "UTC", description="The time zone in which days and months begin and end."
    )
    contribution_policy: str = Field("dpor", description="The credit policy of the eight metrics.")
    mau_method: Literal["ttm_distinct_over_12", "mean_monthly_distinct"] = Field(
        "ttm_distinct_over_12",
        description="How monthly active users are counted; feeds without users force mean_monthly_distinct.",
    )
    scorecards: tuple[str, ...] = Field(("smb-pci-2021",), description="The scorecards that the program applies.")
    benchmark: BenchmarkSettings = Field(default_factory=BenchmarkSettings, description="How partners are compared.")


def read_settings(home: Path) -> ProgramSettings:
    """
    Return the settings of the workspace at ``home``.

    Raises:
        NotFoundError: there is no workspace.
        DefinitionError: the file has faults; all are listed with their lines.
    """
    file = home / PROGRAM_FILE
    if not file.is_file():
        raise NotFoundError(
            f"'{home}' is not a workspace: it has no {PROGRAM_FILE}",
            "make one with 'partnerlens init', or name another with --home",
        )
    return read_definition_file(file, ProgramSettings)


def program_text(name: str, reporting_currency: str) -> str:
    """Return the text of a new ``program.toml`` with every setting at its default."""
    defaults = ProgramSettings()
    quoted_name = name.replace("\\", "\\\\").replace('"', '\\"')
    return f"""# Settings of this partner program; docs/reference/settings.md explains each.
name = "{quoted_name}"
reporting_currency = "{reporting_currency}"
time_zone = "{defaults.time_zone}"
contribution_policy = "{defaults.contribution_policy}"  # dpor, pci-2020 or pci-2019, or a file in catalog/policies
mau_method = "{defaults.mau_method}"  # or mean_monthly_distinct
scorecards = ["smb-pci-2021"]

[benchmark]
k = {defaults.benchmark.k}  # fewest partners a band may show; a benchmark needs four times as many
banding = "{defaults.benchmark.banding}"  # or equal_width
"""
