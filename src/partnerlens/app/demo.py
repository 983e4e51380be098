"""The demo: a sample program made, loaded, built and published, the way a user would do it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from partnerlens.app.workspace import Workspace
from partnerlens.errors import UsageError
from partnerlens.ingest.report import LoadReport
from partnerlens.model.facts import TABLES
from partnerlens.months import Month
from partnerlens.progress import Progress
from partnerlens.sample import write_sample
from partnerlens.settings import PROGRAM_FILE

DEMO_NAME = "Sample program (made up)"
LAST_MONTH = "2026-06"
EDITIONS = 12


@dataclass(frozen=True)
class Demo:
    """
    What the demo made.

    Attributes:
        home: the workspace.
        month: the published data month.
        partner_id: a partner worth looking at: the one with the median revenue among those with users.
        rows: how many rows were loaded or known already.
        quarantined: how many rows were rejected.
    """

    home: Path
    month: str
    partner_id: str
    rows: int
    quarantined: int


def make_demo(home: Path, *, partners: int, customers: int, months: int, seed: int, progress: Progress) -> Demo:
    """
    Make a sample program and publish its last twelve months, corrections included.

    Run again with the same numbers, it finds everything done and changes nothing.

    Raises:
        UsageError: the folder holds another program.
    """
    files = _files(home, partners=partners, customers=customers, months=months, seed=seed, progress=progress)
    with _workspace(home) as workspace:
        reports = _load(workspace, files, progress)
        count = min(EDITIONS, months)
        workspace.build(LAST_MONTH, months=count, progress=progress)
        for back in range(count - 1, -1, -1):
            workspace.publish(str(Month(Month.parse(LAST_MONTH).number - back)))
        balances = [balance for report in reports for balance in report.balances]
        return Demo(
            home=home,
            month=LAST_MONTH,
            partner_id=_telling_partner(workspace),
            rows=sum(balance.rows_in for balance in balances),
            quarantined=sum(balance.quarantined for balance in balances),
        )


def _load(workspace: Workspace, files: list[Path], progress: Progress) -> list[LoadReport]:
    """Load one file after the other: corrections come after what they correct."""
    reports = []
    for file in files:
        what = f"load {file.name}"
        reports += workspace.load([file], progress=lambda _, done, todo, what=what: progress(what, done, todo))  # type: ignore[misc]
    return reports


def _files(home: Path, *, partners: int, customers: int, months: int, seed: int, progress: Progress) -> list[Path]:
    """The sample's files in the order of loading; made under another name first, so that a broken run leaves none."""
    folder = home / "sample" / f"{partners}-{customers}-{months}-{seed}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        write_sample(
            unfinished,
            partners=partners,
            customers=customers,
            months=months,
            seed=seed,
            last_month=Month.parse(LAST_MONTH),
            progress=progress,
        )
        unfinished.rename(folder)
    order = list(TABLES)
    facts = sorted(folder.glob("*.csv"), key=lambda file: order.index(file.stem))
    return [*facts, *sorted((folder / "corrections").glob("*.csv"))]


def _workspace(home: Path) -> Workspace:
    if not (home / PROGRAM_FILE).exists():
        return Workspace.init(home, name=DEMO_NAME)
    workspace = Workspace.open(home)
    if workspace.settings.name != DEMO_NAME:
        workspace.close()
        raise UsageError(f"'{home}' holds the program '{workspace.settings.name}'", "choose another folder with --home")
    return workspace


def _telling_partner(workspace: Workspace) -> str:
    """A partner that is neither the largest nor empty, so that every part of its page says something."""
    users = dict(
        zip(
            (table := workspace.values("mau_per_assigned_seat"))["partner_id"].to_pylist(),
            table["value"].to_pylist(),
            strict=True,
        )
    )
    revenue = workspace.values("revenue").to_pylist()
    lively = [row for row in revenue if row["in_cohort"] and users[row["partner_id"]] not in {None, "0"}]
    ranked = sorted(lively or revenue, key=lambda row: (float(row["value"]), row["partner_id"]))
    return str(ranked[len(ranked) * 3 // 5]["partner_id"])
