"""Files that cannot be read, and rows in them that cannot."""

import gzip
import zipfile
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from ingest_workspace import BASE, NOW
from pyarrow import parquet

from partnerlens.errors import DefinitionError, NotFoundError, UsageError
from partnerlens.ingest import LoadSettings, load_file, load_files

HEAD = "customer_id,name,country\n"


def refused(workspace: Any, name: str, content: str | bytes, **options: Any) -> str:
    """Load a file that is refused, and return what was said; the store stays as it was."""
    before = (workspace.store.loads(), workspace.all_facts())
    with pytest.raises((DefinitionError, UsageError)) as caught:
        workspace.load(name, content, **options)
    assert (workspace.store.loads(), workspace.all_facts()) == before
    return str(caught.value)


def test_header_faults_are_told_at_once(workspace: Any) -> None:
    """Every unknown, missing and repeated column is listed in one error, with near names."""
    said = refused(workspace, "customers.csv", "\ncustmer_id,name,Name,colour\n1,2,3,4\n")

    assert said == (
        "customers.csv, line 2: the header does not fit table 'customers': column 'name' appears 2 times; "
        "column 'custmer_id' is not known (did you mean 'customer_id'?); column 'colour' is not known; "
        "column 'customer_id' is missing; column 'country' is missing; "
        "use the columns that 'partnerlens template customers' prints, or a mapping"
    )


def test_other_delimiter_is_told(workspace: Any) -> None:
    """A file with another character between cells is told so, not as a list of missing columns."""
    said = refused(workspace, "customers.csv", "customer_id;name;country\nC1;One;US\n")

    assert said == (
        "customers.csv, line 1: the header does not fit table 'customers': "
        "it is read as one column, 'customer_id;name;country'; "
        "name the character between its cells as 'delimiter' in a mapping"
    )


def test_header_ignores_case_and_blanks(workspace: Any) -> None:
    """Header names may differ in case and surrounding blanks, and optional columns may be left out."""
    report = workspace.load("customers.csv", ' COUNTRY ,"Name",Customer_ID\nUS,One,C1\n')

    assert workspace.balance(report) == (1, 1, 0, 0, 0)
    assert workspace.facts("customers") == [("C1", "One", "US", None, None)]


def test_empty_file_is_refused(workspace: Any) -> None:
    """A file without a header is refused."""
    said = refused(workspace, "customers.csv", b"")

    assert said == "customers.csv: the file is empty; its first line has to name the columns"
    assert refused(workspace, "customers.csv", b"\xef\xbb\xbf\n\r\n").startswith("customers.csv: the file is empty")


@pytest.mark.parametrize("content", [HEAD, HEAD.rstrip(), HEAD + "\n\r\n\n"])
def test_header_alone_loads_no_rows(workspace: Any, content: str) -> None:
    """A file with a header and no rows is fine."""
    report = workspace.load("customers.csv", content)

    assert workspace.balance(report) == (0, 0, 0, 0, 0)


