"""Invented company names, each in the manner of its country."""

from itertools import product
from typing import Literal

import numpy as np

from partnerlens.sample.arrays import Whole
from partnerlens.sample.text import Column, joined, words
from partnerlens.sample.vocabulary import COUNTRIES, Country

Company = Literal["customer", "partner"]


def company_names(rng: np.random.Generator, countries: Whole, *, kind: Company) -> Column:
    """
    Return a name for each company.

    Args:
        rng: where the choices come from.
        countries: position of each company's country in COUNTRIES.
        kind: customers are named after what they make, partners after what they offer.
    """
    stems = _drawn(rng, countries, choices=[_stems(country) for country in COUNTRIES])
    trades = [country.trades if kind == "customer" else country.services for country in COUNTRIES]
    forms = [country.forms for country in COUNTRIES]
    return joined(stems, _drawn(rng, countries, choices=trades), _drawn(rng, countries, choices=forms), between=" ")


def city_names(rng: np.random.Generator, countries: Whole) -> Column:
    """Return a city in each of the countries."""
    return _drawn(rng, countries, choices=[country.cities for country in COUNTRIES])


def _stems(country: Country) -> tuple[str, ...]:
    parts = product(country.starts, country.middles, country.ends)
    return tuple("".join(part) for part in parts)


def _drawn(rng: np.random.Generator, countries: Whole, *, choices: list[tuple[str, ...]]) -> Column:
    sizes = np.array([len(choice) for choice in choices])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    within = (rng.random(len(countries)) * sizes[countries]).astype(np.int64)
    vocabulary = [word for choice in choices for word in choice]
    return words(starts[countries] + within, vocabulary).dictionary_decode()
