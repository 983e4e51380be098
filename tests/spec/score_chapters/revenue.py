"""Revenue: channels, the first year of EA, credit and currency; and tiers by exact points."""

# ruff: noqa: E501 - tables are read across, with the promise at the end of each line

from spec.score_chapters.case import CARDS, COUNTED, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["revenue"] = Program(
    {
        "subscriptions": """
            subscription_id | customer_id | product_id | channel    | start_date | agreement_start_date | end_date
            ea              | c1          | p          | EA         | 2015-01-01 | 2020-02-10           |
            ea-start        | c2          | p          | EA         | 2020-03-31 |                      |
            web             | c3          | p          | WEB_DIRECT | 2015-01-01 |                      |
            open            | c4          | p          | OPEN       | 2015-01-01 |                      |
            inside          | c5          | q          | CSP        | 2015-01-01 |                      |
            outside         | c5          | x          | CSP        | 2015-01-01 |                      |
            claimed         | c6          | p          | CSP        | 2015-01-01 |                      |
            presales        | c7          | p          | CSP        | 2015-01-01 |                      |
            closed          | c8          | p          | CSP        | 2015-01-01 |                      | 2020-06-17
        """,
        "seats": """
            month            | subscription_id | sold_seats
            2020-01..2021-01 | inside          | 1
        """,
        "associations": """
            partner_id | subscription_id | type | claim    | start_date | end_date
            ea-a       | ea              | DPOR |          | 2015-01-01 |
            start-a    | ea-start        | DPOR |          | 2015-01-01 |
            web-a      | web             | CSP  |          | 2015-01-01 |
            open-a     | open            | DPOR |          | 2015-01-01 |
            scope-a    | inside          | DPOR |          | 2015-01-01 |
            scope-a    | outside         | DPOR |          | 2015-01-01 |
            osa        | claimed         | CPOR | OSA      | 2015-01-01 |
            osu        | claimed         | CPOR | OSU      | 2015-01-01 |
            record     | claimed         | DPOR |          | 2015-01-01 |
            reseller   | claimed         | CSP  |          | 2015-01-01 |
            seller     | presales        | CPOR | PRESALES | 2015-01-01 |
            of-record  | presales        | DPOR |          | 2015-01-01 |
            closing    | closed          | DPOR |          | 2020-01-01 | 2020-06-20
            too-early  | closed          | DPOR |          | 2020-01-01 | 2020-06-16
        """,
        "billing_lines": """
            billing_month | subscription_id | amount    | currency
            2020-01       | ea              | 1         | USD
            2020-02       | ea              | 10        | USD
            2021-01       | ea              | 100       | USD
            2020-02       | ea-start        | 1         | USD
            2020-03       | ea-start        | 10        | USD
            2021-01       | ea-start        | 30        | USD
            2020-01       | web             | 1         | USD
            2020-02       | web             | 10.000001 | USD
            2021-01       | web             | -0.5      | USD
            2020-12       | web             | 3         | EUR
            2021-02       | web             | 1000      | USD
            2021-01       | open            | 7         | USD
            2021-01       | inside          | 20        | USD
            2021-01       | outside         | 7         | USD
            2021-01       | claimed         | 50        | USD
            2021-01       | presales        | 60        | USD
            2020-06       | closed          | 7         | USD
        """,
        "exchange_rates": """
            month   | currency | rate
            2020-12 | EUR      | 1.123456789012
        """,
    }
)
REVENUE = (
    """
[tracks.main.indicators.revenue]
title = "Revenue"
group = "performance"
unit = "currency"
max = 100
options.value = { kind = "revenue", threshold = 100 }
"""
    + COUNTED
)
CARDS["revenue"] = scorecard("revenue", body=REVENUE)
CASES += read_cases(
    "revenue",
    "revenue",
    "2021-01",
    """
    partner   | indicator | numerator       | points          | flags | promise
    ea-a      | revenue   | 110             | 100             | -     | EA counts from the month of the agreement, its first, to its twelfth
    start-a   | revenue   | 40              | 40              | -     | without an agreement the subscription's start is the first month
    web-a     | revenue   | 12.870371367036 | 12.870371367036 | -     | 10.000001 - 0.5 + 3 x 1.123456789012
    open-a    | revenue   | 0               | 0               | -     | a channel that does not count
    scope-a   | revenue   | 20              | 20              | -     | a product out of scope does not count
    osa       | revenue   | 50              | 50              | -     | a sale claim
    osu       | revenue   | 0               | 0               | -     | a usage claim has no revenue
    record    | revenue   | 0               | 0               | -     | a partner of record yields to the sale claim
    reseller  | revenue   | 50              | 50              | -     | a reseller is credited beside the claim
    seller    | revenue   | 0               | 0               | -     | a pre-sales claim earns nothing
    of-record | revenue   | 60              | 60              | -     | and takes nothing
    closing   | revenue   | 7               | 7               | -     | covers the subscription's last day
    too-early | revenue   | 0               | 0               | -     | ends a day before it
    """,
)
CASES += read_cases(
    "revenue",
    "revenue",
    "2021-01",
    """
    partner | indicator | ahead | numerator      | points         | promise
    ea-a    | revenue   | 1     | 100            | 100            | 2020-02 leaves first
    ea-a    | revenue   | 11    | 100            | 100            | 2021-01 is in the window to 2021-12
    ea-a    | revenue   | 12    | 0              | 0              | nothing is left after twelve months
    web-a   | revenue   | 1     | 2.870370367036 | 2.870370367036 | what is billed after the month is not added
    web-a   | revenue   | 11    | -0.5           | 0              | a credit alone is below zero and earns nothing
    """,
)
CASES += read_cases(
    "revenue",
    "revenue",
    "2020-11",
    """
    partner | indicator | numerator | flags         | promise
    ea-a    | revenue   | 10        | history_short | the window begins before the first month of facts
    """,
)
CASES += read_cases(
    "revenue",
    "revenue",
    "2020-12",
    """
    partner | indicator | numerator | flags | promise
    ea-a    | revenue   | 10        | -     | the window begins with the first month of facts
    """,
)

