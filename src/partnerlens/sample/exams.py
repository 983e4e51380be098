"""Exam passes: the people of each partner, where they work and what they passed when."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partnerlens.sample.arrays import NO_DAY, OPEN_END, Whole, at, by_key, chance, pick, stacked
from partnerlens.sample.parties import Partners
from partnerlens.sample.plan import Plan
from partnerlens.sample.text import dates, numbered, taken, words
from partnerlens.sample.vocabulary import COUNTRIES, EXAM_SETS, EXAMS

_LARGEST_TEAM = 60
_YEARS = 6
"""How many years before its retirement, or the last month, an exam is passed at the earliest."""


@dataclass(frozen=True)
class _Passes:
    """Exams passed; one entry of each array per pass."""

    partner: Whole
    person: Whole
    place: Whole
    exam: Whole
    day: Whole


def exam_rows(plan: Plan, partners: Partners) -> pa.Table:
    """Return the rows of ``exam_passes``: teams that grow with the partner, several exams a person."""
    rng = plan.random("exams")
    passes = _first_passes(rng, plan, partners=partners)
    size = len(passes.day)
    renewed = at(replace(passes, day=passes.day + 365), chance(rng, 0.07, size=size))
    renewed = at(renewed, renewed.day <= np.minimum(_retired_days()[renewed.exam], plan.last_day))
    # A few people take what they passed along to another partner; both report it.
    moved = at(passes, passes.person % 50 == 7)
    moved = replace(moved, partner=(moved.partner + 1) % plan.partners)
    every = by_key(stacked([passes, renewed, moved]), ("partner", "person", "exam", "day"))
    people = str(int(every.person.max(initial=0)) + 1)
    return pa.table(
        {
            "person_id": numbered("E", every.person + 1, width=len(people) + 1),
            "partner_id": taken(partners.ids, every.partner),
            "location_country": words(every.place, [country.code for country in COUNTRIES]),
            "exam": words(every.exam, list(EXAMS)),
            "passed_on": dates(every.day),
            "expires_on": dates(_expires_on(rng, every.day)),
        }
    )


def _first_passes(rng: np.random.Generator, plan: Plan, *, partners: Partners) -> _Passes:
    """Return one pass of each exam in the set that each person chose, but for a few that are missing."""
    scale = partners.weight / np.median(partners.weight)
    team = np.minimum(rng.poisson(2.5 + 2.5 * scale), _LARGEST_TEAM)
    employer = np.repeat(np.arange(plan.partners), team)
    size = len(employer)
    elsewhere = pick(rng, [country.weight for country in COUNTRIES], size=size)
    place = np.where(chance(rng, 0.7, size=size), partners.country[employer], elsewhere)
    longest = max(len(codes) for _, codes in EXAM_SETS)
    numbers = {code: number for number, code in enumerate(EXAMS)}
    sets = np.array([[numbers[c] for c in codes] + [-1] * (longest - len(codes)) for _, codes in EXAM_SETS])
    exam = sets[pick(rng, [weight for weight, _ in EXAM_SETS], size=size)].ravel()
    person = np.repeat(np.arange(size), longest)
    passes = _Passes(employer[person], person, place[person], exam, day=_passed_on(rng, plan, exam=exam))
    return at(passes, (exam >= 0) & (passes.day != NO_DAY) & chance(rng, 0.93, size=len(exam)))


def _passed_on(rng: np.random.Generator, plan: Plan, *, exam: Whole) -> Whole:
    """Return a day on which each exam was offered, more often a late one; NO_DAY where there is none."""
    offered = _day_numbers([first for first, _ in EXAMS.values()])[exam]
    last = np.minimum(_retired_days()[exam], plan.last_day)
    first = np.maximum(offered, last - _YEARS * 365)
    day = first + (rng.random(len(exam)) ** 0.7 * (last - first + 1)).astype(np.int64)
    return np.where(last >= first, np.minimum(day, last), NO_DAY)


def _expires_on(rng: np.random.Generator, passed: Whole) -> Whole:
    """Return the day on which each pass ends: after one to four years, or never for most."""
    years = pick(rng, [4, 3, 2, 1], size=len(passed)) + 1
    return np.where(chance(rng, 0.4, size=len(passed)), passed + 365 * years, OPEN_END)


def _retired_days() -> Whole:
    return _day_numbers([retired or "2900-01-01" for _, retired in EXAMS.values()])


def _day_numbers(texts: list[str]) -> Whole:
    days: npt.NDArray[np.datetime64] = np.array(texts, dtype="datetime64[D]")
    return days.astype(np.int64)
