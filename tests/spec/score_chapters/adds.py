"""Net customer adds: the seven golden cases of domain.md 1.2, and both rules of loss."""

# ruff: noqa: E501 - tables are read across, with the promise at the end of each line

from spec.score_chapters.case import CARDS, COUNTED, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["adds"] = Program(
    {
        "partners": """
            partner_id | parent_partner_id
            acc10      |
            loc10-a    | acc10
            loc10-b    | acc10
        """,
        "subscriptions": """
            subscription_id | customer_id | product_id | licence_type
            always          | z           | p          | paid
            add1            | c1          | p          | paid
            add2            | c2          | p          | paid
            add3            | c3          | p          | paid
            add4            | c4          | p          | paid
            add5            | c5          | p          | paid
            trial6          | c6          | p          | trial
            add6            | c6          | p          | paid
            move7a          | c7          | p          | paid
            move7b          | c7          | q          | paid
            scope8x         | c8          | x          | paid
            scope8p         | c8          | p          | paid
            claim9          | c9          | p          | paid
            add10           | c10         | p          | paid
            lost12          | c12         | p          | paid
            again13         | c13         | p          | paid
            end14           | c14         | p          | paid
            late15          | c15         | p          | paid
        """,
        "seats": """
            month            | subscription_id | sold_seats
            2020-01..2021-01 | always          | 1
            2020-03..2021-01 | add1            | 5
            2020-03..2021-01 | add2            | 5
            2020-03..2020-07 | add3            | 5
            2020-03..2020-07 | add4            | 5
            2020-10..2021-01 | add4            | 4
            2020-01..2021-01 | add5            | 5
            2020-02..2021-01 | trial6          | 9
            2020-02          | add6            | 0
            2020-03..2021-01 | add6            | 5
            2020-01..2020-05 | move7a          | 5
            2020-06..2021-01 | move7b          | 7
            2020-01..2021-01 | scope8x         | 5
            2020-06..2021-01 | scope8p         | 5
            2020-03..2021-01 | claim9          | 5
            2020-03..2021-01 | add10           | 5
            2020-01..2020-08 | lost12          | 5
            2020-03..2020-04 | again13         | 5
            2020-07..2020-08 | again13         | 5
            2020-03..2020-07 | end14           | 5
            2020-01..2020-07 | late15          | 5
        """,
        "associations": """
            partner_id | subscription_id | type | claim    | start_date | end_date
            add1-a     | add1            | DPOR |          | 2020-03-01 |
            add1-b     | add1            | CSP  |          | 2020-03-31 |
            add2-a     | add2            | DPOR |          | 2020-03-10 |
            add2-b     | add2            | DPOR |          | 2020-05-10 |
            add3-a     | add3            | DPOR |          | 2020-03-10 |
            add3-b     | add3            | DPOR |          | 2020-05-10 |
            add4-a     | add4            | DPOR |          | 2020-03-10 | 2020-07-31
            add4-b     | add4            | DPOR |          | 2020-05-10 |
            add5-a     | add5            | DPOR |          | 2020-06-01 |
            add6-a     | add6            | DPOR |          | 2020-01-01 |
            move7-a    | move7a          | DPOR |          | 2020-01-01 |
            move7-b    | move7b          | DPOR |          | 2020-06-01 |
            scope8-x   | scope8x         | DPOR |          | 2020-01-01 |
            scope8-p   | scope8p         | DPOR |          | 2020-01-01 |
            claim9-osa | claim9          | CPOR | OSA      | 2020-01-01 |
            claim9-osu | claim9          | CPOR | OSU      | 2020-01-01 |
            claim9-pre | claim9          | CPOR | PRESALES | 2020-01-01 |
            claim9-rec | claim9          | DPOR |          | 2020-01-01 |
            claim9-csp | claim9          | CSP  |          | 2020-01-01 |
            loc10-a    | add10           | DPOR |          | 2020-01-01 |
            loc10-b    | add10           | CSP  |          | 2020-01-01 |
            lost12-a   | lost12          | DPOR |          | 2020-05-01 |
            again13-a  | again13         | DPOR |          | 2020-01-01 |
            end14-a    | end14           | DPOR |          | 2020-01-01 | 2020-07-30
            late15-a   | late15          | DPOR |          | 2020-08-01 |
        """,
    }
)

