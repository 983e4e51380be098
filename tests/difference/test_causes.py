"""Worked by hand, in the program of ``tiny``: which rows differ between two editions, and why."""

import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from difference.comparing import Compared, opened_again
from golden import tiny
from oracle import World
from partnerlens import catalog
from partnerlens.answer.edition import OpenEdition
from partnerlens.errors import DefinitionError, NotFoundError
from partnerlens.explain.difference import End, compare_editions
from partnerlens.model.metric import MetricId
from partnerlens.model.result import Filter
from partnerlens.store.result_files import ResultFiles

LINE = {"invoice_id": "late", "line_id": "1", "charge_type": None, "currency": "USD"}
SEATS = {"state": "active", "active_seats": None}
SHOWN = (
    "cause",
    "source",
    "movement",
    "month",
    "item",
    "amount_before",
    "amount_after",
    "reason_before",
    "reason_after",
)

CPOR = """
id = "dpor"
title = "CSP alone"

[source]
title = "Rules of a test"
where = "here"
accessed = "2026-11"

[[rules]]
association = "CSP"
groups = ["sale", "usage"]
"""


@pytest.fixture
def there(tiny_home: Path, tmp_path: Path) -> Iterator[Compared]:
    """A copy of ``tiny``, with edition 1 of 2024-03."""
    with opened_again(Path(shutil.copytree(tiny_home, tmp_path / "home"))) as compared:
        yield compared


def after(there: Compared, facts: dict[str, list[dict[str, Any]]], month: str = tiny.MONTH) -> int:
    """Load facts, build a month again and return its edition."""
    there.load(World(facts), "more")
    return there.build(month)[0]


