"""Mapping files: what they can say, and how they are refused."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from partnerlens.errors import DefinitionError, NotFoundError, UsageError
from partnerlens.ingest import LoadSettings, built_in_mappings, read_mapping
from partnerlens.ingest.mapping import parse_mapping

SALES = Path(__file__).parents[3] / "shared" / "data" / "gcloud-sales" / "gcloud-sales-2012-04-to-2014-06.csv"

BILLING = """
encoding = "cp1252"
delimiter = ";"
decimal = ","
thousands = "."
date_format = ["%d.%m.%Y", "%d/%m/%y"]

[[table]]
name = "billing_lines"
where = { Art = ["Rechnung", "Gutschrift"] }
[table.columns]
invoice_id = { join = ["Jahr", "Beleg"], with = "-" }
line_id = "Pos"
billing_month = { from = "Datum", part = "month" }
subscription_id = { from = "Vertrag", values = { eins = "S1", zwei = "S2" } }
amount = "Betrag"
currency = { from = "Währung", default = "USD" }
charge_type = { constant = "feed" }
"""

HEADER = "Jahr;Beleg;Pos;Datum;Vertrag;Betrag;Währung;Art;Rest\n"


def test_mapping_reads_a_foreign_file(filled: Any) -> None:
    """Encoding, delimiter, number and date formats, joins, values, defaults, constants and conditions work together."""
    content = (
        HEADER
        + "2025;7;1;31.03.2025;EINS;-1.234,50;;Rechnung;x\n"
        + "2025;7;2;01/04/25;zwei;12,5;usd;Gutschrift;x\n"
        + "2025;8;1;kein;S1;1.5;;Rechnung;x\n"
        + "2025;;1;31.03.2025;S1;1.234;USD;Rechnung;x\n"
        + "2025;9;1;31.03.2025;S1;1;USD;Entwurf;x\n"
    )

    report = filled.load("x.csv", content.encode("cp1252"), mapping=filled.mapping(BILLING))

    assert filled.balance(report) == (4, 2, 0, 0, 2)
    assert [(*row[:2], row[2] - 2025 * 12, row[3], str(row[4]), *row[5:]) for row in filled.facts("billing_lines")] == [
        ("2025-7", "1", 2, "S1", "-1234.500000", "USD", "feed"),
        ("2025-7", "2", 3, "S2", "12.500000", "USD", "feed"),
    ]
    assert [(entry.line, entry.column, entry.value, entry.rule) for entry in filled.quarantine()] == [
        (4, "billing_month", "kein", "not_a_month"),
        (4, "amount", "1.5", "not_a_number"),
        (5, "invoice_id", None, "required"),
    ]


def test_undecodable_bytes_are_quarantined(filled: Any) -> None:
    """A byte that the mapping's encoding does not know rejects its row, not the file."""
    content = (
        HEADER.encode("cp1252") + b"2025;7\x81;1;31.03.2025;S1;1;;Rechnung;x\n2025;7;2;31.03.2025;S1;1;;Rechnung;x\n"
    )

    report = filled.load("x.csv", content, mapping=filled.mapping(BILLING))

    assert filled.balance(report) == (2, 1, 0, 0, 1)
    assert filled.rejected() == [(2, "Beleg", "bad_encoding")]


def test_several_tables_are_one_load(workspace: Any) -> None:
    """Several blocks, also of one table, are filled from one file in one load; first and last days are derived."""
    mapping = workspace.mapping(
        """
        [[table]]
        name = "associations"
        [table.columns]
        partner_id = "seller"
        subscription_id = "id"
        type = { constant = "CSP" }
        start_date = { from = "day", part = "first_day", format = "%m/%d/%Y" }
        end_date = { from = "day", part = "last_day", format = "%m/%d/%Y" }

        [[table]]
        name = "associations"
        [table.columns]
        partner_id = "adviser"
        subscription_id = "id"
        type = { constant = "ADVISOR" }
        start_date = { from = "day", format = "%m/%d/%Y" }
        """
        + "".join(
            f'\n[[table]]\nname = "{table}"\non_conflict = "last"\n[table.columns]\n{columns}\n'
            for table, columns in {
                "subscriptions": 'subscription_id = "id"\ncustomer_id = "id"\nproduct_id = "id"\n'
                'channel = { constant = "CSP" }\nlicence_type = { constant = "paid" }\n'
                'start_date = { constant = "2025-01-01" }',
                "products": 'product_id = "id"\nname = "id"\nfamily = "id"\nworkloads = "id"',
                "customers": 'customer_id = "id"\nname = "id"\ncountry = { constant = "US" }',
                "partners": 'partner_id = "seller"\nname = "seller"\ncountry = { constant = "US" }',
            }.items()
        )
    )

    report = workspace.load(
        "x.csv", "id,seller,adviser,day,more\nS,A,A,02/28/2028,\nT,A,B,12/05/2025,\n", mapping=mapping
    )

    assert [balance.table for balance in report.balances] == [
        "partners",
        "customers",
        "products",
        "subscriptions",
        "associations",
    ]
    assert workspace.balance(report, "associations") == (4, 3, 0, 0, 1)
    assert [(row[1], row[2], row[4], row[5]) for row in workspace.facts("associations")] == [
        ("S", "ADVISOR", date(2028, 2, 28), None),
        ("S", "CSP", date(2028, 2, 1), date(2028, 2, 29)),
        ("T", "CSP", date(2025, 12, 1), date(2025, 12, 31)),
    ]
    assert len(workspace.store.loads()) == 1