ADDS = (
    """
[tracks.main.indicators.adds]
title = "Net customer adds"
group = "performance"
unit = "customers"
max = 100
options.value = { kind = "net_customer_adds", threshold = 10 }
"""
    + COUNTED
)
CARDS["adds all"] = scorecard("adds-all", body=ADDS)
CARDS["adds credited"] = scorecard("adds-credited", body=ADDS, parameters='loss_rule = "credited_within_12_months"')

# The window is 2020-02 .. 2021-01, months 2 to 13.
CASES += read_cases(
    "adds",
    "adds all",
    "2021-01",
    """
    partner    | indicator | numerator | points | next_unit_points | promise
    add1-a     | adds      | 1         | 10     | 10               | case 1: an add is credited in its month
    add1-b     | adds      | 1         | 10     | 10               | case 1: to everybody associated at its end
    add2-a     | adds      | 1         | 10     | 10               | case 2: who was there keeps the add
    add2-b     | adds      | 0         | 0      | 10               | case 2: who joins an active customer gets nothing
    add3-a     | adds      | 0         | 0      | 10               | case 3: the loss takes the add away
    add3-b     | adds      | -1        | 0      | 0                | case 3: everybody associated loses, below zero
    add4-a     | adds      | 0         | 0      | 10               | case 4: who left does not get the customer back
    add4-b     | adds      | 0         | 0      | 10               | case 4: charged in 8, credited in 10
    add5-a     | adds      | 0         | 0      | 10               | case 5: a customer that was there directly
    add6-a     | adds      | 1         | 10     | 10               | case 6: neither a trial nor zero seats are paid seats
    move7-a    | adds      | 0         | 0      | 10               | case 7: a move without a gap is no loss
    move7-b    | adds      | 0         | 0      | 10               | case 7: and no add
    scope8-x   | adds      | 0         | 0      | 10               | credit on a product out of scope is none
    scope8-p   | adds      | 1         | 10     | 10               | seats out of scope do not make a customer
    claim9-osa | adds      | 1         | 10     | 10               | a sale claim is credited with the add
    claim9-osu | adds      | 0         | 0      | 10               | a usage claim is not
    claim9-pre | adds      | 0         | 0      | 10               | a pre-sales claim is not
    claim9-rec | adds      | 0         | 0      | 10               | a partner of record yields to the sale claim
    claim9-csp | adds      | 1         | 10     | 10               | a reseller is credited beside the claim
    loc10-a    | adds      | 1         | 10     | 10               | a location has the add of its own
    acc10      | adds      | 1         | 10     | 10               | an account has the add of two locations once
    lost12-a   | adds      | -1        | 0      | 0                | a loss is charged without an add before it
    again13-a  | adds      | 0         | 0      | 10               | added, lost, added and lost: each in its month
    end14-a    | adds      | 1         | 10     | 10               | who left a day before the month's end is not charged
    late15-a   | adds      | 0         | 0      | 10               | who comes in the month of the loss is not charged
    """,
)
CASES += read_cases(
    "adds",
    "adds credited",
    "2021-01",
    """
    partner    | indicator | numerator | points | promise
    add1-a     | adds      | 1         | 10     | case 1: an add is credited in its month
    add1-b     | adds      | 1         | 10     | case 1: to everybody associated at its end
    add2-b     | adds      | 0         | 0      | case 2: who joins an active customer gets nothing
    add3-a     | adds      | 0         | 0      | case 3: who had the credit loses it
    add3-b     | adds      | 0         | 0      | case 3: who had none loses none
    add4-a     | adds      | 0         | 0      | case 4: credited in 3, charged in 8
    add4-b     | adds      | 1         | 10     | case 4: credited in 10, never charged
    add5-a     | adds      | 0         | 0      | case 5: a customer that was there directly
    add6-a     | adds      | 1         | 10     | case 6: neither a trial nor zero seats are paid seats
    move7-a    | adds      | 0         | 0      | case 7: a move without a gap is no loss
    move7-b    | adds      | 0         | 0      | case 7: and no add
    lost12-a   | adds      | 0         | 0      | a loss without an add before it is nobody's
    again13-a  | adds      | 0         | 0      | each loss takes its own add away
    end14-a    | adds      | 0         | 0      | who had the credit is charged although it has left
    late15-a   | adds      | 0         | 0      | who comes in the month of the loss is not charged
    """,
)
# The add of 2020-03 leaves with the window of 2021-03, 2020-04 .. 2021-03; the loss of 2020-08 with that of 2021-08.
CASES += read_cases(
    "adds",
    "adds all",
    "2021-01",
    """
    partner | indicator | ahead | value | points | promise
    add1-a  | adds      | 1     | 1     | 10     | the add of 2020-03 is in the window to 2021-02
    add1-a  | adds      | 2     | 0     | 0      | it is not in the window to 2021-03
    add3-a  | adds      | 1     | 0     | 0      | the add and its loss are in the window
    add3-a  | adds      | 2     | -1    | 0      | the add leaves before its loss
    add3-a  | adds      | 6     | -1    | 0      | the loss of 2020-08 is in the window to 2021-07
    add3-a  | adds      | 7     | 0     | 0      | it is not in the window to 2021-08
    add4-b  | adds      | 7     | 1     | 10     | the loss leaves before the add of 2020-10
    add4-b  | adds      | 9     | 0     | 0      | the add of 2020-10 leaves with the window to 2021-10
    add4-b  | adds      | 12    | 0     | 0      | after twelve months nothing is left
    """,
)
CASES += read_cases(
    "adds",
    "adds all",
    "2021-01",
    """
    partner | indicator | flags | promise
    add1-a  | adds      | -     | thirteen months of history are enough
    """,
)
CASES += read_cases(
    "adds",
    "adds all",
    "2020-12",
    """
    partner | indicator | numerator | flags         | promise
    add1-a  | adds      | 1         | history_short | with twelve months of history the value is flagged
    move7-a | adds      | 0         | history_short | the first month of facts has no adds
    """,
)

