"""New deployments: windows, what is counted, and which users count."""

from spec.score_chapters.case import CARDS, COUNTED, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["deployments"] = Program(
    {
        "subscriptions": """
            subscription_id | customer_id | product_id | licence_type
            mid             | mid         | p          | paid
            fell            | fell        | p          | paid
            base            | base        | p          | paid
            last            | last        | p          | paid
            fence           | fence       | p          | paid
            bare            | bare        | p          | paid
            many            | many        | p          | paid
            new             | new         | p          | paid
            left            | left        | p          | paid
            joined          | joined      | p          | paid
            tried           | tried       | p          | trial
            tried-q         | tried       | q          | paid
            outside         | outside     | p          | paid
            claimed         | claimed     | p          | paid
            two             | two         | p          | paid
            two-q           | two         | q          | paid
        """,
        "seats": """
            month            | subscription_id | sold_seats
            2020-12..2021-12 | mid             | 9
            2020-12..2021-12 | fell            | 9
            2020-12..2021-12 | base            | 9
            2020-12..2021-12 | last            | 9
            2020-12..2021-12 | fence           | 9
            2020-12..2021-12 | bare            | 9
            2020-12..2021-12 | many            | 9
            2021-06..2021-12 | new             | 9
            2020-12..2021-12 | left            | 9
            2020-12..2021-12 | joined          | 9
            2020-12..2021-12 | tried           | 9
            2020-12..2021-12 | tried-q         | 9
            2020-12..2021-12 | outside         | 9
            2020-12..2021-12 | claimed         | 9
            2020-12..2021-12 | two             | 9
            2020-12..2021-12 | two-q           | 9
        """,
        "associations": """
            partner_id | subscription_id | type | claim | start_date | end_date
            mid        | mid             | DPOR |       | 2015-01-01 |
            fell       | fell            | DPOR |       | 2015-01-01 |
            base       | base            | DPOR |       | 2015-01-01 |
            last       | last            | DPOR |       | 2015-01-01 |
            fence      | fence           | DPOR |       | 2015-01-01 |
            bare       | bare            | DPOR |       | 2015-01-01 |
            many       | many            | DPOR |       | 2015-01-01 |
            new        | new             | DPOR |       | 2015-01-01 |
            left       | left            | DPOR |       | 2015-01-01 | 2021-12-30
            joined     | joined          | DPOR |       | 2021-12-31 |
            tried      | tried-q         | DPOR |       | 2015-01-01 |
            outside    | outside         | DPOR |       | 2015-01-01 |
            osa        | claimed         | CPOR | OSA   | 2015-01-01 |
            osu        | claimed         | CPOR | OSU   | 2015-01-01 |
            two        | two             | CSP  |       | 2015-01-01 |
        """,
        "activity_monthly": """
            month            | customer_id | product_id | active_users
            2020-12..2021-05 | mid         | p          | 4
            2021-06..2021-12 | mid         | p          | 5
            2020-12..2021-05 | fell        | p          | 4
            2021-06          | fell        | p          | 5
            2021-07..2021-12 | fell        | p          | 4
            2020-12          | base        | p          | 4
            2021-01..2021-12 | base        | p          | 5
            2020-12..2021-11 | last        | p          | 4
            2021-12          | last        | p          | 5
            2020-12..2021-12 | fence       | p          | 4
            2021-06..2021-12 | bare        | p          | 9
            2021-06..2021-12 | many        | p          | 5
            2021-06..2021-12 | new         | p          | 5
            2021-06..2021-12 | left        | p          | 5
            2021-06..2021-12 | joined      | p          | 5
            2021-06..2021-12 | tried       | p          | 9
            2021-06..2021-12 | tried       | q          | 4
            2021-06..2021-12 | outside     | p          | 5
            2021-06..2021-12 | claimed     | p          | 5
            2021-06..2021-12 | two         | p          | 2
            2021-06..2021-12 | two         | q          | 3
        """,
        "instances": """
            customer_id | product_id | kind       | deployed_on | retired_on
            mid         | p          | production | 2020-01-01  |
            fell        | p          | production | 2020-01-01  |
            base        | p          | production | 2020-01-01  |
            last        | p          | production | 2020-01-01  |
            fence       | p          | production | 2020-01-01  |
            bare        | p          | sandbox    | 2020-01-01  |
            bare        | p          | production | 2022-01-01  |
            bare        | p          | production | 2020-01-01  | 2021-12-31
            many        | p          | production | 2020-01-01  |
            many        | q          | production | 2021-12-31  |
            many        | p          | production | 2020-01-01  | 2022-01-01
            many        | p          | sandbox    | 2020-01-01  |
            new         | p          | production | 2021-07-01  |
            left        | p          | production | 2020-01-01  |
            joined      | p          | production | 2020-01-01  |
            tried       | p          | production | 2020-01-01  |
            outside     | x          | production | 2020-01-01  |
            claimed     | p          | production | 2020-01-01  |
            two         | q          | production | 2020-01-01  |
        """,
    },
    {"mau_method": "mean_monthly_distinct"},
)
DEPLOYMENTS = (
    """
[tracks.main.indicators.deployments]
title = "New deployments"
group = "customer_success"
unit = "tenants"
max = 100
options.value = { kind = "new_deployments", users = 5, threshold = 10 }
"""
    + COUNTED
)
CARDS["ttm12"] = scorecard("ttm12", body=DEPLOYMENTS)
CARDS["obs11"] = scorecard("obs11", body=DEPLOYMENTS, parameters='deployment_window = "base_m12_obs11"')
CARDS["obs12"] = scorecard("obs12", body=DEPLOYMENTS, parameters='deployment_window = "base_m12_obs12"')
CARDS["instances"] = scorecard("instances", body=DEPLOYMENTS, parameters='deployment_unit = "instance"')
# Base 2021-01, observed 2021-02 .. 2021-12.
CASES += read_cases(
    "deployments",
    "ttm12",
    "2021-12",
    """
    partner | indicator   | numerator | points | flags | promise
    mid     | deployments | 1         | 10     | -     | crossed in June and stayed
    fell    | deployments | 1         | 10     | -     | crossed in June and fell back
    base    | deployments | 0         | 0      | -     | already there in the base month
    last    | deployments | 1         | 10     | -     | crossed in the last month
    fence   | deployments | 0         | 0      | -     | four is below five
    bare    | deployments | 0         | 0      | -     | no production instance runs on the last day
    many    | deployments | 1         | 10     | -     | a tenant with three instances is one tenant
    new     | deployments | 1         | 10     | -     | a tenant without users before was below
    left    | deployments | 0         | 0      | -     | credited until a day before the end
    joined  | deployments | 1         | 10     | -     | credited since the last day
    tried   | deployments | 0         | 0      | -     | the users of a product on trial do not count
    outside | deployments | 0         | 0      | -     | an instance of a product out of scope does not count
    osa     | deployments | 0         | 0      | -     | a sale claim has no usage
    osu     | deployments | 1         | 10     | -     | a usage claim has it
    two     | deployments | 1         | 10     | -     | users of two products are added, whoever sold them
    """,
)
CASES += read_cases(
    "deployments",
    "obs11",
    "2021-12",
    """
    partner | indicator   | numerator | promise
    mid     | deployments | 1         | crossed in June
    fell    | deployments | 1         | crossed in June and fell back
    base    | deployments | 1         | crossed in the first observed month
    last    | deployments | 0         | the data month itself is not observed
    """,
)
CASES += read_cases(
    "deployments",
    "obs12",
    "2021-12",
    """
    partner | indicator   | numerator | promise
    mid     | deployments | 1         | crossed in June
    base    | deployments | 1         | crossed in the first observed month
    last    | deployments | 1         | crossed in the last observed month
    """,
)
CASES += read_cases(
    "deployments",
    "instances",
    "2021-12",
    """
    partner | indicator   | numerator | points | promise
    mid     | deployments | 1         | 10     | one instance
    many    | deployments | 3         | 30     | deployed on the last day, and retired the day after it
    bare    | deployments | 0         | 0      | a sandbox, one to come and one retired on the last day
    outside | deployments | 0         | 0      | an instance of a product out of scope
    """,
)
# The base of the month j months ahead is 2021-01 + j; users after the data month are those of the data month.
CASES += read_cases(
    "deployments",
    "ttm12",
    "2021-12",
    """
    partner | indicator   | ahead | numerator | points | promise
    mid     | deployments | 4     | 1         | 10     | the base is May
    mid     | deployments | 5     | 0         | 0      | the base is June, when it had crossed
    fell    | deployments | 4     | 1         | 10     | the base is May
    fell    | deployments | 6     | 0         | 0      | it had fallen back before the base, and crosses no more
    last    | deployments | 10    | 1         | 10     | the base is November
    last    | deployments | 11    | 0         | 0      | the base is the data month
    base    | deployments | 1     | 0         | 0      | stays where it is
    """,
)
CASES += read_cases(
    "deployments",
    "obs11",
    "2021-12",
    """
    partner | indicator   | ahead | numerator | promise
    last    | deployments | 1     | 1         | the data month is observed a month later
    last    | deployments | 11    | 1         | the base is November
    last    | deployments | 12    | 0         | the base is the data month
    base    | deployments | 1     | 0         | the base is 2021-01
    """,
)
CASES += read_cases(
    "deployments",
    "ttm12",
    "2021-11",
    """
    partner | indicator   | numerator | flags | promise
    mid     | deployments | 1         | -     | the base 2020-12 is the first month of facts
    base    | deployments | 1         | -     | below in 2020-12, there in 2021-01
    """,
)
CASES += read_cases(
    "deployments",
    "obs12",
    "2021-11",
    """
    partner | indicator   | numerator | flags         | promise
    mid     | deployments | 1         | history_short | the base 2020-11 is before the first month of facts
    """,
)
