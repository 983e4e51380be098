"""The three formats hold the same rows, and say what they rest on."""

import hashlib
import io
import json
from decimal import Decimal
from pathlib import Path
from random import Random

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exporting import (
    DAY,
    PROVENANCE,
    ROWS,
    SCHEMA,
    SUMS,
    csv_rows,
    digest_of,
    parquet_rows,
    sheet_rows,
    table_of,
    written,
)

from partnerlens.export import (
    Export,
    Format,
    Provenance,
    Subject,
    provenance_document,
    provenance_path,
    provenance_words,
    rows_digest,
    write_export,
)
from partnerlens.months import Month

CSV_OF_ROWS = """\
side,counted,customer_name,day,seats,amount
numerator,true,"Café, ""Zoë"" & Söhne",2026-06-30,5,10.5
numerator,true,"한국 주식회사
Seoul",2026-06-30,-3,-0.000000000000000001
numerator,true,"'=HYPERLINK(""http://x"")",,,7
numerator,false,'@cmd,2026-06-30,0,1000
denominator,true,-5,2026-06-30,1,0.25
denominator,true,,2026-06-30,100000000000000001,
denominator,false,''+1-800,2026-06-30,2,123456789012345.678
"""


def test_csv_holds_the_rows_alone(tmp_path: Path) -> None:
    """A header, a line for each row, nothing before or after; formulas are guarded, plain numbers are not."""
    path = tmp_path / "rows.csv"
    written(path)

    assert CSV_OF_ROWS == path.read_bytes().decode("utf-8")


def test_csv_has_its_provenance_beside_it(tmp_path: Path) -> None:
    """FILE.provenance.json is the document of the provenance, with count, sums and digest."""
    path = tmp_path / "rows.csv"
    provenance = written(path)
    document = json.loads((tmp_path / "rows.csv.provenance.json").read_text(encoding="utf-8"))

    assert provenance_path(path) == tmp_path / "rows.csv.provenance.json"
    assert provenance_document(provenance) == document
    assert {"id": "P001", "name": "Contoso 한국"} == document["partner"]
    assert {"products": [], "workloads": [], "countries": ["DE", "KR"]} == document["filters"]
    assert ("2026-06", 41, "2025-07 to 2026-06") == (document["month"], document["edition"], document["window"])
    assert "2026-07-20T10:30:00+00:00" == document["made_at"]
    assert 7 == document["row_count"]


def test_csv_comes_back_as_it_went(tmp_path: Path) -> None:
    """Taking one apostrophe from before a formula gives every text back, also one that began with an apostrophe."""
    path = tmp_path / "rows.csv"
    written(path)
    names = [row[2] for row in csv_rows(path)[1:]]

    assert [row[2] or "" for row in ROWS] == names


def test_parquet_comes_back_as_it_went(tmp_path: Path) -> None:
    """Types and values are those given, texts unguarded; decimals keep their eighteen decimals."""
    path = tmp_path / "rows.parquet"
    written(path)
    table = pq.read_table(path)

    assert SCHEMA.types == table.schema.types
    assert [list(row) for row in ROWS] == parquet_rows(path)[1:]


def test_parquet_has_its_provenance_in_its_metadata(tmp_path: Path) -> None:
    """The entry 'partnerlens' is the document as JSON."""
    path = tmp_path / "rows.parquet"
    provenance = written(path)
    document = json.loads(pq.read_metadata(path).metadata[b"partnerlens"])

    assert provenance_document(provenance) == document
    assert not (tmp_path / "rows.parquet.provenance.json").exists()


def test_sheet_has_typed_cells(tmp_path: Path) -> None:
    """Numbers of at most fifteen digits are numbers, longer ones text; days are text; no text is a formula."""
    path = tmp_path / "rows.xlsx"
    written(path)
    day = DAY.isoformat()

    assert [
        list(SCHEMA.names),
        ["numerator", True, 'Café, "Zoë" & Söhne', day, 5, Decimal("10.5")],
        ["numerator", True, "한국 주식회사\nSeoul", day, -3, Decimal("-1E-18")],
        ["numerator", True, '=HYPERLINK("http://x")', None, None, 7],
        ["numerator", False, "@cmd", day, 0, 1000],
        ["denominator", True, "-5", day, 1, Decimal("0.25")],
        ["denominator", True, None, day, "100000000000000001", None],
        ["denominator", False, "'+1-800", day, 2, "123456789012345.678"],
    ] == sheet_rows(path)