PROGRAMS["losses"] = Program(
    {
        "subscriptions": """
            subscription_id | customer_id | product_id
            always          | z           | p
            old             | c1          | p
            young           | c2          | p
            twice           | c3          | p
        """,
        "seats": """
            month            | subscription_id | sold_seats
            2019-11..2021-01 | always          | 1
            2019-12..2020-12 | old             | 5
            2020-01..2020-12 | young           | 5
            2019-12..2020-01 | twice           | 5
            2020-03..2020-12 | twice           | 5
        """,
        "associations": """
            partner_id | subscription_id | start_date | end_date
            old-a      | old             | 2019-01-01 |
            young-a    | young           | 2019-01-01 |
            twice-a    | twice           | 2019-01-01 | 2020-02-29
            twice-b    | twice           | 2020-03-01 |
        """,
    }
)
# All are lost in 2021-01. Within twelve months before it lie 2020-01 .. 2020-12.
CASES += read_cases(
    "losses",
    "adds credited",
    "2021-01",
    """
    partner | indicator | numerator | promise
    old-a   | adds      | 0         | an add of thirteen months ago is not taken away
    young-a | adds      | -1        | an add of twelve months ago is
    twice-a | adds      | -1        | charged for the first add in 2020-02, not for the second
    twice-b | adds      | 0         | credited in 2020-03 and charged in 2021-01
    """,
)
CASES += read_cases(
    "losses",
    "adds all",
    "2021-01",
    """
    partner | indicator | numerator | promise
    old-a   | adds      | -1        | every associated partner is charged, however old the add
    young-a | adds      | -1        | every associated partner is charged
    twice-a | adds      | -1        | associated at the end of 2020-01, but not of 2020-12
    twice-b | adds      | 0         | credited in 2020-03 and charged in 2021-01
    """,
)
