"""Market classes: whose country decides which thresholds."""

# ruff: noqa: E501 - tables are read across, with the promise at the end of each line

from spec.score_chapters.case import CARDS, COUNTED, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["classes"] = Program(
    {
        "partners": """
            partner_id | country
            only       | BR
            one        | BR
            abroad     | US
            alone-us   | US
            alone-br   | BR
            unpaid     | BR
            outside    | BR
            lost       | BR
        """,
        "customers": """
            customer_id | country
            br1         | BR
            br2         | BR
            br3         | BR
            br4         | BR
            us1         | US
            de1         | DE
        """,
        "subscriptions": """
            subscription_id | customer_id | product_id | licence_type
            br1             | br1         | p          | paid
            br2             | br2         | p          | paid
            br3             | br3         | p          | paid
            br4             | br4         | p          | paid
            us1             | us1         | p          | paid
            us1-trial       | us1         | p          | trial
            us1-x           | us1         | x          | paid
            de1             | de1         | p          | paid
        """,
        "seats": """
            month            | subscription_id | sold_seats
            2020-12..2021-12 | br1             | 1
            2020-12..2021-12 | br2             | 1
            2020-12..2021-12 | br3             | 1
            2020-12..2021-12 | br4             | 1
            2020-12..2021-12 | us1             | 1
            2020-12..2021-12 | us1-trial       | 1
            2020-12..2021-12 | us1-x           | 1
            2020-12..2021-12 | de1             | 1
        """,
        "associations": """
            partner_id | subscription_id | type | claim | end_date
            only       | br1             | DPOR |       |
            one        | br2             | DPOR |       |
            one        | us1             | CPOR | OSU   |
            abroad     | br3             | DPOR |       |
            unpaid     | br4             | CSP  |       |
            unpaid     | us1-trial       | DPOR |       |
            outside    | br4             | DPOR |       |
            outside    | us1-x           | DPOR |       |
            lost       | br4             | CSP  |       |
            lost       | de1             | DPOR |       | 2021-12-30
        """,
        "billing_lines": """
            billing_month | subscription_id | amount
            2021-12       | br1             | 150
            2021-12       | br2             | 150
            2021-12       | br3             | 150
        """,
        "activity_monthly": """
            month   | customer_id | active_users
            2020-12 | br1         | 4
            2021-12 | br1         | 6
            2020-12 | br2         | 4
            2021-12 | br2         | 6
        """,
        "instances": "customer_id | deployed_on\nbr1 | 2020-01-01\nbr2 | 2020-01-01",
        "exam_passes": """
            person_id | partner_id | exam | passed_on
            ann       | only       | E    | 2020-01-01
            ben       | only       | E    | 2020-01-01
            ann       | one        | E    | 2020-01-01
            ben       | one        | E    | 2020-01-01
            ann       | abroad     | E    | 2020-01-01
            ben       | abroad     | E    | 2020-01-01
        """,
    },
    {"mau_method": "mean_monthly_distinct"},
    {"developed": ("US", "DE")},
)
CARDS["classes"] = scorecard(
    "classes",
    body="""
[classes]
market = "developed"
otherwise = "developing"

[tracks.main.indicators.revenue]
title = "Revenue"
group = "performance"
unit = "currency"
max = 20
options.value = { kind = "revenue", threshold = { developed = 200, developing = 100 } }

[tracks.main.indicators.people]
title = "People"
group = "capability"
unit = "people"
located_by = "partner"
max = 20
options.value = { kind = "people", exam_rule = "certified", threshold = { developed = 4, developing = 2 } }

[tracks.main.indicators.deployments]
title = "Deployments"
group = "customer_success"
unit = "tenants"
max = 20
options.value = { kind = "new_deployments", users = { developed = 10, developing = 5 }, threshold = 2 }

[tracks.main.indicators.growth]
title = "Growth"
group = "customer_success"
unit = "users"
max = 20
options.value = { kind = "growth", threshold = 1, minimum_baseline = { developed = 10, developing = 4 } }

[tracks.main.indicators.seats]
title = "Tenants"
group = "performance"
unit = "tenants"
max = 20

[tracks.main.indicators.seats.options.value]
kind = "qualifying"
unit = "customer"
compare = "at"
threshold = 1
conditions = [{ limits = [{ measure = "revenue", minimum = { developed = 200, developing = 100 } }] }]

[exam_rules.certified]
any_of = ["E"]
"""
    + COUNTED,
)
CASES += read_cases(
    "classes",
    "classes",
    "2021-12",
    """
    partner  | indicator   | market_class | threshold | numerator | points | reason           | promise
    only     | revenue     | developing   | 100       | 150       | 20     | null             | customers in developing markets alone
    only     | people      | developing   | 2         | 2         | 20     | null             | the partner's own country
    only     | deployments | developing   | 2         | 1         | 10     | null             | users by class: 4 before and 6 now cross 5
    only     | growth      | developing   | 1         | 2         | 10     | null             | a least baseline by class: 4 are enough
    only     | seats       | developing   | 1         | 1         | 20     | null             | limits by class
    one      | revenue     | developed    | 200       | 150       | 15     | null             | one customer in a developed market, credited for usage alone
    one      | people      | developing   | 2         | 2         | 20     | null             | for people the partner's own country decides
    one      | deployments | developed    | 2         | 0         | 0      | null             | users by class: 6 are below 10
    one      | growth      | developed    | 1         | 2         | 0      | baseline_too_low | a least baseline by class: 4 are too few
    one      | seats       | developed    | 1         | 0         | 0      | null             | limits by class
    abroad   | revenue     | developing   | 100       | 150       | 20     | null             | registered in a developed market, at work in a developing one
    abroad   | people      | developed    | 4         | 2         | 10     | null             | the partner's own country
    alone-us | revenue     | developed    | 200       | 0         | 0      | null             | without customers the own country decides
    alone-br | revenue     | developing   | 100       | 0         | 0      | null             | without customers the own country decides
    unpaid   | revenue     | developing   | 100       | 0         | 0      | null             | a customer on trial is not one
    outside  | revenue     | developing   | 100       | 0         | 0      | null             | nor one of a product out of scope
    lost     | revenue     | developing   | 100       | 0         | 0      | null             | nor one that was lost a day before the end
    """,
)
