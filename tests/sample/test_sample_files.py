"""A sample's files: the same each time, in both formats, and only where nothing is overwritten."""

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
import pytest

from partnerlens.errors import ResourceError, UsageError
from partnerlens.months import Month
from partnerlens.sample import SampleReport, write_sample

SMALL = {"partners": 12, "customers": 40, "months": 5, "seed": 3, "last_month": Month.parse("2026-02")}
LONG_TABLES = {"seats", "billing_lines", "activity"}


def digests(folder: Path) -> dict[str, str]:
    """Return a digest of each file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_same_arguments_give_the_same_bytes(tmp_path: Path, file_format: str) -> None:
    """Two runs with the same arguments write files that are equal byte for byte."""
    write_sample(tmp_path / "first", **SMALL, format=file_format)
    write_sample(tmp_path / "second", **SMALL, format=file_format)

    assert digests(tmp_path / "first") == digests(tmp_path / "second")


def test_another_seed_gives_another_program(tmp_path: Path) -> None:
    """Every table but the list of products follows from the seed."""
    write_sample(tmp_path / "first", **SMALL)
    write_sample(tmp_path / "second", **SMALL | {"seed": 4})
    first, second = digests(tmp_path / "first"), digests(tmp_path / "second")

    assert [name for name in first if first[name] == second[name]] == ["products.csv"]


def test_parquet_holds_the_same_rows_as_csv_in_a_file_per_month(tmp_path: Path) -> None:
    """Long tables have one Parquet file per month, and the rows of the CSV file."""
    text = write_sample(tmp_path / "text", **SMALL)
    write_sample(tmp_path / "binary", **SMALL, format="parquet")

    months = ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02"]
    for file in text.files:
        if file.is_correction:
            continue
        binary = sorted((tmp_path / "binary").glob(f"{file.table}*.parquet"))
        stored = pa.concat_tables([pa_parquet.read_table(path) for path in binary])
        types = {field.name: pa.string() for field in stored.schema}
        options = pa_csv.ConvertOptions(column_types=types, strings_can_be_null=True)
        written = pa_csv.read_csv(file.path, convert_options=options)
        if "amount" in types:
            written = written.set_column(4, "amount", written["amount"].cast(pa.decimal128(18, 2)))
        expected = [f"{file.table}-{month}" for month in months] if file.table in LONG_TABLES else [file.table]
        assert [path.stem for path in binary] == expected
        assert written.cast(stored.schema).to_pylist() == stored.to_pylist()


def test_report_counts_the_rows_of_every_file(report: SampleReport) -> None:
    """The report's counts are the files' lines without the header, and its months are those asked for."""
    for file in report.files:
        with file.path.open(encoding="utf-8") as lines:
            assert sum(1 for _ in lines) == file.rows + 1

    assert (str(report.first_month), str(report.last_month)) == ("2024-05", "2026-10")


def test_corrections_are_written_only_when_asked_for(tmp_path: Path) -> None:
    """Without corrections the main files are the same and there is no folder of corrections."""
    write_sample(tmp_path / "with", **SMALL)
    write_sample(tmp_path / "without", **SMALL, corrections=False)
    with_them, without = digests(tmp_path / "with"), digests(tmp_path / "without")

    assert sorted(set(with_them) - set(without)) == [
        "corrections/associations-correction.csv",
        "corrections/billing_lines-correction.csv",
        "corrections/seats-correction.csv",
    ]
    assert without == {name: with_them[name] for name in without}


def test_progress_counts_up_to_the_last_step(tmp_path: Path) -> None:
    """Progress is told once for what is not split by month, and once for each month."""
    told: list[tuple[str, int, int]] = []
    write_sample(tmp_path / "sample", **SMALL, progress=lambda step, done, steps: told.append((step, done, steps)))

    assert told[0] == ("parties and subscriptions", 1, 6)
    assert told[-1] == ("2026-02", 6, 6)
    assert [done for _, done, _ in told] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
@pytest.mark.parametrize("last_month", ["1995-01", "2026-02"])
def test_smallest_sample_can_be_written(tmp_path: Path, file_format: str, last_month: str) -> None:
    """One partner, one customer and one month are enough, also before the first exam was offered."""
    smallest = {"partners": 1, "customers": 1, "months": 1, "seed": 0, "last_month": Month.parse(last_month)}
    report = write_sample(tmp_path / "sample", **smallest, format=file_format)

    assert {file.table: file.rows for file in report.files if file.table in {"partners", "customers"}} == {
        "partners": 1,
        "customers": 1,
    }


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"partners": 0}, "'0' is too small for partners; use 1 or more"),
        ({"customers": -1}, "'-1' is too small for customers; use 1 or more"),
        ({"months": 0}, "'0' is too small for months; use 1 or more"),
        ({"months": 241}, "'241' is too large for months; use 240 or fewer"),
        ({"seed": -1}, "'-1' is too small for seed; use 0 or more"),
    ],
)
def test_sizes_without_meaning_are_refused(tmp_path: Path, changed: dict[str, int], problem: str) -> None:
    """The error names the value and the size, and nothing is written."""
    with pytest.raises(UsageError) as refused:
        write_sample(tmp_path / "sample", **SMALL | changed)

    assert str(refused.value) == problem
    assert not (tmp_path / "sample").exists()


def test_folder_with_files_is_left_as_it_is(tmp_path: Path) -> None:
    """A sample is never mixed with other files, which could be real ones."""
    (tmp_path / "partners.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is not an empty folder"):
        write_sample(tmp_path, **SMALL)

    assert digests(tmp_path) == {"partners.csv": hashlib.sha256(b"mine").hexdigest()}


def test_folder_that_cannot_be_made_is_a_matter_of_resources(tmp_path: Path) -> None:
    """A folder below a file cannot be made; the error names it."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(ResourceError, match="cannot be written"):
        write_sample(tmp_path / "file" / "sample", **SMALL)
