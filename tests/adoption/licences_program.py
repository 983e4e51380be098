"""
A program small enough to work every percentage of it by hand; its data month is 2024-06, the 28 days begin on 06-03.

What ``alder`` sees of it, sold / assigned / active, of all partners, then its own where that differs:

- oak: sales 15 / 13 / 3 (u1 to u3; u4 was a day too early, u5 had no intent). Own 10 / 8, active seats 4.
- elm: files 4 / 4 / 2 (a and b, counted once over SharePoint and OneDrive). A trial of 25 seats is left out.
- fir: suite 2 / 2 / 5, from monthly counts: Exchange 3, Teams 2. D-09e: at most 3 at once.
- yew: social 3 / 1 / 5, all on Yammer. D-09d: no more than the 3 entitled.
- ash: sales 1 / 1 / 2: o1 was there in April, and not again after n1 came. D-09a: 1.
- bay: sales 2 / 2 / 3; a second subscription of 2 seats is suspended. D-09b: 3 of 4.
- cob: suite 1 / 1 / 3; a trial of 2 seats stands beside it. D-09c: 3 of 3.
- gum: sales 5 / 1 / 0, and suite 10 / 0 / 0, which it buys directly. Own 5 / 1 / 0.
- kip: sales 0 / 0: no percentage.
- new: sales 4 / 1 / 0, since May.
- ivy: 10,000 seats of a free product, which nobody bought: not counted, so ivy is not listed.
- hay is birch's alone.

Together 47 / 26 / 23, and 32 / 21 / 24 of its own.
"""

import oracle

MONTH = "2024-06"

