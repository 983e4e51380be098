"""
A program small enough to work every number of it by hand.

Four accounts, four customers, two products, fifteen months to 2024-03. What ``alder`` has in 2024-03:

- revenue: 12 x 100 on s1, and 40 in each of the seven months 2023-09 .. 2024-03 on s4: 1480.
  Others: birch 12 x 50 EUR x 1.2 = 720, cedar 12 x 10.50 = 126, dogwood 280. A month earlier alder had 1440.
- new customers: yew in 2023-09, shared with dogwood: 1. Nobody else; the first month yields no events.
- net seat adds: 4 on s4 in 2023-09 and 2 on s1 in 2024-03: 6; a month earlier 4. Dogwood 4.
- certified people: ann, and bob since 2024-03: 2; a month earlier 1. Birch 1.
- production instances: at oak and yew: 2; the sandbox does not count. Dogwood 1.
- users: oak u2 and u3, yew u1: 3 of 12 months: 0.25; a month earlier u2 and yew u1: 2. Cedar and dogwood 1.
- assigned seats: 8 at oak and 2 at yew: 3 / (12 x 10) = 0.025; a month earlier 2 / 120. Birch has none: null.
- survey: oak 10, yew 6: (1 - 1) / 2 = 0; a month earlier -1 / 1 = -100. Birch has no response: null.
"""

import oracle

MONTH = "2024-03"

TABLES = {
    "partners": """
        partner_id | name                    | country | parent_partner_id
        alder      | Alder Consulting        | US      |
        alder-nord | Alder Consulting Nordic | SE      | alder
        birch      | Birch & Sons            | DE      |
        cedar      | Cedar Systems           | FR      |
        dogwood    | Dogwood Partners        | US      |
    """,
    "customers": """
        customer_id | name        | country
        oak         | Oak Foods   | US
        elm         | Elm Motors  | DE
        fir         | Fir Energy  | FR
        yew         | Yew Medical | US
    """,
    "products": """
        product_id | name             | family                 | workloads
        sales      | Dynamics Sales   | Customer Engagement    | Customer Engagement
        finance    | Dynamics Finance | Finance and Operations | Finance and Operations
    """,
    "subscriptions": """
        subscription_id | customer_id | product_id | start_date
        s1              | oak         | sales      | 2023-01-01
        s2              | elm         | finance    | 2023-01-01
        s3              | fir         | sales      | 2023-01-01
        s4              | yew         | sales      | 2023-09-01
    """,
    "seats": """
        month            | subscription_id | sold_seats | assigned_seats
        2023-01..2024-02 | s1              | 10         | 8
        2024-03          | s1              | 12         | 8
        2023-01..2024-03 | s2              | 5          | 0
        2023-01..2024-03 | s3              | 20         | 5
        2023-09..2024-03 | s4              | 4          | 2
    """,
    "associations": """
        partner_id | subscription_id | start_date
        alder      | s1              | 2023-01-01
        birch      | s2              | 2023-01-01
        cedar      | s3              | 2023-01-01
        dogwood    | s4              | 2023-09-01
        alder      | s4              | 2023-09-01
    """,
    "billing_lines": """
        billing_month    | subscription_id | amount | currency
        2023-01..2024-03 | s1              | 100    | USD
        2023-01..2024-03 | s2              | 50     | EUR
        2023-01..2024-03 | s3              | 10.50  | USD
        2023-09..2024-03 | s4              | 40     | USD
    """,
    "exchange_rates": """
        month            | currency | rate
        2023-01..2024-03 | EUR      | 1.2
    """,
    "activity": """
        date       | customer_id | user_id | product_id | workload            | intentional
        2023-02-28 | oak         | u1      | sales      | Customer Engagement | true
        2023-04-01 | oak         | u2      | sales      | Customer Engagement | true
        2023-05-02 | oak         | u4      | sales      | Customer Engagement | false
        2024-03-31 | oak         | u3      | sales      | Customer Engagement | true
        2024-03-31 | oak         | u3      | sales      | Customer Engagement | true
        2023-10-05 | yew         | u1      | sales      | Customer Engagement | true
        2023-12-01 | fir         | u1      | sales      | Customer Engagement | true
    """,
    "instances": """
        customer_id | kind       | product_id | deployed_on
        oak         | production | sales      | 2023-05-01
        yew         | production | sales      | 2024-02-10
        oak         | sandbox    | sales      | 2023-05-01
    """,
    "exam_passes": """
        person_id | partner_id | exam   | passed_on
        ann       | alder      | MB-210 | 2023-02-01
        bob       | alder      | MB-210 | 2024-03-15
        cat       | birch      | MB-310 | 2023-02-01
    """,
    "survey_responses": """
        customer_id | product_id | responded_on | score
        oak         | sales      | 2024-03-31   | 10
        yew         | sales      | 2023-10-10   | 6
        fir         | sales      | 2024-01-05   | 9
    """,
}


def world() -> oracle.World:
    """Return the program as a world; a benchmark needs four partners."""
    return oracle.world_from_text(TABLES, k=1)
