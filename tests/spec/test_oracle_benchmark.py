"""The bar of four bands: quartiles with ties, privacy, distances, and the outward rounding."""

from fractions import Fraction

import pytest

from oracle.benchmark import (
    EQUAL_WIDTH,
    QUARTILE,
    STEP,
    bands_of,
    ranges_of,
    reason_to_withhold,
    to_next_band,
)
from oracle.printing import plain, rounded, two_digits_down, two_digits_up, value_text


def peers(numbers: str) -> dict[str, Fraction]:
    """Return peers named by their place, with these values."""
    return {str(place): Fraction(text) for place, text in enumerate(numbers.split())}


BANDS = """
    banding     | values             | bands
    quartile    | 1 2 3 4 5 6 7 8    | 1 1 2 2 3 3 4 4
    quartile    | 1 2 3 4 5          | 1 1 2 3 4
    quartile    | 8 1 5              | 3 1 2
    quartile    | 7                  | 1
    quartile    | 0 0 0 0 0 5 6 7    | 1 1 1 1 1 3 4 4
    quartile    | 0 1 1 1 1 1 1 1    | 1 1 1 1 1 1 1 1
    quartile    | 0 0 1 1 1 1 1 1    | 1 1 2 2 2 2 2 2
    quartile    | 4 4 4 4            | 1 1 1 1
    quartile    | -3 -2 0 9          | 1 2 3 4
    equal_width | 0 10 25 30 100     | 1 1 2 2 4
    equal_width | 0 24 50 74 75 100  | 1 1 3 3 4 4
    equal_width | -2 -1 0 1 2        | 1 2 3 4 4
    equal_width | 4 4 4 4            | 1 1 1 1
"""

BAND_CASES = [[cell.strip() for cell in line.split("|")] for line in BANDS.strip().splitlines()[1:]]


@pytest.mark.parametrize(("banding", "numbers", "bands"), BAND_CASES)
def test_band_is_by_rank_and_equal_values_share_it(banding: str, numbers: str, bands: str) -> None:
    """1 + floor(4 x strictly below / n), at most 4; equal_width cuts the span in four."""
    assert [int(band) for band in bands.split()] == list(bands_of(peers(numbers), banding).values())


PRIVACY = """
    k | values                                  | withheld
    2 | 1 2 3 4 5 6 7                           | too_few_partners
    2 | 1 2 3 4 5 6 7 8                         |
    2 | 0 0 0 0 0 5 6 7                         | small_band
    1 | 0 0 0 0 0 5 6 7                         |
    1 | 1 2 3                                   | too_few_partners
    2 | 0 0 0 0 1 1 1 1                         |
    5 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 |
    5 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19    | too_few_partners
    5 | 1 1 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 |
    5 | 1 2 3 4 5 5 7 8 9 10 11 12 13 14 15 16 17 18 19 20 | small_band
    5 | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 15 17 18 19 20 | small_band
"""

PRIVACY_CASES = [[cell.strip() for cell in line.split("|")] for line in PRIVACY.strip().splitlines()[1:]]


@pytest.mark.parametrize(("k", "numbers", "withheld"), PRIVACY_CASES)
def test_benchmark_is_withheld_when_a_peer_could_be_seen(k: str, numbers: str, withheld: str) -> None:
    """Fewer than 4k peers, or a band that is not empty with fewer than k; empty bands are fine."""
    assert (withheld or None) == reason_to_withhold(bands_of(peers(numbers)), int(k))


def test_range_spans_the_values_of_its_band_and_skips_empty_bands() -> None:
    """Five zeros in band 1, none in band 2, 5 in band 3, 6 and 7 in band 4."""
    values = peers("0 0 0 0 0 5 6 7")

    found = [(each.band, each.least, each.greatest, each.partners) for each in ranges_of(values, bands_of(values))]

    zero, five, six, seven = (Fraction(number) for number in (0, 5, 6, 7))
    assert [(1, zero, zero, 5), (3, five, five, 1), (4, six, seven, 2)] == found


