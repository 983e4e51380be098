"""Exam rules as ways: each a set of exams that are all needed; one way is enough (decisions.md 4)."""

from collections.abc import Mapping
from functools import reduce

from partnerlens.errors import DefinitionError
from partnerlens.model.scorecard import ExamRule

MOST_WAYS = 5_000
"""More ways than any published rule has; a rule beyond it was not meant."""

Way = frozenset[str]


def exam_ways(rules: Mapping[str, ExamRule], name: str) -> list[Way]:
    """
    Return the ways to satisfy a rule, in a fixed order, without those that ask for more than another.

    >>> rule = {"both": ExamRule(all_of=("A-1", "either")), "either": ExamRule(any_of=("B-1", "B-2"))}
    >>> [sorted(way) for way in exam_ways(rule, "both")]
    [['A-1', 'B-1'], ['A-1', 'B-2']]

    Raises:
        DefinitionError: the rule has more than 5,000 ways.
    """
    ways = _ways(rules, name, name)
    least = [way for way in ways if not any(other < way for other in ways)]
    return sorted(least, key=sorted)


def _ways(rules: Mapping[str, ExamRule], name: str, asked: str) -> set[Way]:
    rule = rules.get(name)
    if rule is None:
        return {frozenset({name})}
    parts = [_ways(rules, entry, asked) for entry in rule.all_of or rule.any_of or ()]
    if rule.any_of is not None:
        return set().union(*parts)
    return reduce(lambda whole, part: _product(whole, part, asked), parts)


def _product(left: set[Way], right: set[Way], asked: str) -> set[Way]:
    if len(left) * len(right) > MOST_WAYS:
        raise DefinitionError(
            f"exam rule '{asked}' can be satisfied in more than {MOST_WAYS:,} ways", "split it into smaller rules"
        )
    return {one | other for one in left for other in right}