def test_faults_of_a_mapping_are_told_at_once() -> None:
    """Unknown keys, tables and columns, and missing columns, are listed with their lines."""
    with pytest.raises(DefinitionError) as caught:
        parse_mapping(
            '[[table]]\nname = "seats"\nwhen = {}\n[table.columns]\nmonth = { form = "m" }\n', origin="m.toml"
        )
    assert "m.toml, line 3: 'table.0.when' is not a known key" in str(caught.value)

    with pytest.raises(DefinitionError) as caught:
        parse_mapping(
            '[[table]]\nname = "seats"\n[table.columns]\nmonth = "m"\nsubscription_id = "s"\nstat = "x"\n'
            'sold_seats = { from = "n", part = "month" }\nassigned_seats = "n"\n\n[[table]]\nname = "seat"\n'
            "[table.columns]\n",
            origin="m.toml",
        )
    assert str(caught.value).splitlines() == [
        "m.toml, line 6: column 'seats.stat' is not known; did you mean 'seats.state'?",
        "m.toml, line 2: required column 'seats.state' has no source",
        "m.toml, line 7: 'seats.sold_seats' is no date, so it has no 'format' and no 'part'",
        "m.toml, line 11: table 'seat' is not known; did you mean 'seats'?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'table' is missing"),
        ("not toml", "this is not TOML"),
        ('decimal = ","\nthousands = ","\n', "'decimal' and 'thousands' have to differ"),
        ('[[table]]\nname = "seats"\n[table.columns]\nmonth = { from = "a", constant = "b" }\n', "exactly one of"),
    ],
)
def test_wrong_mapping_is_refused(text: str, said: str) -> None:
    """A mapping that says nothing, or two things at once, is refused."""
    if "decimal" in text:
        text += '[[table]]\nname = "products"\n[table.columns]\n'
    with pytest.raises(DefinitionError, match=said):
        parse_mapping(text, origin="m.toml")


def test_missing_source_columns_are_told_at_once(filled: Any) -> None:
    """Source columns that the file lacks are listed with near names, before anything is loaded."""
    with pytest.raises(DefinitionError) as caught:
        filled.load("x.csv", "Jahr;Belge;Pos;Datum;Vertrag;Art\n".encode("cp1252"), mapping=filled.mapping(BILLING))

    assert str(caught.value) == (
        "x.csv, line 1: the header does not fit mapping 'mapping.toml': column 'Beleg' is missing "
        "(did you mean 'Belge'?); column 'Betrag' is missing; column 'Währung' is missing; "
        "load a file that has them"
    )


def test_unknown_encoding_is_refused(filled: Any) -> None:
    """An encoding that does not exist is told."""
    mapping = filled.mapping(BILLING.replace("cp1252", "cp9999"))
    with pytest.raises(DefinitionError, match="'cp9999' is not an encoding"):
        filled.load("x.csv", HEADER, mapping=mapping)


def test_mappings_are_found_by_name_and_path(tmp_path: Path) -> None:
    """Built-in mappings have names; others are files; a near name is suggested."""
    (tmp_path / "own.toml").write_text(BILLING, encoding="utf-8")

    assert "gcloud-sales" in built_in_mappings()
    assert read_mapping(str(tmp_path / "own.toml")).file.delimiter == ";"
    with pytest.raises(NotFoundError, match=r"there is no mapping 'gcloud-sale'; did you mean 'gcloud-sales'\?"):
        read_mapping("gcloud-sale")
    with pytest.raises(NotFoundError, match=r"there is no mapping file 'none\.toml'"):
        read_mapping("none.toml")


def test_every_built_in_mapping_is_right() -> None:
    """The mappings that come with the program have no faults."""
    for name in built_in_mappings():
        assert read_mapping(name).file.description


def test_table_and_mapping_exclude_each_other(filled: Any) -> None:
    """A file is read as a table or by a mapping."""
    with pytest.raises(UsageError, match="not both"):
        filled.load("x.csv", HEADER, table="seats", mapping=filled.mapping(BILLING))


@pytest.mark.skipif(not SALES.exists(), reason="the public sales file is not part of the project; it lies beside it")
def test_public_sales_become_facts(workspace: Any) -> None:
    """The real invoices give the numbers that their description states."""
    workspace.settings = LoadSettings("GBP", "UTC")

    report = workspace.load(SALES.name, SALES.read_bytes(), mapping=read_mapping("gcloud-sales"))

    lines = workspace.facts("billing_lines")
    assert workspace.balance(report, "billing_lines") == (13_492, 13_492, 0, 0, 0)
    assert str(sum(row[4] for row in lines)) == "217455674.391500"
    assert sum(row[4] < 0 for row in lines) == 250
    assert len({row[2] for row in lines}) == 27
    assert len(workspace.facts("partners")) == 343
    assert len(workspace.facts("customers")) == 524
    assert workspace.quarantine() == []
    assert len(workspace.facts("associations")) == len(workspace.facts("seats"))
    assert {(row[2], row[3], row[4]) for row in workspace.facts("seats")} == {("active", 1, 0)}
