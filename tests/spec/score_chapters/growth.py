"""Growth of users, of their value and of revenue; populations and baselines."""

# ruff: noqa: E501 - tables are read across, with the promise at the end of each line

from spec.score_chapters.case import CARDS, COUNTED, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["growth"] = Program(
    {
        "subscriptions": """
            subscription_id | customer_id | product_id | licence_type
            b49             | b49         | p          | paid
            b50             | b50         | p          | paid
            c1              | c1          | p          | paid
            c2              | c2          | p          | paid
            c3              | c3          | p          | paid
            none            | none        | p          | paid
            mixed-p         | mixed       | p          | paid
            mixed-q         | mixed       | q          | trial
            mixed-x         | mixed       | x          | paid
            stopped         | stopped     | p          | paid
            claimed         | claimed     | p          | paid
            people          | people      | p          | paid
            people-q        | people      | q          | paid
        """,
        "seats": """
            month            | subscription_id | sold_seats | state
            2020-12..2021-12 | b49             | 1          | active
            2020-12..2021-12 | b50             | 1          | active
            2020-12..2021-12 | c1              | 1          | active
            2020-12..2021-12 | c2              | 1          | active
            2020-12..2021-12 | c3              | 1          | active
            2020-12..2021-12 | none            | 1          | active
            2020-12..2021-12 | mixed-p         | 1          | active
            2020-12..2021-12 | mixed-q         | 1          | active
            2020-12..2021-12 | mixed-x         | 1          | active
            2020-12          | stopped         | 1          | in_grace
            2021-12          | stopped         | 1          | suspended
            2020-12..2021-12 | claimed         | 1          | active
            2020-12..2021-12 | people          | 1          | active
            2020-12..2021-12 | people-q        | 1          | active
        """,
        "associations": """
            partner_id | subscription_id | type | claim | start_date | end_date
            b49        | b49             | DPOR |       | 2015-01-01 |
            b50        | b50             | DPOR |       | 2015-01-01 |
            moving     | c1              | DPOR |       | 2015-01-01 | 2020-12-31
            moving     | c2              | DPOR |       | 2015-01-01 |
            moving     | c3              | DPOR |       | 2021-06-01 |
            none       | none            | DPOR |       | 2015-01-01 |
            mixed      | mixed-p         | DPOR |       | 2015-01-01 |
            elsewhere  | mixed-x         | DPOR |       | 2015-01-01 |
            stopped    | stopped         | DPOR |       | 2015-01-01 |
            osa        | claimed         | CPOR | OSA   | 2015-01-01 |
            osu        | claimed         | CPOR | OSU   | 2015-01-01 |
            record     | claimed         | DPOR |       | 2015-01-01 |
            reseller   | claimed         | CSP  |       | 2015-01-01 |
            people     | people          | DPOR |       | 2015-01-01 |
        """,
        "activity_monthly": """
            month            | customer_id | product_id | active_users
            2020-12          | b49         | p          | 49
            2021-12          | b49         | p          | 98
            2020-12          | b50         | p          | 50
            2021-12          | b50         | p          | 59
            2020-12..2021-12 | c1          | p          | 60
            2020-12..2021-06 | c2          | p          | 40
            2021-07..2021-12 | c2          | p          | 50
            2020-12..2021-05 | c3          | p          | 20
            2021-06..2021-12 | c3          | p          | 30
            2021-12          | none        | p          | 10
            2020-12          | mixed       | p          | 50
            2021-12          | mixed       | p          | 45
            2020-12..2021-12 | mixed       | q          | 100
            2020-12..2021-12 | mixed       | x          | 100
            2020-12          | stopped     | p          | 60
            2021-12          | stopped     | p          | 60
            2020-12          | claimed     | p          | 100
            2021-12          | claimed     | p          | 110
        """,
        "activity": """
            date       | customer_id | user_id | product_id | intentional
            2020-11-30 | people      | u1      | p          | true
            2020-12-01 | people      | u1      | p          | true
            2020-12-01 | people      | u1      | p          | true
            2020-12-31 | people      | u1      | p          | true
            2020-12-31 | people      | u1      | q          | true
            2020-12-31 | people      | u2      | q          | false
            2020-12-31 | people      | u2      | x          | true
            2021-12-01 | people      | u1      | p          | true
            2021-12-31 | people      | u2      | p          | true
            2021-12-31 | people      | u3      | q          | true
            2022-01-01 | people      | u4      | p          | true
        """,
    },
    {"mau_method": "mean_monthly_distinct"},
)
GROWTH = (
    """
[tracks.main.indicators.growth]
title = "Growth"
group = "customer_success"
unit = "users"
max = 70
options.value = { kind = "growth", threshold = 0.35, minimum_baseline = 50 }

[tracks.main.indicators.more]
title = "More users"
group = "customer_success"
unit = "users"
max = 30
options.value = { kind = "growth", form = "difference", threshold = 30 }
"""
    + COUNTED
)
CARDS["growth"] = scorecard("growth", body=GROWTH)
CARDS["portfolio"] = scorecard("portfolio", body=GROWTH, parameters='baseline_population = "current_portfolio"')
# `moving` has c1 with 60 users and c2 with 40 in 2020-12, c2 with 50 and c3 with 30 in 2021-12.
CASES += read_cases(
    "growth",
    "growth",
    "2021-12",
    """
    partner   | indicator | numerator | denominator | baseline | value | points | reason           | next_unit_points | promise
    b49       | growth    | 49        | 49          | 49       | 1     | 0      | baseline_too_low | 0                | 49 users a year before are too few
    b50       | growth    | 9         | 50          | 50       | 0.18  | 36     | null             | 4                | 50 are enough: 70 x 0.18 / 0.35, and 70 x 0.02 / 0.35 a user
    moving    | growth    | -20       | 100         | 100      | -0.2  | 0      | null             | 0                | each month with the customers of its end
    none      | growth    | 10        | 0           | 0        | null  | 0      | baseline_too_low | 0                | growth from nothing has no value
    mixed     | growth    | -5        | 50          | 50       | -0.1  | 0      | null             | 0                | products on trial and out of scope do not count
    elsewhere | growth    | 0         | 0           | 0        | null  | 0      | baseline_too_low | 0                | credit on a product out of scope is none
    stopped   | growth    | -60       | 60          | 60       | -1    | 0      | null             | 0                | in grace is paid, suspended is not
    osa       | growth    | 0         | 0           | 0        | null  | 0      | baseline_too_low | 0                | a sale claim has no users
    osu       | growth    | 10        | 100         | 100      | 0.1   | 20     | null             | 2                | a usage claim has them
    record    | growth    | 0         | 0           | 0        | null  | 0      | baseline_too_low | 0                | a partner of record yields to it
    reseller  | growth    | 10        | 100         | 100      | 0.1   | 20     | null             | 2                | a reseller is credited beside it
    people    | growth    | 1         | 2           | 2        | 1/2   | 0      | baseline_too_low | 0                | distinct users with intent, once for each product
    """,
)
CASES += read_cases(
    "growth",
    "growth",
    "2021-12",
    """
    partner | indicator | numerator | denominator | baseline | points | reason | flags | promise
    b49     | more      | 49        | null        | 49       | 30     | null   | -     | a difference needs no baseline
    none    | more      | 10        | null        | 0        | 10     | null   | -     | a difference from nothing has a value
    moving  | more      | -20       | null        | 100      | 0      | null   | -     | below zero
    """,
)
CASES += read_cases(
    "growth",
    "portfolio",
    "2021-12",
    """
    partner | indicator | numerator | denominator | baseline | points | promise
    moving  | growth    | 20        | 60          | 60       | 200/3  | the customers of today, in both months
    moving  | more      | 20        | null        | 60       | 20     | the same for the difference
    """,
)
CASES += read_cases(
    "growth",
    "growth",
    "2021-12",
    """
    partner | indicator | ahead | numerator | denominator | value | points | promise
    moving  | growth    | 1     | 40        | 40          | 1     | 0      | in 2021-01 only c2 was there, and 40 are too few
    moving  | growth    | 6     | 10        | 70          | 1/7   | 200/7  | in 2021-06 c2 had 40 and c3 30
    moving  | growth    | 7     | 0         | 80          | 0     | 0      | in 2021-07 they had what they have
    moving  | growth    | 12    | 0         | 80          | 0     | 0      | against the data month itself
    """,
)
CASES += read_cases(
    "growth",
    "portfolio",
    "2021-12",
    """
    partner | indicator | ahead | numerator | denominator | points | promise
    moving  | growth    | 1     | 20        | 60          | 200/3  | in 2021-01 the customers of today had 60
    moving  | growth    | 6     | 10        | 70          | 200/7  | in 2021-06 they had 70
    """,
)
CASES += read_cases(
    "growth",
    "growth",
    "2021-11",
    """
    partner | indicator | flags         | promise
    moving  | growth    | history_short | 2020-11 is before the first month of facts
    moving  | more      | history_short | so is the month of a difference
    """,
)