PROGRAMS["tiers"] = Program(
    {
        "subscriptions": """
            subscription_id | customer_id | product_id
            zero            | c           | p
            minus           | c           | p
            near-59         | c           | p
            half-59         | c           | p
            full-59         | c           | p
            sixty           | c           | p
            near-80         | c           | p
            eighty          | c           | p
            near-100        | c           | p
            hundred         | c           | p
            over            | c           | p
        """,
        "seats": "month | subscription_id | sold_seats\n2020-02..2021-01 | zero | 1",
        "associations": """
            partner_id | subscription_id
            zero       | zero
            minus      | minus
            near-59    | near-59
            half-59    | half-59
            full-59    | full-59
            sixty      | sixty
            near-80    | near-80
            eighty     | eighty
            near-100   | near-100
            hundred    | hundred
            over       | over
        """,
        "billing_lines": """
            billing_month | subscription_id | amount
            2021-01       | minus           | -5
            2021-01       | near-59         | 59.499999
            2021-01       | half-59         | 59.5
            2021-01       | full-59         | 59.999999
            2021-01       | sixty           | 60
            2021-01       | near-80         | 79.999999
            2021-01       | eighty          | 80
            2021-01       | near-100        | 99.75
            2021-01       | hundred         | 100
            2021-01       | over            | 250
        """,
    }
)
CARDS["exact"] = CARDS["revenue"]
CARDS["half up"] = scorecard("half-up", body=REVENUE, parameters='rounding = "round_half_up_total"')
CARDS["floor"] = scorecard("floor", body=REVENUE, parameters='rounding = "floor_metric_points"')
CASES += read_cases(
    "tiers",
    "exact",
    "2021-01",
    """
    partner  | indicator | next_unit_points | total     | tier   | rounds_to | promise
    zero     | revenue   | 1                | 0         | null   | null      | nothing is no tier
    minus    | revenue   | 0                | 0         | null   | null      | a negative value is 0 points, and one unit more is
    near-59  | revenue   | 1                | 59.499999 | null   | null      | below half a point nothing is rounded to 60
    half-59  | revenue   | 1                | 59.5      | null   | silver    | not reached, though rounding shows it
    full-59  | revenue   | 1                | 59.999999 | null   | silver    | a millionth of a point is missing
    sixty    | revenue   | 1                | 60        | silver | null      | silver begins at 60
    near-80  | revenue   | 1                | 79.999999 | silver | gold      | a millionth of a point is missing
    eighty   | revenue   | 1                | 80        | gold   | null      | gold begins at 80
    near-100 | revenue   | 1/4              | 99.75     | gold   | null      | the last unit adds what is left
    hundred  | revenue   | 0                | 100       | gold   | null      | nothing is above the maximum
    over     | revenue   | 0                | 100       | gold   | null      | a value over the threshold is cut
    """,
)
CASES += read_cases(
    "tiers",
    "half up",
    "2021-01",
    """
    partner | total     | tier   | rounds_to | promise
    near-59 | 59.499999 | null   | null      | rounded down before it is compared
    half-59 | 59.5      | silver | null      | rounded up before it is compared, and shown exactly
    near-80 | 79.999999 | gold   | null      | rounded up before it is compared
    """,
)
CASES += read_cases(
    "tiers",
    "floor",
    "2021-01",
    """
    partner | indicator | points | next_unit_points | total | tier   | rounds_to | promise
    full-59 | revenue   | 59     | 1                | 59    | null   | null      | the points of an indicator are cut to whole ones
    sixty   | revenue   | 60     | 1                | 60    | silver | null      | whole points stay
    near-80 | revenue   | 79     | 1                | 79    | silver | null      | and no rounding shows another tier
    """,
)
CASES += read_cases(
    "tiers",
    "exact",
    "2021-01",
    """
    partner  | lost_in | path_cost | path_units | promise
    zero     | null    | 60        | 60         | sixty units to the lowest tier
    minus    | null    | 65        | 65         | the first five only reach zero
    full-59  | null    | 1         | 1          | one whole unit for a millionth of a point
    sixty    | 2022-01 | 20        | 20         | all of it leaves after twelve months
    near-100 | 2022-01 | null      | null       | nothing is above the best tier
    """,
)
CASES += read_cases(
    "tiers",
    "exact",
    "2021-01",
    """
    partner | ahead | total | tier   | promise
    sixty   | 11    | 60    | silver | still in the window to 2021-12
    sixty   | 12    | 0     | null   | gone from the window to 2022-01
    """,
)