def shown(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Return some columns of changes."""
    return [tuple(row[name] for name in names or SHOWN) for row in rows]


def test_late_line_enters_on_both_posts_of_the_window(there: Compared) -> None:
    """Lines of 2023-04 and 2024-03 enter, those of the months beside the window do not."""
    lines = [
        LINE | {"line_id": month, "billing_month": month, "subscription_id": "s1", "amount": Decimal(5)}
        for month in ("2023-03", "2023-04", "2024-03")
    ]
    rows = there.rows("revenue", "alder", 1, after(there, {"billing_lines": lines}))

    assert shown(rows) == [
        ("late_fact", "billing_lines", "entered", "2024-03", "late/2024-03", None, "5", None, "billed"),
        ("late_fact", "billing_lines", "entered", "2023-04", "late/2023-04", None, "5", None, "billed"),
    ]
    assert {row["load"] for row in rows} == {max(load.id for load in there.workspace.loads())}


def test_late_line_without_credit_is_nobodys(there: Compared) -> None:
    """The same lines change nothing for a partner that has no part in them."""
    line = LINE | {"billing_month": "2024-03", "subscription_id": "s1", "amount": Decimal(5)}

    assert there.rows("revenue", "cedar", 1, after(there, {"billing_lines": [line]})) == []


def test_corrected_and_moved_line(there: Compared) -> None:
    """Alder's first line of s4 (2023-09) is billed at 45; its line of s1 of 2024-03 belongs to 2023-03."""
    rows = [row for row in tiny.world().facts["billing_lines"] if row["subscription_id"] in ("s1", "s4")]
    dearer = next(row for row in rows if (row["subscription_id"], row["billing_month"]) == ("s4", "2023-09"))
    moved = next(row for row in rows if (row["subscription_id"], row["billing_month"]) == ("s1", "2024-03"))
    facts = {"billing_lines": [dearer | {"amount": Decimal(45)}, moved | {"billing_month": "2023-03"}]}
    rows = there.rows("revenue", "alder", 1, after(there, facts))

    assert shown(rows, "cause", "movement", "month", "amount_before", "amount_after", "change") == [
        ("correction", "changed", "2023-09", "40", "45", "5"),
        ("correction", "left", "2024-03", "100", None, "-100"),
    ]


def test_corrected_seat_count_changes_adds_and_the_denominator(there: Compared) -> None:
    """S1 has 11 seats in 2024-03, not 12, and 9 assigned, not 8; so one seat was added, not two."""
    number = after(
        there,
        {"seats": [SEATS | {"month": "2024-03", "subscription_id": "s1", "sold_seats": 11, "assigned_seats": 9}]},
    )
    adds = there.rows("net_seat_adds", "alder", 1, number)
    ratio = there.rows("mau_per_assigned_seat", "alder", 1, number)

    assert shown(adds, "cause", "source", "movement", "month", "subscription_id", "amount_before", "amount_after") == [
        ("correction", "seats", "changed", "2024-03", "s1", "2", "1")
    ]
    assert shown(ratio, "cause", "side", "movement", "subscription_id", "amount_before", "amount_after", "change") == [
        ("correction", "denominator", "changed", "s1", "96", "108", "12")
    ]


def test_corrected_seats_of_a_month_change_the_months_on_both_sides(there: Compared) -> None:
    """Had s1 had 13 seats in 2024-02, three were added then and one was lost in 2024-03."""
    seats = SEATS | {"month": "2024-02", "subscription_id": "s1", "sold_seats": 13, "assigned_seats": 8}
    rows = there.rows("net_seat_adds", "alder", 1, after(there, {"seats": [seats]}))

    assert shown(rows, "cause", "movement", "month", "amount_before", "amount_after", "reason_after") == [
        ("correction", "changed", "2024-03", "2", "-1", "seats_lost"),
        ("correction", "entered", "2024-02", None, "3", "seats_added"),
    ]


def cpor(there: Compared) -> int:
    """Let the program go by ``pci-2020``, build, then let birch claim s1 since 2024-02, told late, and build again."""
    program = there.workspace.home / "program.toml"
    program.write_text(program.read_text().replace('"dpor"', '"pci-2020"'), encoding="utf-8")
    with opened_again(there.workspace.home) as again:
        assert again.build(tiny.MONTH) == [2]
        claim = {"partner_id": "birch", "subscription_id": "s1", "type": "CPOR", "claim": "OSA"}
        return after(again, {"associations": [claim | {"start_date": date(2024, 2, 10), "end_date": None}]})


def test_late_association_takes_credit_from_another_partner(there: Compared) -> None:
    """Birch has the lines of two months, alder has lost them; only operators learn to whom."""
    number = cpor(there)
    won = there.rows("revenue", "birch", 2, number)
    lost = there.rows("revenue", "alder", 2, number)
    seen = there.rows("revenue", "alder", 2, number, viewer="partner")

    assert shown(won, "cause", "source", "movement", "month", "change", "reason_before", "association") == [
        ("late_fact", "associations", "entered", "2024-03", "100", None, "CPOR/OSA"),
        ("late_fact", "associations", "entered", "2024-02", "100", None, "CPOR/OSA"),
    ]
    assert shown(lost, "cause", "source", "movement", "month", "change", "reason_after", "note_after") == [
        ("late_fact", "associations", "left", "2024-03", "-100", "outranked_by_cpor", "birch"),
        ("late_fact", "associations", "left", "2024-02", "-100", "outranked_by_cpor", "birch"),
    ]
    assert shown(seen, "cause", "source", "movement", "month", "change", "reason_after", "note_after") == [
        ("late_fact", "associations", "left", "2024-03", "-100", "outranked_by_cpor", None),
        ("late_fact", "associations", "left", "2024-02", "-100", "outranked_by_cpor", None),
    ]
    assert "birch" not in str(seen)


def test_ended_association_is_a_correction(there: Compared) -> None:
    """Alder's part in s4 turns out to have ended with 2024-01: two lines and a customer's users are lost."""
    link = {"partner_id": "alder", "subscription_id": "s4", "type": "DPOR", "claim": None}
    number = after(there, {"associations": [link | {"start_date": date(2023, 9, 1), "end_date": date(2024, 1, 31)}]})
    instances = there.rows("production_instances", "alder", 1, number)

    assert shown(there.rows("revenue", "alder", 1, number), "cause", "source", "month", "change", "reason_after") == [
        ("correction", "associations", "2024-03", "-40", "association_not_active"),
        ("correction", "associations", "2024-02", "-40", "association_not_active"),
    ]
    assert shown(instances, "cause", "source", "customer_id", "change", "reason_after") == [
        ("correction", "associations", "yew", "-1", "association_not_active")
    ]


def test_other_credit_policy_is_a_change_of_rules(there: Compared) -> None:
    """A policy of the workspace credits CSP alone: alder, with DPOR, has nothing left."""
    own = there.workspace.home / "catalog" / "policies"
    own.mkdir(parents=True)
    (own / "dpor.toml").write_text(CPOR, encoding="utf-8")
    with there.difference("revenue", "alder", 1, there.build(tiny.MONTH)[0]) as found:
        assert [vars(total) for total in found.totals] == [
            {
                "side": "numerator",
                "cause": "rule_change",
                "source": "credit policy dpor",
                "rows": 19,
                "entered": 0,
                "left": 19,
                "change": "-1480",
            }
        ]
        assert {row.reason_after for row in found.rows()} == {"association_type_not_counted"}
        assert ("1480", "0", True) == (found.heading.before.value, found.heading.after.value, found.ties_out)


def test_exam_off_its_list_is_a_change_of_rules(there: Compared) -> None:
    """MB-210 is taken off the list: ann and bob are no longer certified; revenue knows nothing of it."""
    built_in = (Path(catalog.__file__).parent / "workloads.toml").read_text(encoding="utf-8")
    own = there.workspace.home / "catalog"
    own.mkdir()
    (own / "workloads.toml").write_text(built_in.replace('"MB-210", ', ""), encoding="utf-8")
    number = there.build(tiny.MONTH)[0]

    assert shown(there.rows("certified_people", "alder", 1, number)) == [
        ("rule_change", "workloads", "left", "2024-03", "ann", "1", None, "certified", "exam_not_listed"),
        ("rule_change", "workloads", "left", "2024-03", "bob", "1", None, "certified", "exam_not_listed"),
    ]
    assert there.rows("revenue", "alder", 1, number) == []


def test_rows_come_and_go_with_the_month_on_both_posts(there: Compared) -> None:
    """From 2024-02 to 2024-03 the lines of 2024-03 come and that of 2023-03 goes."""
    february = there.build("2024-02")[0]
    rows = there.rows("revenue", "alder", february, 1)

    assert shown(rows, "cause", "source", "month", "subscription_id", "change", "reason_before", "reason_after") == [
        ("entered", None, "2024-03", "s1", "100", None, "billed"),
        ("entered", None, "2024-03", "s4", "40", None, "billed"),
        ("rolled_off", None, "2023-03", "s1", "-100", "billed", "outside_window"),
    ]


def test_going_back_undoes_what_going_on_did(there: Compared) -> None:
    """From the newer edition to the older one the same rows differ, the other way round, with the same causes."""
    line = LINE | {"billing_month": "2024-03", "subscription_id": "s1", "amount": Decimal(5)}
    number = after(there, {"billing_lines": [line]})
    on = there.rows("revenue", "alder", 1, number)
    back = there.rows("revenue", "alder", number, 1)

    assert shown(on, "cause", "source", "movement", "change") == [("late_fact", "billing_lines", "entered", "5")]
    assert shown(back, "cause", "source", "movement", "change") == [("late_fact", "billing_lines", "left", "-5")]


def test_late_fact_and_month_come_apart(there: Compared) -> None:
    """A line of 2023-04 told late is late for February already; the month brings its own."""
    february = there.build("2024-02")[0]
    line = LINE | {"billing_month": "2023-04", "subscription_id": "s1", "amount": Decimal(7)}
    rows = there.rows("revenue", "alder", february, after(there, {"billing_lines": [line]}))

    assert shown(rows, "step", "cause", "month", "change") == [
        (1, "late_fact", "2023-04", "7"),
        (2, "entered", "2024-03", "100"),
        (2, "entered", "2024-03", "40"),
        (2, "rolled_off", "2023-03", "-100"),
    ]


def test_late_activity_of_a_known_user_is_no_difference(there: Compared) -> None:
    """U2 of oak, who counts already, was seen again; u9 of oak was never seen before."""
    used = {"customer_id": "oak", "product_id": "sales", "workload": "Customer Engagement", "intentional": True}
    activity = [used | {"date": date(2024, 1, 5), "user_id": user} for user in ("u2", "u9")]
    rows = there.rows("mau", "alder", 1, after(there, {"activity": activity}))

    assert shown(rows, "cause", "source", "customer_id", "item", "change") == [
        ("late_fact", "activity", "oak", "u9", "1")
    ]


def test_partner_that_came_later_begins_with_nothing(there: Compared) -> None:
    """A partner that the first edition does not know enters with all it has."""
    facts = {
        "partners": [{"partner_id": "elder", "name": "Elder", "country": "US", "parent_partner_id": None}],
        "associations": [
            {"partner_id": "elder", "subscription_id": "s3", "type": "DPOR", "claim": None}
            | {"start_date": date(2024, 3, 1), "end_date": None}
        ],
    }
    facts["partners"][0] |= {"accounts": None, "size": None}
    with there.difference("revenue", "elder", 1, after(there, facts)) as found:
        assert (None, "10.5") == (found.heading.before.value, found.heading.after.value)
        assert [("late_fact", "associations", "10.5")] == [(row.cause, row.source, row.change) for row in found.rows()]


def test_bridge_needs_both_months_published(there: Compared) -> None:
    """2024-02 is not published; once it is, the bridge leads from its edition to that of 2024-03."""
    with pytest.raises(NotFoundError, match="month 2024-02 is not published"):
        there.workspace.bridge("alder", "revenue")
    february = there.build("2024-02")[0]
    there.workspace.publish("2024-02")
    with there.workspace.bridge("alder", "revenue") as found:
        assert (february, 1) == (found.heading.before.edition, found.heading.after.edition)


def test_unknown_partner_edition_and_filter_are_errors(there: Compared) -> None:
    """Neither edition knows them."""
    number = there.build("2024-02")[0]
    for partner, first, last, chosen in (
        ("aldr", 1, number, {}),
        ("alder", 1, 99, {}),
        ("alder", 1, number, {"countries": ["XX"]}),
    ):
        with pytest.raises(NotFoundError):
            there.workspace.difference(partner, "revenue", first, last, **chosen)


def test_edition_without_its_rules_is_refused(there: Compared) -> None:
    """An edition of a version that kept no definitions cannot be compared."""
    kept = there.end(1)
    held = kept.edition.manifest.model_copy(update={"definitions": {}})
    older = End(OpenEdition(1, held, ResultFiles(there.workspace.home)), kept.facts)

    with pytest.raises(DefinitionError, match="does not keep the rules it was built with"):
        compare_editions(
            MetricId.REVENUE, "alder", before=older, after=kept, engine=there.engine.session, asked=Filter()
        )
