"""Real invoices: every supplier's revenue over twelve months equals a plain sum over the file, to the last decimal."""

import csv
from collections import defaultdict
from decimal import Decimal

import docpages
import pytest
import runner

from partnerlens.app import Workspace

INVOICES = docpages.ROOT.parent / "shared" / "data" / "gcloud-sales"
PAGE = docpages.DOCS / "how-to" / "gcloud-invoices.md"
WINDOWS = {"2014-06": ("2013-07", "2014-06"), "2013-03": ("2012-04", "2013-03")}

pytestmark = pytest.mark.skipif(
    not list(INVOICES.glob("*.csv")), reason="the G-Cloud invoices are not in ../shared/data/gcloud-sales"
)


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    """The invoice lines, as they stand in the file."""
    (file,) = INVOICES.glob("*.csv")
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace made by the commands and the Python of the how-to page, in a folder beside `shared`."""
    beside = tmp_path_factory.mktemp("gcloud")
    (beside / "shared").symlink_to(INVOICES.parents[1], target_is_directory=True)
    folder = beside / "project"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("PARTNERLENS_HOME", raising=False)
        patch.setenv("COLUMNS", runner.WIDTH)
        faults = [fault.text for fault in runner.run_page(PAGE, folder, folder)]
    assert [] == faults, "\n\n".join(faults)
    with Workspace.open(folder / "gcloud") as opened:
        yield opened


def plain_sums(lines: list[dict[str, str]], month: str) -> dict[str, Decimal]:
    """Return the sum of each supplier's lines in the window of a month; 0 for a supplier without any."""
    first, last = WINDOWS[month]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        inside = first <= line["ReturnMonth"][:7] <= last
        sums[line["SupplierName"]] += Decimal(line["EvidencedSpend"]) if inside else Decimal(0)
    return dict(sums)


def test_every_invoice_line_is_loaded_and_nothing_is_rejected(
    workspace: Workspace, lines: list[dict[str, str]]
) -> None:
    """13,492 lines come in for each table; all of them are billing lines, and none is in quarantine."""
    (load,) = workspace.loads()
    balances = {balance.table: balance for balance in load.balances}

    assert {len(lines)} == {balance.rows_in for balance in balances.values()}
    assert len(lines) == balances["billing_lines"].loaded
    assert [] == workspace.quarantine()


@pytest.mark.parametrize("month", WINDOWS)
def test_every_suppliers_revenue_equals_the_plain_sum(
    workspace: Workspace, lines: list[dict[str, str]], month: str
) -> None:
    """For each of the 343 suppliers, values and sums agree exactly, for the last month and an earlier one."""
    rows = workspace.values("revenue", month=month).to_pylist()
    expected = plain_sums(lines, month)

    assert 343 == len(rows)
    assert expected == {row["partner_id"]: Decimal(row["value"]) for row in rows}


def test_the_27_months_have_editions(workspace: Workspace) -> None:
    """All months with invoices are built, and those that were published are readable."""
    editions = workspace.editions()

    assert 27 == len(editions)
    assert ["2013-03", "2014-06"] == [str(entry.edition.month) for entry in editions if entry.published_at]