NEXT = """
    banding     | values            | of | metric         | increase
    quartile    | 1 2 3 4 5 6 7 8   | 0  | new_customers  | 3
    quartile    | 1 2 3 4 5 6 7 8   | 1  | new_customers  | 2
    quartile    | 1 2 3 4 5 6 7 8   | 3  | new_customers  | 2
    quartile    | 1 2 3 4 5 6 7 8   | 5  | new_customers  | 2
    quartile    | 1 2 3 4 5 6 7 8   | 6  | new_customers  | none
    quartile    | 1 2 3 4 5 6 7 8   | 0  | revenue        | 2.01
    quartile    | 1 2 3 4 5 6 7 8   | 0  | nps            | 2.000001
    quartile    | 1 2 3 4 5 6 7 8   | 0  | mau            | 2.083333
    quartile    | 1 2.004 2.006 9   | 0  | revenue        | 1.01
    quartile    | 1 2.004 2.006 9   | 1  | revenue        | 0.01
    quartile    | 0 0 0 0 0 5 6 7   | 0  | net_seat_adds  | 1
    quartile    | -5 0 2 3          | 0  | net_seat_adds  | 6
    equal_width | 0 10 25 30 100    | 1  | net_seat_adds  | 15
    equal_width | 0 10 25 30 100    | 3  | net_seat_adds  | 20
    equal_width | 0 10 25 30 100    | 4  | net_seat_adds  | none
    equal_width | 0 1 2 3           | 0  | net_seat_adds  | 1
    equal_width | 0 0.05 0.05 0.05  | 0  | revenue        | 0.02
    equal_width | 4 4 4 4           | 0  | revenue        | none
"""

NEXT_CASES = [[cell.strip() for cell in line.split("|")] for line in NEXT.strip().splitlines()[1:]]


@pytest.mark.parametrize(("banding", "numbers", "of", "metric", "increase"), NEXT_CASES)
def test_distance_is_the_least_step_that_lifts_the_partner(
    banding: str, numbers: str, of: str, metric: str, increase: str
) -> None:
    """Every other peer stays where it is; the partner is named by its place in the list."""
    found = to_next_band(peers(numbers), of, STEP[metric], banding)

    expected = None if increase == "none" else increase
    assert expected == value_text(metric, found)


@pytest.mark.parametrize("place", ["0", "1", "2", "3", "4", "5"])
def test_distance_lifts_and_one_step_less_does_not(place: str) -> None:
    """Raising a peer by the distance changes its quartile; by one seat less it does not."""
    values = peers("1 1 2 2 3 5 8 8 13")
    before = bands_of(values, QUARTILE)[place]
    distance = to_next_band(values, place, Fraction(1))

    assert distance is not None
    assert before < bands_of(values | {place: values[place] + distance})[place]
    assert before == bands_of(values | {place: values[place] + distance - 1})[place]


OUTWARD = """
    value    | down     | up
    1234.5   | 1200     | 1300
    -1234.5  | -1300    | -1200
    0.0456   | 0.045    | 0.046
    0.995    | 0.99     | 1
    99.5     | 99       | 100
    1200     | 1200     | 1200
    7        | 7        | 7
    10       | 10       | 10
    0        | 0        | 0
    33333333 | 33000000 | 34000000
    1/3      | 0.33     | 0.34
"""

OUTWARD_CASES = [[cell.strip() for cell in line.split("|")] for line in OUTWARD.strip().splitlines()[1:]]


@pytest.mark.parametrize(("value", "down", "up"), OUTWARD_CASES)
def test_range_ends_round_outward_to_two_significant_digits(value: str, down: str, up: str) -> None:
    """Towards minus infinity below, towards plus infinity above; zero stays."""
    assert down == plain(two_digits_down(Fraction(value)))
    assert up == plain(two_digits_up(Fraction(value)))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.0000005", "0.000001"),
        ("-0.0000005", "-0.000001"),
        ("0.0000004", "0"),
        ("-0.0000004", "0"),
        ("25/3", "8.333333"),
        ("-200/3", "-66.666667"),
        ("3", "3"),
        ("-0.25", "-0.25"),
        ("1000000", "1000000"),
    ],
)
def test_ratio_rounds_a_half_away_from_zero_to_six_decimals(number: str, text: str) -> None:
    """No exponent, no trailing zeros, no negative zero."""
    assert text == plain(rounded(Fraction(number)))


def test_equal_width_band_of_the_greatest_value_is_four() -> None:
    """The greatest value lies above all three thresholds."""
    assert 4 == bands_of(peers("0 1 2 8"), EQUAL_WIDTH)["3"]
