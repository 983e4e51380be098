"""Point rules: steps, all or nothing, several options, and tiers by conditions."""

# ruff: noqa: E501 - tables are read across, with the promise at the end of each line

from spec.score_chapters.case import CARDS, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["rules"] = Program(
    {
        "products": "product_id | family\np | One\nq | Two",
        "subscriptions": """
            subscription_id | customer_id | product_id
            p1              | c           | p
            q1              | c           | q
            p2              | c           | p
            q2              | c           | q
            p3              | c           | p
            p4              | c           | p
        """,
        "seats": "month | subscription_id | sold_seats\n2020-02..2021-01 | p1 | 1",
        "associations": """
            partner_id | subscription_id | type | claim
            A          | p1              | DPOR |
            A          | q1              | DPOR |
            B          | p2              | DPOR |
            B          | q2              | DPOR |
            C          | p3              | CPOR | OSA
            D          | p3              | DPOR |
            E          | p4              | DPOR |
        """,
        "billing_lines": """
            billing_month | subscription_id | amount
            2021-01       | p1              | 50
            2021-01       | q1              | 40
            2021-01       | p2              | 20
            2021-01       | q2              | 10
            2021-01       | p3              | 20
            2021-01       | p4              | 99.999999
        """,
    }
)
RULES = """
[tracks.main.indicators.step]
title = "Steps"
group = "performance"
unit = "currency"
max = 20
options.value = { kind = "revenue", points = "step", step = 25, threshold = 100, products = "one" }

[tracks.main.indicators.nothing]
title = "All or nothing"
group = "performance"
unit = "currency"
max = 20
options.value = { kind = "revenue", points = "all_or_nothing", threshold = 50, products = "one" }

[tracks.main.indicators.best]
title = "Best"
group = "performance"
unit = "currency"
max = 20
options.one = { kind = "revenue", threshold = 100, products = "one" }
options.two = { kind = "revenue", threshold = 50, products = "two" }

[tracks.main.indicators.sum]
title = "Sum"
group = "performance"
unit = "currency"
max = 20
combine = "sum"
options.one = { kind = "revenue", threshold = 100, products = "one" }
options.two = { kind = "revenue", threshold = 50, products = "two" }

[tracks.main.indicators.policy]
title = "Policies"
group = "performance"
unit = "currency"
max = 20
options.claims = { kind = "revenue", threshold = 10 }
options.record = { kind = "revenue", threshold = 40, policy = "dpor" }

[product_lists.counted]
ids = ["p", "q"]

[product_lists.one]
families = ["One"]

[product_lists.two]
families = ["Two"]
"""
CARDS["rules"] = scorecard("rules", body=RULES)
CASES += read_cases(
    "rules",
    "rules",
    "2021-01",
    """
    partner | indicator | option | value     | threshold | points | reason               | next_unit_points | promise
    A       | step      | value  | 50        | 100       | 10     | null                 | 0                | two whole steps of four
    B       | step      | value  | 20        | 100       | 0      | null                 | 0                | less than a step earns nothing
    E       | step      | value  | 99.999999 | 100       | 15     | null                 | 5                | the last step is whole or nothing
    A       | nothing   | value  | 50        | 50        | 20     | null                 | 0                | the threshold itself is enough
    B       | nothing   | value  | 20        | 50        | 0      | below_all_or_nothing | 0                | one unit is not enough to reach it
    E       | nothing   | value  | 99.999999 | 50        | 20     | null                 | 0                | more adds nothing
    A       | best      | two    | 40        | 50        | 16     | null                 | 2/5              | 16 for the second option beat 10 for the first
    B       | best      | one    | 20        | 100       | 4      | null                 | 2/5              | 4 and 4: the first of equal options, yet the second grows faster
    A       | sum       | two    | 40        | 50        | 20     | null                 | 0                | 10 and 16, cut to the maximum
    B       | sum       | one    | 20        | 100       | 8      | null                 | 2/5              | 4 and 4 are added
    C       | policy    | claims | 20        | 10        | 20     | null                 | 0                | the claim holds the sale
    D       | policy    | record | 20        | 40        | 10     | null                 | 1/2              | an option may have a policy of its own
    """,
)
CONDITIONS = """
[[tiers]]
name = "gold"
conditions = { step = 50, best = 50 }

[[tiers]]
name = "silver"
conditions = { step = 20, best = 20 }
"""
CARDS["conditions"] = scorecard("conditions", body=RULES, tiers=CONDITIONS)
CASES += read_cases(
    "rules",
    "conditions",
    "2021-01",
    """
    partner | total | tier   | rounds_to | path_cost | path_units | promise
    A       | 86    | gold   | null      | null      | null       | every named value is reached, that of the first option
    B       | 32    | silver | null      | 60        | 60         | 30 more of each named indicator
    D       | 10    | null   | null      | 40        | 40         | points alone make no tier
    """,
)
EVERY = """
[[tiers]]
name = "designated"
points = 30
every_indicator = true
"""
CARDS["every"] = scorecard(
    "every",
    tiers=EVERY,
    body="""
[tracks.main.indicators.linear]
title = "Linear"
group = "performance"
unit = "currency"
max = 60
options.value = { kind = "revenue", threshold = 40, products = "one" }

[tracks.main.indicators.nothing]
title = "All or nothing"
group = "performance"
unit = "currency"
max = 40
options.value = { kind = "revenue", points = "all_or_nothing", threshold = 50, products = "one" }

[product_lists.counted]
ids = ["p", "q"]

[product_lists.one]
families = ["One"]
""",
)
CASES += read_cases(
    "rules",
    "every",
    "2021-01",
    """
    partner | total | tier       | rounds_to | path_cost | path_units | promise
    A       | 100   | designated | null      | null      | null       | enough points, and some in every indicator
    B       | 30    | null       | null      | 30        | 30         | enough points, but none in one of two indicators
    """,
)
