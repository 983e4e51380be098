"""
Every kind of difference on books small enough to work each entry by hand.

The policy is pci-2020 and the data month 2021-01, so the window is 2020-02 .. 2021-01. Revenue of ``home`` counts
100 a month on ``main`` (1200), less a credit of 40, 30 + 20 on ``split`` in 2020-05, 50 EUR at 1.2 on ``euro`` in
2020-06 (60), and the same line twice on ``twice`` in 2020-07 (2 x 15): 1200 - 40 + 50 + 60 + 30 = 1300.
"""

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from explain.explaining import published
from oracle import world_from_text
from partnerlens.app import Workspace
from partnerlens.app.reconciliations import ReconciliationAnswer
from partnerlens.errors import DefinitionError
from partnerlens.reconcile import KINDS, rows_table

TABLES = {
    "partners": """
        partner_id | name        | country | parent_partner_id
        home       | Home        | US      |
        branch     | Home Branch | DE      | home
        rival      | Rival       | US      |
    """,
    "customers": """
        customer_id | name        | country
        shop        | Corner Shop | US
        far         | Far Away    | US
    """,
    "products": """
        product_id | name   | workloads
        sales      | Sales  | Customer Engagement
        ledger     | Ledger | Finance and Operations
    """,
    "subscriptions": """
        subscription_id | customer_id | product_id | channel | agreement_start_date
        main            | shop        | sales      | CSP     |
        split           | shop        | ledger     | CSP     |
        euro            | euro-c      | sales      | CSP     |
        twice           | twice-c     | sales      | CSP     |
        claimed         | claim-c     | sales      | CSP     |
        old             | old-c       | sales      | EA      | 2019-01-15
        open            | open-c      | sales      | OPEN    |
        gone            | gone-c      | sales      | CSP     |
        foreign         | far         | sales      | CSP     |
    """,
    "associations": """
        partner_id | subscription_id | type | claim | start_date | end_date
        branch     | main            | DPOR |       | 2019-01-01 |
        home       | split           | DPOR |       | 2019-01-01 |
        home       | euro            | DPOR |       | 2019-01-01 |
        home       | twice           | DPOR |       | 2019-01-01 |
        home       | claimed         | DPOR |       | 2019-01-01 |
        rival      | claimed         | CPOR | OSA   | 2019-01-01 |
        home       | old             | DPOR |       | 2019-01-01 |
        home       | open            | DPOR |       | 2019-01-01 |
        home       | gone            | DPOR |       | 2019-01-01 | 2020-06-30
        rival      | foreign         | DPOR |       | 2019-01-01 |
    """,
    "seats": """
        month            | subscription_id | sold_seats
        2019-11..2021-01 | main            | 10
    """,
    "billing_lines": """
        billing_month    | subscription_id | amount | currency | invoice_id | line_id
        2020-02          | main            | 100    | USD      | m-02       | 1
        2020-03          | main            | 100    | USD      | m-03       | 1
        2020-04          | main            | 100    | USD      | m-04       | 1
        2020-05          | main            | 100    | USD      | m-05       | 1
        2020-06          | main            | 100    | USD      | m-06       | 1
        2020-07          | main            | 100    | USD      | m-07       | 1
        2020-08          | main            | 100    | USD      | m-08       | 1
        2020-09          | main            | 100    | USD      | m-09       | 1
        2020-10          | main            | 100    | USD      | m-10       | 1
        2020-11          | main            | 100    | USD      | m-11       | 1
        2020-12          | main            | 100    | USD      | m-12       | 1
        2021-01          | main            | 100    | USD      | m-13       | 1
        2020-12          | main            | -40    | USD      | m-12       | 2
        2020-01          | main            | 77     | USD      | m-01       | 1
        2020-05          | split           | 30     | USD      | s-05       | 1
        2020-05          | split           | 20     | USD      | s-05       | 2
        2020-06          | euro            | 50     | EUR      | e-06       | 1
        2020-07          | twice           | 15     | USD      | t-07       | 1
        2020-07          | twice           | 15     | USD      | t-07       | 2
        2020-08          | claimed         | 61     | USD      | c-08       | 1
        2020-08          | old             | 62     | USD      | o-08       | 1
        2020-08          | open            | 63     | USD      | p-08       | 1
        2020-08          | gone            | 64     | USD      | g-08       | 1
        2020-08          | foreign         | 65     | USD      | f-08       | 1
    """,
    "exchange_rates": """
        month            | currency | rate
        2020-01..2021-01 | EUR      | 1.2
    """,
}