def test_sheet_can_be_filtered_under_a_header_that_stays(tmp_path: Path) -> None:
    """The header is frozen, the filter spans all rows, and columns are as wide as their texts, within bounds."""
    path = tmp_path / "rows.xlsx"
    written(path, [*ROWS, ("numerator", True, "x" * 500, DAY, 1, Decimal(1))], batch_rows=100)
    sheet = openpyxl.load_workbook(path)["Rows"]

    assert "A2" == sheet.freeze_panes
    assert "A1:F9" == sheet.auto_filter.ref
    assert "s" == sheet["C4"].data_type
    assert sheet.column_dimensions["B"].width < sheet.column_dimensions["C"].width < 65


def test_sheet_of_the_method_tells_it_in_words(tmp_path: Path) -> None:
    """The second sheet says what the rows are, what they rest on and how to check them."""
    path = tmp_path / "rows.xlsx"
    provenance = written(path)
    lines = sheet_rows(path, "How this was computed")

    assert [list(line) for line in provenance_words(provenance)] == lines
    assert ["Partner", "Contoso 한국 (P001)"] in lines
    assert ["Customer locations", "DE, KR"] in lines
    assert ["Products", "all"] in lines
    assert ["Rule set pci-2020", "ab" * 32] in lines
    assert ["Rows", "7"] in lines
    assert ["Sum of denominator", "0.25"] in lines
    assert ["Digest", provenance.digest] in lines


def test_text_that_looks_like_markup_stays_text(tmp_path: Path) -> None:
    """A name that pretends to be the markup of a cell is shown as it is."""
    path = tmp_path / "rows.xlsx"
    name = "<r><t>a & b</t></v></r>"
    written(path, [("numerator", True, name, DAY, 1, Decimal(1))])

    assert name == sheet_rows(path)[1][2]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_sums_are_exact_and_of_the_rows_asked_for(ending: str, tmp_path: Path) -> None:
    """10.5 - 0.000000000000000001 + 7 of the counted numerator; 0.25 of the denominator, null adding nothing."""
    provenance = written(tmp_path / f"rows.{ending}")

    assert {"numerator": "17.499999999999999999", "denominator": "0.25"} == provenance.sums
    assert "17.499999999999999999" == provenance.sum
    assert 7 == provenance.row_count


def test_digest_of_every_format_is_the_checksum_of_the_csv_file(tmp_path: Path) -> None:
    """One digest, however the rows are written and batched, and any reader can compute it from any of the files."""
    files = [tmp_path / f"rows.{ending}" for ending in ("csv", "xlsx", "parquet")]
    digests = {written(path, batch_rows=size).digest for size, path in enumerate(files, start=1)}
    recomputed = {digest_of(read(path)) for read, path in zip((csv_rows, sheet_rows, parquet_rows), files, strict=True)}

    assert {digest_of([list(SCHEMA.names), *(list(row) for row in ROWS)])} == digests == recomputed
    assert {hashlib.sha256(files[0].read_bytes()).hexdigest()} == digests == {rows_digest(table_of(ROWS))}


def test_digest_changes_with_any_cell(tmp_path: Path) -> None:
    """A row more, a row less, another order, another amount: another digest."""
    others = [ROWS, ROWS[:-1], ROWS[::-1], [*ROWS[:-1], (*ROWS[-1][:-1], Decimal(1))]]

    assert 4 == len({written(tmp_path / "rows.csv", rows).digest for rows in others})


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_table_without_rows_has_its_columns(ending: str, tmp_path: Path) -> None:
    """Nothing to show is a header, a count of 0, sums of 0, and the digest of the header line."""
    path = tmp_path / f"rows.{ending}"
    provenance = written(path, [])
    read = {"csv": csv_rows, "xlsx": sheet_rows, "parquet": parquet_rows}[ending]

    assert [list(SCHEMA.names)] == read(path)
    assert (0, {"numerator": "0", "denominator": "0"}) == (provenance.row_count, provenance.sums)
    assert digest_of([list(SCHEMA.names)]) == provenance.digest


FORMULAS = """
    =1+1     | '=1+1
    +cmd     | '+cmd
    -cmd     | '-cmd
    @SUM(A1) | '@SUM(A1)
    '=1      | ''=1
    -12.50   | -12.50
    +7       | +7
    -        | '-
    -1e5     | '-1e5
    a=1      | a=1
    'tis     | 'tis
"""

FORMULA_CASES = [[cell.strip() for cell in line.split("|")] for line in FORMULAS.strip().splitlines()]
FORMULA_CASES += [["\t=1", "'\t=1"], ["\r=1", '"\'\r=1"'], ["\uff1d1", "'\uff1d1"]]


