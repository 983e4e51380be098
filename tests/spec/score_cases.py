"""
Scores worked by hand: facts as text tables, scorecards, and what has to come out, for every implementation.

`CASES` holds one case for each line of expectations of the chapters. Cases with the same `program` share facts and
settings, cases with the same `card` share a scorecard, so that a program has to be loaded once and built once a month.
"""

from spec.score_chapters import adds, classes, deployments, growth, people, qualifying, revenue, rules, scope, worked
from spec.score_chapters.case import CARDS, PROGRAMS, Case, Program, scorecard

__all__ = ["CARDS", "CASES", "PROGRAMS", "Case", "Program", "scorecard"]

CASES: list[Case] = [
    *scope.CASES,
    *adds.CASES,
    *revenue.CASES,
    *rules.CASES,
    *people.CASES,
    *deployments.CASES,
    *growth.CASES,
    *qualifying.CASES,
    *classes.CASES,
    *worked.CASES,
]