PROGRAMS["consumption"] = Program(
    {
        "products": """
            product_id | name             | family              | workloads
            bc         | business central | Customer Engagement | Guides
            ce         | Sales            | customer engagement | Guides
            w          | Something        | Other               | Retail;GUIDES
            n          | Nothing          | Other               | Other
        """,
        "subscriptions": """
            subscription_id | customer_id | product_id
            s1              | c           | bc
            s2              | c           | ce
            s3              | c           | w
            s4              | c           | n
        """,
        "seats": """
            month            | subscription_id | sold_seats
            2020-12..2021-12 | s1              | 1
            2020-12..2021-12 | s2              | 1
            2020-12..2021-12 | s3              | 1
            2020-12..2021-12 | s4              | 1
        """,
        "associations": "partner_id | subscription_id\nA | s1",
        "activity_monthly": """
            month   | customer_id | product_id | workload | active_users
            2020-12 | c           | bc         | Guides   | 1
            2021-12 | c           | bc         | Guides   | 2
            2021-12 | c           | ce         | Guides   | 3
            2021-12 | c           | w          | Retail   | 4
            2021-12 | c           | w          | GUIDES   | 1
            2021-12 | c           | n          | Other    | 9
        """,
        "billing_lines": """
            billing_month | subscription_id | amount
            2020-12       | s1              | 100
            2021-12       | s1              | 130
            2021-12       | s2              | 999
        """,
    },
    {"mau_method": "mean_monthly_distinct"},
)
CARDS["consumption"] = scorecard(
    "consumption",
    body="""
[tracks.main.indicators.value]
title = "Value"
group = "customer_success"
unit = "value"
max = 60

[tracks.main.indicators.value.options.value]
kind = "growth"
of = "consumption"
form = "difference"
threshold = 10000
rates = { Guides = 10, Retail = 7.5, "Business Central" = 1000, "Customer Engagement" = 200 }

[tracks.main.indicators.revenue]
title = "Revenue of the month"
group = "performance"
unit = "currency"
max = 40
options.value = { kind = "growth", of = "revenue", threshold = 0.5 }

[product_lists.counted]
ids = ["bc", "ce", "w", "n"]
""",
)
# 2 x 1000 by name, 3 x 200 by family, 5 x 10 by the first key that is a workload, 9 x 0; a year before 1 x 1000.
CASES += read_cases(
    "consumption",
    "consumption",
    "2021-12",
    """
    partner | indicator | numerator | denominator | baseline | value | points | promise
    A       | value     | 1650      | null        | 1000     | 1650  | 9.9    | users times the rate of name, family or workload
    A       | revenue   | 30        | 100         | 100      | 0.3   | 24     | a month's own revenue against that of a year before
    """,
)
CASES += read_cases(
    "consumption",
    "consumption",
    "2021-12",
    """
    partner | indicator | ahead | numerator | denominator | points | promise
    A       | value     | 1     | 2650      | null        | 15.9   | in 2021-01 there was nothing
    A       | value     | 12    | 0         | null        | 0      | the value against that of the data month itself
    A       | revenue   | 1     | 130       | 0           | 0      | the month's revenue is held, and 2021-01 had none
    A       | revenue   | 12    | 0         | 130         | 0      | against the data month itself
    """,
)