BOOKS = """
  month   | invoice | customer    | subscription | product  | amount | currency | standing     | kind
  2021-01 | m-13    | shop        | main         |          | 100    |          | matched      | matched
  2021-01 | m-13    | shop        | main         |          | 100    |          | only_books   | duplicate
  2020-11 |         | Corner Shop |              | Sales    | 100.00 | USD      | matched      | matched
  2020-09 | mine-1  |             | main         |          | 100    |          | matched      | matched
  2020-10 | m-10    |             | main         |          | 90     |          | different    | amount
  2020-04 | m-03    |             | main         |          | 100    |          | different    | other_month
  2020-04 | m-04    |             | main         |          | 100    |          | matched      | matched
  2020-08 | m-08    |             | main         |          | 100    | EUR      | different    | currency
  2020-05 | s-05    |             | split        |          | 50     |          | matched      | matched_in_sum
  2020-06 | e-06    |             | euro         |          | 50     | EUR      | matched      | matched
  2020-07 | t-07    |             | twice        |          | 15     |          | matched      | matched
  2020-08 | c-08    |             | claimed      |          | 61     |          | only_books   | outranked
  2020-08 | o-08    |             | old          |          | 62     |          | only_books   | ea_after_first_year
  2020-08 | p-08    |             | open         |          | 63     |          | only_books   | channel_not_counted
  2020-08 | g-08    |             | gone         |          | 64     |          | only_books   | association_not_counted
  2020-08 | f-08    |             | foreign      |          | 65     |          | only_books   | no_association
  2020-08 | f-09    | Far Away    |              |          | 11     |          | only_books   | no_association
  2020-08 | f-10    |             | nowhere      |          | 12     |          | only_books   | no_association
  2020-01 | m-01    |             | main         |          | 77     |          | only_books   | outside_window
  2019-01 | m-00    |             | main         |          | 78     |          | only_books   | outside_window
  2020-06 | x-1     | shop        |              | Printers | 13     |          | only_books   | not_cloud
  2020-03 | x-2     |             | split        |          | -14    |          | only_books   | credit_note
  2020-06 | x-3     | Corner Shop |              |          | 9      |          | only_books   | adjustment
  2020-03 | x-4     |             | split        |          | 21     |          | only_books   | not_billed
  2020-03 | x-5     |             | split        |          | 22     | CHF      | only_books   | currency
"""
"""Each entry of the books with what has to become of it; the lines of the file begin with 2."""

COUNTED_ALONE = {
    ("m-02/1", "not_booked"),
    ("m-05/1", "not_booked"),
    ("m-06/1", "not_booked"),
    ("m-07/1", "not_booked"),
    ("m-12/1", "not_booked"),
    ("m-12/2", "credit_note"),
    ("t-07/2", "duplicate"),
}
"""The counted lines without an entry."""

COLUMNS = ("month", "invoice", "customer", "subscription", "product", "amount", "currency")


