"""Products in scope: what a product list selects."""

from spec.score_chapters.case import CARDS, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["scope"] = Program(
    {
        "products": """
            product_id | name        | family              | workloads
            p1         | Sales       | customer engagement | W
            p2         | TEAM member | Other               | W
            P-Special  | Nameless    | Other               | W
            p4         | plan 1      | Customer Engagement | W
            p5         | Elsewhere   | Other               | W
        """,
        "subscriptions": """
            subscription_id | customer_id | product_id
            s1              | c1          | p1
            s2              | c2          | p2
            s3              | c3          | P-Special
            s4              | c4          | p4
            s5              | c5          | p5
        """,
        "seats": """
            month            | subscription_id | sold_seats
            2020-01..2021-01 | s1              | 1
        """,
        "associations": """
            partner_id | subscription_id
            A          | s1
            A          | s2
            A          | s3
            A          | s4
            A          | s5
        """,
        "billing_lines": """
            billing_month | subscription_id | amount
            2021-01       | s1              | 1
            2021-01       | s2              | 10
            2021-01       | s3              | 100
            2021-01       | s4              | 1000
            2021-01       | s5              | 10000
        """,
    }
)
CARDS["scope"] = scorecard(
    "scope",
    body="""
[tracks.main.indicators.listed]
title = "Revenue of the track's list"
group = "performance"
unit = "currency"
max = 60
options.value = { kind = "revenue", threshold = 1000 }

[tracks.main.indicators.own]
title = "Revenue of a list of its own"
group = "performance"
unit = "currency"
max = 40
options.value = { kind = "revenue", threshold = 1000, products = "all" }

[product_lists.counted]
families = ["Customer Engagement"]
names = ["Team Member"]
ids = ["p-special"]
except_names = ["Plan 1"]

[product_lists.all]
families = ["Customer Engagement", "Other"]
""",
)
CASES += read_cases(
    "scope",
    "scope",
    "2021-01",
    """
    partner | indicator | numerator | promise
    A       | listed    | 111       | family, name and id are compared without case, and a name can be left out
    A       | own       | 11111     | an option may name another list
    """,
)
