"""People who satisfy an exam rule on a day: rules are trees of all-of and any-of over exams and other rules."""

from collections.abc import Collection
from datetime import date

from oracle.credit import with_accounts
from oracle.scorecards import Table
from oracle.world import Row, World, remembered


def people(world: World, scorecard: Table, rule: str, partner: str, day: date, known_on: date) -> set[str]:
    """
    Return the people of a partner, and of its locations, who satisfy a rule on a day.

    Args:
        world: the facts.
        scorecard: the document that has the rule and the retired exams.
        rule: the rule's name.
        partner: an account or a location.
        day: the passes have to hold on it.
        known_on: no pass after this day is counted; it is `day` unless one looks ahead.
    """
    found: set[str] = set()
    for person, passes in passes_of(world).get(partner, {}).items():
        held = {
            row["exam"]
            for row in passes
            if row["passed_on"] <= known_on and holds(row, day, scorecard.get("exams", ()))
        }
        if satisfies(rule, held, scorecard.get("exam_rules", {})):
            found.add(person)
    return found


@remembered
def passes_of(world: World) -> dict[str, dict[str, list[Row]]]:
    """Return the passes by partner and person; an account has those of its locations too."""
    found: dict[str, dict[str, list[Row]]] = {}
    for row in world.facts["exam_passes"]:
        for partner in with_accounts(world, [row["partner_id"]]):
            found.setdefault(partner, {}).setdefault(row["person_id"], []).append(row)
    return found


def holds(exam_pass: Row, day: date, retired_exams: Collection[Table]) -> bool:
    """Say whether a pass holds on a day: passed by then, not expired, and not of an exam that counts no more."""
    if exam_pass["passed_on"] > day:
        return False
    if exam_pass["expires_on"] is not None and exam_pass["expires_on"] <= day:
        return False
    for exam in retired_exams:
        if exam["code"] == exam_pass["exam"]:
            return bool(exam_pass["passed_on"] < exam["retired_on"] and exam["counts_until"] >= day)
    return True


def satisfies(entry: str, held: set[str], rules: Table) -> bool:
    """Say whether the exams held satisfy an entry: a rule by its name, else an exam by its code."""
    if entry not in rules:
        return entry in held
    rule = rules[entry]
    if rule.get("all_of"):
        return all(satisfies(part, held, rules) for part in rule["all_of"])
    return any(satisfies(part, held, rules) for part in rule["any_of"])
