"""The worked example of domain.md 1.2, from facts."""

# ruff: noqa: E501 - tables are read across, with the promise at the end of each line

from spec.score_chapters.case import CARDS, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["worked"] = Program(
    {
        "products": "product_id | name | family\np | Sales | Customer Engagement",
        "subscriptions": """
            subscription_id | customer_id
            large           | large
            n1              | n1
            n2              | n2
            n3              | n3
            n4              | n4
            d5              | d5
            d6              | d6
        """,
        "seats": """
            month            | subscription_id | sold_seats
            2020-12..2021-12 | large           | 300
            2021-03..2021-12 | n1              | 5
            2021-03..2021-12 | n2              | 5
            2021-03..2021-12 | n3              | 5
            2021-03..2021-12 | n4              | 5
            2020-12..2021-12 | d5              | 5
            2020-12..2021-12 | d6              | 5
        """,
        "associations": """
            partner_id | subscription_id | type
            A          | large           | DPOR
            A          | n1              | DPOR
            A          | n2              | DPOR
            A          | n3              | DPOR
            A          | n4              | DPOR
            A          | d5              | DPOR
            A          | d6              | DPOR
            B          | large           | CSP
            B          | n1              | CSP
            B          | n2              | CSP
            B          | n3              | CSP
            B          | n4              | CSP
            B          | d5              | CSP
            B          | d6              | CSP
        """,
        "billing_lines": "billing_month | subscription_id | amount\n2021-06 | large | 15000",
        "activity_monthly": """
            month            | customer_id | active_users
            2020-12..2021-11 | large       | 192
            2021-12          | large       | 220
            2021-03..2021-12 | n1          | 5
            2021-03..2021-12 | n2          | 5
            2021-03..2021-12 | n3          | 5
            2021-03..2021-12 | n4          | 5
            2020-12..2021-05 | d5          | 4
            2021-06..2021-12 | d5          | 5
            2020-12..2021-05 | d6          | 4
            2021-06..2021-12 | d6          | 5
        """,
        "instances": """
            customer_id | deployed_on
            n1          | 2021-03-01
            n2          | 2021-03-01
            n3          | 2021-03-01
            n4          | 2021-03-01
            d5          | 2020-01-01
            d6          | 2020-01-01
        """,
        "exam_passes": """
            person_id | partner_id | exam   | passed_on
            ann       | A          | PL-200 | 2021-01-15
            ann       | A          | MB-210 | 2021-01-15
            ben       | A          | MB-300 | 2021-01-15
            ben       | A          | MB-320 | 2021-01-15
            cas       | A          | MB-800 | 2021-01-15
            dee       | A          | PL-400 | 2021-01-15
            dee       | A          | PL-200 | 2021-01-15
            ann       | B          | PL-200 | 2021-01-15
            ann       | B          | MB-210 | 2021-01-15
            ben       | B          | MB-300 | 2021-01-15
            ben       | B          | MB-320 | 2021-01-15
            cas       | B          | MB-800 | 2021-01-15
            dee       | B          | PL-400 | 2021-01-15
            ben       | B          | MB-700 | 2021-01-15
        """,
    },
    {"mau_method": "mean_monthly_distinct"},
)
CARDS["smb"] = scorecard(
    "smb",
    body="""
[tracks.main.indicators.net_new_revenue]
title = "Net new revenue"
group = "performance"
unit = "currency"
max = 10
options.value = { kind = "revenue", threshold = 30000, cost = 0.001 }

[tracks.main.indicators.net_customer_adds]
title = "Net customer adds"
group = "performance"
unit = "customers"
max = 10
options.value = { kind = "net_customer_adds", threshold = 10 }

[tracks.main.indicators.functional_consultants]
title = "Functional consultants"
group = "capability"
unit = "people"
located_by = "partner"
max = 30
options.value = { kind = "people", exam_rule = "functional_consultant", threshold = 5 }

[tracks.main.indicators.developers]
title = "Developers"
group = "capability"
unit = "people"
located_by = "partner"
max = 5
options.value = { kind = "people", exam_rule = "developer", threshold = 2 }

[tracks.main.indicators.new_deployments]
title = "New deployments"
group = "customer_success"
unit = "tenants"
max = 20
options.value = { kind = "new_deployments", users = 5, threshold = 10 }

[tracks.main.indicators.mau_growth]
title = "Growth of monthly active users"
group = "customer_success"
unit = "users"
max = 25
options.value = { kind = "growth", of = "active_users", threshold = 0.35, minimum_baseline = 50, cost = 0.1 }

[exam_rules.functional_consultant]
any_of = ["ce_consultant", "fo_consultant", "MB-800"]

[exam_rules.ce_consultant]
all_of = ["PL-200", "ce_elective"]

[exam_rules.ce_elective]
any_of = ["MB-210", "MB-220", "MB-230", "MB-240"]

[exam_rules.fo_consultant]
all_of = ["MB-300", "fo_elective"]

[exam_rules.fo_elective]
any_of = ["MB-310", "MB-320", "MB-330"]

[exam_rules.developer]
any_of = ["PL-400", "fo_developer"]

[exam_rules.fo_developer]
all_of = ["MB-300", "fo_developer_elective"]

[exam_rules.fo_developer_elective]
any_of = ["MB-500", "MB-700"]

[product_lists.counted]
families = ["Customer Engagement"]
""",
)
CASES += read_cases(
    "worked",
    "smb",
    "2021-12",
    """
    partner | indicator              | numerator | denominator | points | next_unit_points | promise
    A       | net_new_revenue        | 15000     | null        | 5      | 1/3000           | half of the threshold
    A       | net_customer_adds      | 4         | null        | 4      | 1                | four customers added
    A       | functional_consultants | 3         | null        | 18     | 6                | one of each certificate
    A       | developers             | 1         | null        | 2.5    | 2.5              | one developer
    A       | new_deployments        | 6         | null        | 12     | 2                | six tenants crossed five users
    A       | mau_growth             | 50        | 200         | 125/7  | 5/14             | from 200 to 250 users: 25 x 0.25 / 0.35
    B       | developers             | 2         | null        | 5      | 0                | a consultant becomes a developer
    """,
)
# A lacks 9/14 of a point: two users at 0.1 give 10/14. B lacks 127/7: two consultants at 1 give 12, and for
# the other 43/7 it takes 18 users at 5/14 of a point and 0.1 each.
CASES += read_cases(
    "worked",
    "smb",
    "2021-12",
    """
    partner | total  | tier   | rounds_to | lost_in | path_cost | path_units | promise
    A       | 831/14 | null   | null      | null    | 0.2       | 2          | 59.357142 is no tier
    B       | 433/7  | silver | null      | 2022-02 | 3.8       | 20         | one developer more: 61.857142 is silver
    """,
)
# The base of the deployments is 2021-03 in two months and 2021-06 in five; the adds of 2021-03 leave in three;
# the users a year before are 200 until 2021-02, 220 from 2021-03, 222 from 2021-06, 250 in 2021-12.
CASES += read_cases(
    "worked",
    "smb",
    "2021-12",
    """
    partner | ahead | total   | tier   | promise
    B       | 1     | 433/7   | silver | nothing changes in 2022-01
    B       | 2     | 377/7   | null   | four tenants had crossed by then: 8 points less
    B       | 3     | 3214/77 | null   | four adds leave, and growth is 30 of 220: 32 + 750/77
    B       | 12    | 23      | null   | people alone are left: 18 and 5
    """,
)
