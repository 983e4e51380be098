"""People who satisfy exam rules, counted person by person, as the step ``exam_people`` says it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partnerlens.build.kernels.credit import numbers
from partnerlens.build.kernels.days import OPEN, days_of, month_of
from partnerlens.compiled import Ints, compiled
from partnerlens.months import WINDOW_MONTHS

PLACES = WINDOW_MONTHS + 1
"""How many months people may go on to satisfy a rule: none to twelve."""

MISSING = -(2**40)
"""The place of an exam that a person has not passed."""


def exam_people(
    files: Sequence[Path],
    accounts: Ints,
    rule_ways: pa.Table,
    rule_exams: pa.Table,
    moments: pa.Table,
) -> pa.Table:
    """
    Return the rows of the step ``exam_people``: ``partner_no``, ``moment``, ``rule``, ``t``, ``place``, ``people``.

    Args:
        files: the passes.
        accounts: by partner number, the number of its account, which its people count for too; -1 where it has none.
        rule_ways: the relation of this name, in the order of rules and ways.
        rule_exams: the relation of this name.
        moments: the relation of this name.
    """
    exams = rule_exams["exam"].to_pylist()
    passes = _passes(files, exams)
    account = accounts[passes["partner"]]
    has_account = np.flatnonzero(account >= 0)
    rows = np.concatenate([np.arange(len(account)), has_account])
    partners = np.concatenate([passes["partner"], account[has_account]])
    order = np.lexsort((passes["person"][rows], partners))
    rows, partners = rows[order], partners[order]
    ways = np.array(rule_ways["rule"].to_pylist(), np.int64) << 32 | np.array(rule_ways["way"].to_pylist(), np.int64)
    first_of_way = np.flatnonzero(np.diff(ways, prepend=-1))
    found = count_people(
        partners,
        passes["person"][rows],
        passes["exam"][rows],
        passes["passed"][rows],
        passes["expires"][rows],
        # The last month at whose end it counts, as in the step.
        month_of(passes["expires"][rows]) - 1,
        (
            days_of(rule_exams["passed_before"], OPEN),
            days_of(rule_exams["counts_until"], OPEN),
            pc.fill_null(rule_exams["last_month"], OPEN).to_numpy().astype(np.int64),
        ),
        (days_of(moments["day"], OPEN), numbers(moments, "month")),
        (
            numbers(rule_ways, "rule")[first_of_way],
            np.append(first_of_way, len(ways)),
            np.array([exams.index(exam) for exam in rule_ways["exam"].to_pylist()], np.int64),
        ),
    )
    partner, moment, rule, place, people = found
    return pa.table(
        {
            "partner_no": partner,
            "moment": numbers(moments, "moment")[moment],
            "rule": rule,
            "t": numbers(moments, "t")[moment],
            "place": place,
            "people": people,
        }
    )


def _passes(files: Sequence[Path], exams: list[str]) -> dict[str, Ints]:
    """The passes of the rules' exams: partner, person, exam, and the days of the pass and of its end."""
    columns = ["partner_no", "person_id", "exam", "passed_on", "expires_on"]
    if not files:
        return dict.fromkeys(("partner", "person", "exam", "passed", "expires"), np.zeros(0, np.int64))
    every = pa.concat_tables([pq.read_table(file, columns=columns, read_dictionary=["exam"]) for file in files])
    exam = pc.fill_null(pc.index_in(every["exam"].cast(pa.string()), pa.array(exams, pa.string())), -1).to_numpy()
    kept = np.flatnonzero(exam >= 0)
    rows = every.take(kept)
    persons = rows["person_id"].combine_chunks().dictionary_encode()
    return {
        "partner": numbers(rows, "partner_no"),
        "person": np.asarray(persons.indices).astype(np.int64),
        "exam": exam[kept].astype(np.int64),
        "passed": days_of(rows["passed_on"], OPEN),
        "expires": days_of(rows["expires_on"], OPEN),
    }


