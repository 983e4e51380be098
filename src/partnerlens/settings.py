"""The settings of a program: ``program.toml`` in the workspace, each with a default, a unit and its meaning."""

import tomllib
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


def _folder_elsewhere(root: str) -> str:
    if "://" in root:
        raise ValueError("it is an address; facts are kept in a folder, so mount the storage and name its folder")
    if root and not Path(root).is_absolute():
        raise ValueError("it is not a full path; write it from the root of the disk, such as /data/facts")
    return root


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


class EligibilitySettings(Definition):
    """Which partners the program serves; operators see them all."""

    account_types: tuple[Literal["account", "location"], ...] = Field(
        ("account", "location"), description="Whether accounts, locations or both have pages."
    )
    markets_not_served: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = Field(
        (), description="Countries (two letters) whose partners have no pages yet."
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
    facts_root: Annotated[str, AfterValidator(_folder_elsewhere)] = Field(
        "", description="The folder that holds the Parquet files of the facts; empty for the workspace's own."
    )
    benchmark: BenchmarkSettings = Field(default_factory=BenchmarkSettings, description="How partners are compared.")
    eligibility: EligibilitySettings = Field(
        default_factory=EligibilitySettings, description="Which partners the program serves."
    )
    feedback_address: str = Field(
        "", pattern=r"^$|^[^@\s]+@[^@\s]+$", description="The e-mail address for feedback that every page shows."
    )


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


def facts_root(home: Path) -> Path | None:
    """
    Return the folder that the facts of a workspace are kept in, if it is not the workspace's own.

    Faults of the settings are told where they are read as a whole; here they count as no folder.
    """
    try:
        root = tomllib.loads((home / PROGRAM_FILE).read_text(encoding="utf-8")).get("facts_root", "")
        return Path(_folder_elsewhere(root)) if root else None
    except (OSError, ValueError, TypeError):
        return None


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