TABLES = {
    "partners": """
        partner_id | name             | country
        alder      | Alder Consulting | US
        birch      | Birch & Sons     | DE
    """,
    "customers": """
        customer_id | name           | country
        oak         | Oak Foods      | US
        elm         | Elm Motors     | DE
        fir         | Fir Energy     | FR
        yew         | Yew Medical    | US
        ash         | Ash Logistics  | US
        bay         | Bay Farms      | US
        cob         | Cob Retail     | US
        gum         | Gum Works      | US
        kip         | Kip Media      | US
        new         | New Ventures   | US
        ivy         | Ivy Gardens    | US
        hay         | Hay Transports | DE
    """,
    "products": """
        product_id | name                | family              | workloads
        sales      | Dynamics Sales      | Customer Engagement | Customer Engagement
        suite      | Business Suite      | Modern Work         | Exchange;Teams
        files      | Content Services    | Modern Work         | SharePoint;OneDrive
        social     | Company Talk        | Modern Work         | Yammer
        flow       | Power Automate Free | Power Platform      | Power Apps
    """,
    "subscriptions": """
        subscription_id | customer_id | product_id | licence_type | start_date
        s1              | oak         | sales      | paid         | 2024-01-01
        s2              | oak         | sales      | paid         | 2024-01-01
        s3              | elm         | files      | paid         | 2024-01-01
        s4              | elm         | files      | trial        | 2024-01-01
        s5              | fir         | suite      | paid         | 2024-01-01
        s6              | yew         | social     | paid         | 2024-01-01
        s7              | ash         | sales      | paid         | 2024-01-01
        s8              | bay         | sales      | paid         | 2024-01-01
        s9              | bay         | sales      | paid         | 2024-01-01
        s10             | cob         | suite      | paid         | 2024-01-01
        s11             | cob         | suite      | trial        | 2024-01-01
        s13             | gum         | sales      | paid         | 2024-01-01
        s14             | gum         | suite      | paid         | 2024-01-01
        s15             | ivy         | flow       | paid         | 2024-01-01
        s16             | kip         | sales      | paid         | 2024-01-01
        s17             | new         | sales      | paid         | 2024-05-01
        s18             | hay         | sales      | paid         | 2024-01-01
    """,
    "seats": """
        month            | subscription_id | state     | sold_seats | assigned_seats | active_seats
        2024-01..2024-06 | s1              | active    | 10         | 8              | 4
        2024-01..2024-06 | s2              | active    | 5          | 5              |
        2024-01..2024-06 | s3              | active    | 4          | 4              |
        2024-01..2024-06 | s4              | active    | 25         | 0              |
        2024-01..2024-06 | s5              | active    | 2          | 2              |
        2024-01..2024-06 | s6              | in_grace  | 3          | 1              |
        2024-01..2024-06 | s7              | active    | 1          | 1              |
        2024-01..2024-06 | s8              | active    | 2          | 2              |
        2024-01..2024-06 | s9              | suspended | 2          | 2              |
        2024-01..2024-06 | s10             | active    | 1          | 1              |
        2024-01..2024-06 | s11             | active    | 2          | 2              |
        2024-01..2024-06 | s13             | active    | 5          | 1              |
        2024-01..2024-06 | s14             | active    | 10         | 0              |
        2024-01..2024-06 | s15             | active    | 10000      | 3              |
        2024-01..2024-06 | s16             | active    | 0          | 0              |
        2024-05..2024-06 | s17             | active    | 4          | 1              |
        2024-01..2024-06 | s18             | active    | 7          | 7              |
    """,
    "associations": """
        partner_id | subscription_id | start_date
        alder      | s1              | 2024-01-01
        birch      | s2              | 2024-01-01
        alder      | s3              | 2024-01-01
        alder      | s5              | 2024-01-01
        alder      | s6              | 2024-01-01
        alder      | s7              | 2024-01-01
        alder      | s8              | 2024-01-01
        alder      | s10             | 2024-01-01
        alder      | s13             | 2024-01-01
        alder      | s15             | 2024-01-01
        alder      | s16             | 2024-01-01
        alder      | s17             | 2024-05-01
        birch      | s18             | 2024-01-01
    """,
    "billing_lines": """
        billing_month    | subscription_id | amount | currency
        2024-01..2024-06 | s1              | 100    | USD
        2024-01..2024-06 | s2              | 987    | USD
    """,
    "activity": """
        date       | customer_id | user_id | product_id | workload            | intentional
        2024-06-03 | oak         | u1      | sales      | Customer Engagement | true
        2024-06-10 | oak         | u2      | sales      | Customer Engagement | true
        2024-06-30 | oak         | u3      | sales      | Customer Engagement | true
        2024-06-30 | oak         | u3      | sales      | Customer Engagement | true
        2024-06-02 | oak         | u4      | sales      | Customer Engagement | true
        2024-06-20 | oak         | u5      | sales      | Customer Engagement | false
        2024-06-04 | elm         | a       | files      | OneDrive            | true
        2024-06-05 | elm         | a       | files      | SharePoint          | true
        2024-06-05 | elm         | b       | files      | SharePoint          | true
        2024-06-06 | yew         | y1      | social     | Yammer              | true
        2024-06-06 | yew         | y2      | social     | Yammer              | true
        2024-06-06 | yew         | y3      | social     | Yammer              | true
        2024-06-06 | yew         | y4      | social     | Yammer              | true
        2024-06-06 | yew         | y5      | social     | Yammer              | true
        2024-04-15 | ash         | o1      | sales      | Customer Engagement | true
        2024-06-05 | ash         | o1      | sales      | Customer Engagement | true
        2024-06-20 | ash         | n1      | sales      | Customer Engagement | true
        2024-06-10 | bay         | b1      | sales      | Customer Engagement | true
        2024-06-10 | bay         | b2      | sales      | Customer Engagement | true
        2024-06-10 | bay         | b3      | sales      | Customer Engagement | true
        2024-06-11 | cob         | c1      | suite      | Exchange            | true
        2024-06-11 | cob         | c2      | suite      | Exchange            | true
        2024-06-11 | cob         | c3      | suite      | Teams               | true
    """,
    "activity_monthly": """
        month   | customer_id | product_id | workload | active_users
        2024-06 | fir         | suite      | Exchange | 3
        2024-06 | fir         | suite      | Teams    | 2
    """,
}


def world() -> oracle.World:
    """Return the program as a world."""
    return oracle.world_from_text(TABLES, mau_method="mean_monthly_distinct", k=1)