@compiled
def count_people(
    partners: Ints,
    persons: Ints,
    exams: Ints,
    passed: Ints,
    expires: Ints,
    last_months: Ints,
    rule_exams: tuple[Ints, Ints, Ints],
    moments: tuple[Ints, Ints],
    rule_ways: tuple[Ints, Ints, Ints],
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """
    Return partners, moments (by their order), rules, places and numbers of people.

    Args:
        partners: of each pass, the partner; ascending.
        persons: of each pass, the person; ascending within a partner.
        exams: of each pass, the exam's place in ``rule_exams``.
        passed: of each pass, its day.
        expires: of each pass, the day from which it is over.
        last_months: of each pass, the last month at whose end it holds.
        rule_exams: by exam, the day before which it has to be passed, the last day and the last month it counts.
        moments: the day and the month of each moment.
        rule_ways: of each way, the rule, and where its exams begin; and the exams of all ways.
    """
    days, months = moments
    counts = np.zeros((len(days), rule_ways[0].max() + 1, PLACES), np.int64)
    lasting = np.empty(len(rule_exams[0]), np.int64)
    made = np.empty((5, 1024), np.int64)
    size = 0
    row = 0
    while row < len(partners):
        end = row
        while end < len(partners) and partners[end] == partners[row] and persons[end] == persons[row]:
            end += 1
        own = (exams[row:end], passed[row:end], expires[row:end], last_months[row:end])
        for moment in range(len(days)):
            if lasts(own, rule_exams, days[moment], months[moment], lasting):
                count_rules(lasting, rule_ways, counts[moment])
        if end == len(partners) or partners[end] != partners[row]:
            while size + counts.size > made.shape[1]:
                made = np.concatenate((made, made), axis=1)
            size = write_counts(partners[row], counts, made, size)
        row = end
    return made[0, :size], made[1, :size], made[2, :size], made[3, :size], made[4, :size]


@compiled
def lasts(
    own: tuple[Ints, Ints, Ints, Ints], rule_exams: tuple[Ints, Ints, Ints], day: int, month: int, lasting: Ints
) -> bool:
    """Fill in, by exam, how many months the passes of a person go on to hold; return whether any holds on a day."""
    exams, passed, expires, last_months = own
    passed_before, counts_until, exam_last = rule_exams
    is_any = False
    for row in range(len(exams)):
        exam = exams[row]
        if passed[row] > day or expires[row] <= day or passed[row] >= passed_before[exam] or counts_until[exam] < day:
            continue
        if not is_any:
            lasting[:] = MISSING
            is_any = True
        left = min(WINDOW_MONTHS, exam_last[exam] - month, last_months[row] - month)
        lasting[exam] = max(lasting[exam], left)
    return is_any


@compiled
def count_rules(lasting: Ints, rule_ways: tuple[Ints, Ints, Ints], counts: Ints) -> None:
    """Count a person under each rule that is satisfied, at the months for which it goes on to be."""
    rules, way_starts, way_exams = rule_ways
    best = MISSING
    for way in range(len(rules)):
        left = WINDOW_MONTHS
        for place in range(way_starts[way], way_starts[way + 1]):
            left = min(left, lasting[way_exams[place]])
            if left == MISSING:
                break
        best = max(best, left)
        if way + 1 == len(rules) or rules[way + 1] != rules[way]:
            if best > MISSING:
                counts[rules[way], max(best, 0)] += 1
            best = MISSING


@compiled
def write_counts(partner: int, counts: Ints, made: Ints, size: int) -> int:
    """Write down a partner's counts and begin again; return how many rows there are now."""
    for moment in range(counts.shape[0]):
        for rule in range(counts.shape[1]):
            for place in range(counts.shape[2]):
                if counts[moment, rule, place] != 0:
                    made[0, size] = partner
                    made[1, size] = moment
                    made[2, size] = rule
                    made[3, size] = place
                    made[4, size] = counts[moment, rule, place]
                    size += 1
                    counts[moment, rule, place] = 0
    return size