def test_cut_gzip_changes_nothing(workspace: Any) -> None:
    """A packed file that ends too early is refused as a whole."""
    rows = "".join(f"C{number},Name {number * 7919},US\n" for number in range(50_000))
    packed = gzip.compress((HEAD + rows).encode())

    said = refused(workspace, "customers.csv.gz", packed[: len(packed) // 2])

    assert said.startswith("customers.csv.gz: the packed file is damaged or cut short: ")
    assert "damaged" in refused(workspace, "customers.csv.gz", b"no gzip at all")


@pytest.mark.parametrize("content", [bytes(range(128, 256)) * 50, b"PK\x03\x04" + bytes(1000), b"\x00\x01\x02"])
def test_binary_garbage_is_refused(workspace: Any, content: bytes) -> None:
    """A file that is no text is refused in words."""
    said = refused(workspace, "customers.csv", content)

    assert said.startswith("customers.csv: the first line is not text in UTF-8; ")
    assert "Parquet" in refused(workspace, "customers.parquet", content)
    assert "Excel" in refused(workspace, "customers.xlsx", content)


def test_zip_bomb_is_refused(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that unpacks to more than the limit is refused before it is unpacked."""
    monkeypatch.setattr("partnerlens.ingest.spreadsheet.MAXIMUM_UNPACKED_BYTES", 10 << 20)
    path = workspace.folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(21 << 20))

    said = refused(workspace, "customers.xlsx", path.read_bytes())

    assert said == "customers.xlsx: the workbook unpacks to 21 MB; save it as CSV and load that"


def test_open_quote_is_refused(workspace: Any) -> None:
    """A quote that is never closed would swallow rows, so the file is refused with the quote's line."""
    said = refused(workspace, "customers.csv", HEAD + 'C1,One,US\nC2,"Two,FR\nC3,Three,US\n')

    assert said == (
        "customers.csv, line 3: a quote is opened and never closed; close it, or double it where it belongs to the text"
    )


def test_row_too_long_to_read_is_refused(workspace: Any) -> None:
    """A row of more than 16 MB is refused with its line."""
    said = refused(workspace, "customers.csv", HEAD + "C1,One,US\nC2," + "x" * (40 << 20) + ",US\n")

    assert said == (
        "customers.csv: the row that starts on line 3 is longer than 16 MB; "
        "close the quote that it opens, or remove the row"
    )


def test_unreadable_rows_are_quarantined_with_their_lines(workspace: Any) -> None:
    """A row that cannot be read is rejected alone, and lines are counted after blank lines and quoted line ends."""
    content = (
        HEAD.encode()
        + b'C1,"One\nand\r\na half",US\n'  # lines 2 to 4
        + b"\n\r\n"  # 5 and 6
        + b"C2,Two\n"  # 7
        + b"C3,Thr\xffee,US\n"  # 8
        + b"C4,Fo\x00ur,US\n"  # 9
        + b"C5,Five,US,more\r\n"  # 10
        + b"C6,"
        + b"x" * 1_000_001
        + b",US\r"  # 11
        + b"C7,Seven,us\r"  # 12
        + b"C8,Eight,USA"  # 13
    )

    report = workspace.load("customers.csv", content)

    assert workspace.balance(report) == (8, 2, 0, 0, 6)
    assert [(entry.line, entry.column, entry.rule, entry.value[:30]) for entry in workspace.quarantine()] == [
        (7, None, "bad_row", "2 of 3 cells: C2,Two"),
        (8, "name", "bad_encoding", "Thr\ufffdee"),
        (9, "name", "nul_byte", "Fo\u2400ur"),
        (10, None, "bad_row", "4 of 3 cells: C5,Five,US,more"),
        (11, "name", "too_long", "x" * 30),
        (13, "country", "not_a_country", "USA"),
    ]
    assert [row[0] for row in workspace.facts("customers")] == ["C1", "C7"]


def test_lines_of_other_formats(workspace: Any) -> None:
    """In Excel files the line is the sheet's row; in Parquet files rows count from 1."""
    book = openpyxl.Workbook()
    for row in [[], ["customer_id", "name", "country"], ["C1", "One", "US"], [], ["C2", "Two", "USA"]]:
        book.active.append(row)
    book.save(workspace.folder / "x.xlsx")
    table = pa.table({"customer_id": ["C3", "C4"], "name": ["a", "b\0"], "country": ["U", "US"]})
    parquet.write_table(table, workspace.folder / "x.parquet")

    workspace.load("customers.xlsx", (workspace.folder / "x.xlsx").read_bytes())
    workspace.load("customers.parquet", (workspace.folder / "x.parquet").read_bytes())

    assert workspace.rejected() == [
        (5, "country", "not_a_country"),
        (1, "country", "not_a_country"),
        (2, "name", "nul_byte"),
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("seat.csv", "'seat.csv' does not begin with the name of a table; name the table with --table: partners, "),
        ("activityx.csv", "'activityx.csv' does not begin with the name of a table; "),
        ("customers.ods", "'customers.ods' has no known ending; use one of .csv, "),
        ("customers", "'customers' has no known ending; use one of .csv, "),
    ],
)
def test_unknown_names_are_refused(workspace: Any, name: str, said: str) -> None:
    """A file whose name says neither table nor format is wrong use."""
    assert refused(workspace, name, HEAD).startswith(said)


def test_wrong_arguments_are_refused(workspace: Any) -> None:
    """A missing file, a folder and an unknown table are told apart."""
    settings = LoadSettings()
    with pytest.raises(NotFoundError, match=r"there is no file '.*seats\.csv'"):
        load_files(workspace.store, [workspace.folder / "seats.csv"], settings=settings, now=NOW)
    with pytest.raises(UsageError, match="is not a file"):
        load_file(workspace.store, workspace.folder, settings=settings, now=NOW)
    assert refused(workspace, "x.csv", HEAD, table="custom").startswith(
        "there is no fact table 'custom'; tables are partners"
    )


def test_longest_table_name_is_inferred(filled: Any) -> None:
    """``activity_monthly`` is not taken for ``activity``."""
    report = filled.load(
        "activity_monthly-2025.csv", "month,customer_id,product_id,workload,active_users\n2025-01,C1,P1,Sales,4\n"
    )

    assert [balance.table for balance in report.balances] == ["activity_monthly"]
    assert [row[1:] for row in filled.facts("activity_monthly")] == [("C1", "P1", "Sales", 4)]


def test_files_are_loaded_in_the_order_of_references(workspace: Any) -> None:
    """Several files at once may be named in any order."""
    paths = [workspace.file(f"{table}.csv", content) for table, content in reversed(BASE.items())]

    reports = load_files(workspace.store, paths, settings=workspace.settings, now=NOW)

    assert [report.file for report in reports] == [f"{table}.csv" for table in BASE]
    assert workspace.quarantine() == []