def entries() -> list[dict[str, str]]:
    """Return the rows of BOOKS."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in BOOKS.strip().splitlines()]
    return [dict(zip(header, line, strict=True)) for line in lines]


def write_books(file: Path, rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> Path:
    """Write a file of books and return its path."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Return the world, published."""
    home = tmp_path_factory.mktemp("books") / "home"
    with published(world_from_text(TABLES, contribution_policy="pci-2020"), home, "2021-01") as made:
        yield made.workspace


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of books."""
    return write_books(tmp_path_factory.mktemp("file") / "books.csv", entries())


@pytest.fixture(scope="module")
def answer(workspace: Workspace, books: Path) -> ReconciliationAnswer:
    """Return the comparison as an operator sees it."""
    return workspace.reconcile("home", books)


def by_line(answer: ReconciliationAnswer) -> dict[int, Any]:
    """Return the rows that have an entry, by its line."""
    return {row.line: row for row in answer.result.rows if row.line is not None}


def test_every_entry_has_the_kind_that_was_planted(answer):
    """Each of the entries is found to be what it was made to be."""
    expected = {number: (row["standing"], row["kind"]) for number, row in enumerate(entries(), 2)}

    assert expected == {line: (row.standing, row.kind) for line, row in by_line(answer).items()}


def test_counted_lines_without_an_entry_are_told(answer):
    """Lines that the books do not have are listed, credits and repetitions by their kind."""
    found = {(row.item, row.kind) for row in answer.result.rows if row.standing == "only_counted"}

    assert found == COUNTED_ALONE


def test_the_totals_add_up(answer):
    """Both sides are the sum of their rows and of their totals, and the counted side is the metric."""
    result = answer.result
    # Worked by hand: all entries but the one in CHF; euros times 1.2.
    entry_sum = sum(
        Fraction(row["amount"]) * (Fraction("1.2") if row["currency"] == "EUR" else 1)
        for row in entries()
        if row["currency"] != "CHF"
    )

    assert Fraction(result.booked) == entry_sum
    assert result.counted == answer.heading.value == "1300"
    assert sum(Fraction(total.booked) for total in result.totals) == Fraction(result.booked)
    assert sum(Fraction(total.counted) for total in result.totals) == 1300
    assert sum(Fraction(total.difference) for total in result.totals) == Fraction(result.difference)
    assert sum(total.rows for total in result.totals) == len(result.rows)
    assert result.unconverted == {"CHF": "22"}
    assert result.entries == len(entries())


def test_every_entry_and_every_counted_line_is_there_once(answer):
    """Nothing is lost and nothing is counted twice."""
    lines = [row.line for row in answer.result.rows if row.line]
    items = [row.item for row in answer.result.rows if row.counted is not None]

    assert sorted(lines) == list(range(2, len(entries()) + 2))
    assert len(items) == len(set(items)) == 18


def test_differences_are_told_with_their_cause(answer):
    """The row of an amount has both amounts, and that of another month both months."""
    rows = by_line(answer)

    assert (rows[6].amount, rows[6].billed_amount, rows[6].difference) == ("90", "100", "10")
    assert (rows[7].month, rows[7].billed_month, rows[7].difference) == ("2020-04", "2020-03", "0")
    assert (rows[9].booked, rows[9].counted, rows[9].difference) == ("120", "100", "-20")
    assert rows[14].reason == "ea_after_first_year"
    assert {row.group for row in answer.result.rows if row.kind == "matched_in_sum"} == {1}


def test_a_partner_learns_nothing_of_others(workspace, books):
    """Whether a subscription is another's or nobody's makes no difference, and no amount of theirs is told."""
    rows = by_line(workspace.reconcile("home", books, viewer="partner"))
    foreign, nowhere = rows[17], rows[19]

    assert (foreign.kind, foreign.item, foreign.customer_id, foreign.product) == ("no_association", None, None, None)
    assert (nowhere.kind, nowhere.item, nowhere.customer_id, nowhere.product) == ("no_association", None, None, None)
    assert rows[18].customer_id is None
    assert (rows[13].kind, rows[13].billed_amount) == ("outranked", None)
    assert "rival" not in str(rows)


def test_books_in_another_order_or_with_other_names_say_the_same(workspace, tmp_path, answer):
    """Column names of the billed lines serve too, and kinds do not depend on the order of the file."""
    names = {"month": "billing_month", "invoice": "Invoice Number", "subscription": "SUBSCRIPTION_ID"}
    columns = tuple(names.get(name, name) for name in COLUMNS)
    rows = [{names.get(name, name): value for name, value in row.items()} for row in reversed(entries())]
    again = workspace.reconcile("home", write_books(tmp_path / "other.csv", rows, columns))

    kinds = sorted((row.standing, row.kind, row.item or "") for row in answer.result.rows)
    assert sorted((row.standing, row.kind, row.item or "") for row in again.result.rows) == kinds


def test_billed_lines_compared_with_themselves_agree(workspace, tmp_path):
    """The facts' own lines, through the columns of books, leave no difference but what does not count."""
    with workspace.explain("home", "revenue") as explanation:
        mine = {row.item: row for row in explanation.rows(counted=True, limit=100)}
    table = [line.split("|") for line in TABLES["billing_lines"].strip().splitlines()[1:]]
    rows = [
        {
            "month": month.strip(),
            "invoice": invoice.strip(),
            "subscription": subscription.strip(),
            "amount": amount.strip(),
            "currency": currency.strip(),
        }
        for month, subscription, amount, currency, invoice, line in table
        if f"{invoice.strip()}/{line.strip()}" in mine
    ]
    result = workspace.reconcile("home", write_books(tmp_path / "own.csv", rows)).result

    assert {total.kind: total.rows for total in result.totals} == {"matched": 18}
    assert result.difference == "0"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("month,subscription,amount\n2020-13,main,1\n", "books.csv, line 2: month '2020-13' is not a month"),
        ("month,subscription,amount\n2020-03,main,ten\n", "books.csv, line 2: amount 'ten' is not a number"),
        ("month,subscription,amount\n2020-03,main,\n", "books.csv, line 2: amount is empty"),
        ("month,subscription,amount\n,main,1\n", "books.csv, line 2: month is empty"),
        ("month,subscription,amount\n2020-03,,1\n", "books.csv, line 2: subscription is empty"),
        ("month,subscription,amount,currency\n2020-03,main,1,dollars\n", "line 2: currency 'dollars' is not a"),
        ("month,subscription\n2020-03,main\n", "books.csv, line 1: column 'amount' is missing"),
        ("subscription,amount\nmain,1\n", "column 'month' or 'date' is missing"),
    ],
)
def test_faulty_books_are_refused_with_file_line_and_column(workspace, tmp_path, rows, problem):
    """Nothing is compared before every row can be read; the error says which cannot, and why."""
    file = tmp_path / "books.csv"
    file.write_text(rows, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        workspace.reconcile("home", file)

    assert problem in refused.value.problem


def test_dates_stand_for_their_months(workspace, tmp_path):
    """A file with invoice dates needs no months."""
    file = tmp_path / "books.csv"
    file.write_text("date,subscription,amount\n2021-01-31,main,100\n", encoding="utf-8")

    assert by_line(workspace.reconcile("home", file))[2].kind == "matched"


def test_products_that_a_scorecard_does_not_count_are_told(workspace, books):
    """Against a scorecard, entries of other products have a kind of their own."""
    kinds = {row.kind for row in workspace.reconcile("home", books, scorecard="smb-pci-2021").result.rows}

    assert "not_qualifying_product" in kinds


def test_kinds_are_complete(answer):
    """Every kind but that of products in scope is planted above, and rows make a table of exact amounts."""
    assert set(KINDS) - {row.kind for row in answer.result.rows} == {"not_qualifying_product"}
    assert rows_table(answer.result.rows).num_rows == len(answer.result.rows)