@pytest.mark.parametrize(("text", "field"), FORMULA_CASES)
def test_only_texts_that_a_spreadsheet_would_run_are_guarded(text: str, field: str) -> None:
    """= + - @, tab, line ends and the wide forms get an apostrophe; plain numbers and other texts stay."""
    table = pa.table({"a": [text], "b": [1]})
    stream = io.BytesIO()
    write_export(Export(table.to_reader(), PROVENANCE), stream, file_format=Format.CSV)

    assert f"a,b\n{field},1\n" == stream.getvalue().decode()


def test_names_of_columns_are_guarded_too() -> None:
    """A header is text like any other."""
    stream = io.BytesIO()
    write_export(Export(pa.table({"=a": [1], "b,c": [2]}).to_reader(), PROVENANCE), stream, file_format=Format.CSV)

    assert '\'=a,"b,c"\n1,2\n' == stream.getvalue().decode()


def test_encoded_and_wide_types_are_written_like_plain_ones() -> None:
    """Codes into a dictionary, large texts and columns of nulls have no form of their own."""
    table = pa.table(
        {
            "a": pa.array(["x", None, "x"]).dictionary_encode(),
            "b": pa.array(["=y", "z", ""], pa.large_string()),
            "c": pa.nulls(3),
        }
    )
    stream = io.BytesIO()
    write_export(Export(table.to_reader(), PROVENANCE), stream, file_format=Format.CSV)

    assert "a,b,c\nx,'=y,\n,z,\nx,,\n" == stream.getvalue().decode()


def test_binary_floating_point_is_refused() -> None:
    """A number without an exact text cannot tie out."""
    table = pa.table({"a": [0.1]})

    with pytest.raises(TypeError, match="column 'a' holds double"):
        write_export(Export(table.to_reader(), PROVENANCE), io.BytesIO(), file_format=Format.CSV)


def test_numbers_of_fifteen_digits_survive_a_spreadsheet(tmp_path: Path) -> None:
    """Random decimals of up to fifteen digits come back as they went, as numbers."""
    rng = Random(1)
    places = [rng.randint(0, 17) for _ in range(500)]
    amounts = [Decimal(rng.randint(-(10**15) + 1, 10**15 - 1)).scaleb(-place) for place in places]
    path = tmp_path / "rows.xlsx"
    provenance = written(path, [("numerator", True, None, DAY, 1, amount) for amount in amounts], batch_rows=100)
    rows = sheet_rows(path)

    assert amounts == [row[5] for row in rows[1:]]
    assert provenance.digest == digest_of(rows)


def test_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the clock is in a file but the time that it was given."""
    for ending in ("csv", "xlsx", "parquet"):
        paths = [tmp_path / f"{name}.{ending}" for name in ("one", "other")]
        for path in paths:
            written(path)

        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_provenance_of_a_whole_program_names_no_partner() -> None:
    """Without a partner the document says null and the words say all; before writing there is no digest."""
    provenance = Provenance(
        title="Values",
        program="Blue Cloud",
        month=Month.parse("2026-06"),
        edition=1,
        subject=Subject("points", "Points", "Points of the scorecard."),
        window="2026-06",
        made_at=PROVENANCE.made_at,
        scorecard="cba-pci",
        scorecard_version="2021-06-01",
    )
    document, words = provenance_document(provenance), dict(provenance_words(provenance))

    assert (None, None, None, None) == tuple(document[key] for key in ("partner", "row_count", "sum", "digest"))
    assert ("cba-pci", "2021-06-01") == (document["scorecard"], document["scorecard_version"])
    assert "all partners of the program" == words["Partner"]
    assert not {"Rows", "Digest", "What the digest is", "Unit"} & set(words)


def test_time_of_an_export_needs_a_time_zone() -> None:
    """A time of nowhere would be another one for another reader."""
    naive = PROVENANCE.made_at.replace(tzinfo=None)

    with pytest.raises(ValueError, match="has no time zone"):
        Provenance("t", "p", Month.parse("2026-06"), 1, Subject("a", "A", "a"), "w", naive)


def test_every_format_of_the_same_export_names_the_same_sums() -> None:
    """What is summed is said once, for all formats."""
    documents = []
    for file_format in Format:
        provenance = write_export(Export(table_of(ROWS), PROVENANCE, SUMS), io.BytesIO(), file_format=file_format)
        documents.append(provenance_document(provenance))

    assert documents[0] == documents[1] == documents[2]
