"""The demonstration's sample, written once and read as plain text tables."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest

from partnerlens.model.facts import TABLES
from partnerlens.months import Month
from partnerlens.sample import SampleReport, write_sample

DEMO = {"partners": 120, "customers": 1_500, "months": 30, "seed": 7, "last_month": Month.parse("2026-10")}


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> SampleReport:
    """The report of a sample of the demonstration's size."""
    return write_sample(tmp_path_factory.mktemp("demo") / "sample", **DEMO)


@pytest.fixture(scope="session")
def main(report: SampleReport) -> dict[str, pa.Table]:
    """The main files by table, every field as text, empty fields as null."""
    return {file.table: read(file.path) for file in report.files if not file.is_correction}


@pytest.fixture(scope="session")
def corrections(report: SampleReport) -> dict[str, pa.Table]:
    """The corrections by table, every field as text, empty fields as null."""
    return {file.table: read(file.path) for file in report.files if file.is_correction}


def read(path: Path) -> pa.Table:
    """Return a CSV file with every field as text."""
    names = {name: pa.string() for table in TABLES.values() for name in table.names}
    options = pa_csv.ConvertOptions(column_types=names, strings_can_be_null=True, quoted_strings_can_be_null=False)
    return pa_csv.read_csv(path, convert_options=options)
