"""People: exam rules, retired exams, expiry, locations, gates and growth."""

# ruff: noqa: E501 - tables are read across, with the promise at the end of each line

from spec.score_chapters.case import CARDS, COUNTED, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["people"] = Program(
    {
        "partners": """
            partner_id | parent_partner_id
            account    |
            loc-a      | account
            loc-b      | account
        """,
        "subscriptions": "subscription_id | customer_id\ns | c",
        "seats": "month | subscription_id | sold_seats\n2021-12 | s | 1",
        "exam_passes": """
            person_id | partner_id     | exam    | passed_on  | expires_on
            ann       | both           | PL-200  | 2021-03-01 |
            ann       | both           | MB-210  | 2021-04-01 |
            ben       | short          | PL-200  | 2021-03-01 |
            cas       | central        | MB-800  | 2021-03-01 |
            dee       | thrice         | MB-800  | 2021-03-01 |
            dee       | thrice         | PL-200  | 2021-03-01 |
            dee       | thrice         | MB-240  | 2021-03-01 |
            dee       | thrice         | MB-300  | 2021-03-01 |
            dee       | thrice         | MB-310  | 2021-03-01 |
            eve       | crossed        | PL-200  | 2021-03-01 |
            eve       | crossed        | MB-310  | 2021-03-01 |
            fay       | retired-day    | MB-200  | 2020-12-31 |
            fay       | retired-day    | MB-210  | 2020-12-31 |
            gus       | retired-before | MB-200  | 2020-12-30 |
            gus       | retired-before | MB-210  | 2021-03-01 |
            hal       | retired-later  | PL-200  | 2021-03-01 |
            hal       | retired-later  | MB6-898 | 2021-01-30 |
            ida       | ends-today     | MB-800  | 2020-12-31 | 2021-12-31
            jon       | ends-tomorrow  | MB-800  | 2020-12-31 | 2022-01-01
            kim       | ends-january   | MB-800  | 2020-12-31 | 2022-01-31
            lou       | ends-february  | MB-800  | 2020-12-31 | 2022-02-01
            mae       | passed-today   | MB-800  | 2021-12-31 |
            ned       | passes-later   | MB-800  | 2022-01-01 |
            ora       | again          | MB-800  | 2020-06-30 | 2021-06-30
            ora       | again          | MB-800  | 2021-07-01 | 2022-07-01
            pam       | loc-a          | PL-200  | 2021-03-01 |
            pam       | loc-b          | MB-210  | 2021-03-01 |
            quy       | loc-a          | MB-800  | 2021-03-01 |
            quy       | loc-b          | MB-800  | 2021-03-01 |
            roy       | here           | PL-200  | 2021-03-01 |
            roy       | there          | MB-210  | 2021-03-01 |
            sue       | coder          | PL-400  | 2021-03-01 |
            tim       | coder          | MB-300  | 2021-03-01 |
            tim       | coder          | MB-500  | 2021-03-01 |
            una       | coder          | MB-500  | 2021-03-01 |
            vic       | versatile      | PL-200  | 2021-03-01 |
            vic       | versatile      | MB-210  | 2021-03-01 |
            vic       | versatile      | PL-400  | 2021-03-01 |
            wes       | bound          | MB-200  | 2020-12-30 |
            wes       | bound          | MB-400  | 2020-12-30 |
        """,
    }
)
EXAMS = """
[exam_rules.consultant]
any_of = ["engagement", "operations", "MB-800"]

[exam_rules.engagement]
all_of = ["entry", "elective"]

[exam_rules.entry]
any_of = ["PL-200", "MB-200"]

[exam_rules.elective]
any_of = ["MB-210", "MB-240", "MB6-898"]

[exam_rules.operations]
all_of = ["MB-300", "MB-310"]

[exam_rules.developer]
any_of = ["PL-400", "older", "code"]

[exam_rules.older]
all_of = ["MB-200", "MB-400"]

[exam_rules.code]
all_of = ["MB-300", "MB-500"]

[[exams]]
code = "MB-200"
retired_on = 2020-12-31
counts_until = 2021-12-31

[[exams]]
code = "MB-400"
retired_on = 2020-12-31
counts_until = 2021-12-31

[[exams]]
code = "MB6-898"
retired_on = 2021-01-31
counts_until = 2022-01-31
"""
CARDS["people"] = scorecard(
    "people",
    body="""
[tracks.main.indicators.consultants]
title = "Consultants"
group = "capability"
unit = "people"
located_by = "partner"
max = 60
options.value = { kind = "people", exam_rule = "consultant", threshold = 3 }

[tracks.main.indicators.developers]
title = "Developers"
group = "capability"
unit = "people"
located_by = "partner"
max = 40
options.value = { kind = "people", exam_rule = "developer", threshold = 2 }
"""
    + EXAMS
    + COUNTED,
)
CASES += read_cases(
    "people",
    "people",
    "2021-12",
    """
    partner        | indicator   | numerator | points | flags | promise
    both           | consultants | 1         | 20     | -     | an exam of each list
    short          | consultants | 0         | 0      | -     | one exam short
    central        | consultants | 1         | 20     | -     | one exam that is enough alone
    thrice         | consultants | 1         | 20     | -     | a person counts once, whatever it holds
    crossed        | consultants | 0         | 0      | -     | half of one and half of another certificate are none
    retired-day    | consultants | 0         | 0      | -     | passed on the day of its retirement
    retired-before | consultants | 1         | 20     | -     | passed a day before, and it counts until today
    retired-later  | consultants | 1         | 20     | -     | another exam counts a month longer
    ends-today     | consultants | 0         | 0      | -     | a pass does not hold on the day it expires
    ends-tomorrow  | consultants | 1         | 20     | -     | it holds on the day before
    passed-today   | consultants | 1         | 20     | -     | passed on the last day
    passes-later   | consultants | 0         | 0      | -     | passed the day after
    again          | consultants | 1         | 20     | -     | a later pass of the same exam holds
    loc-a          | consultants | 1         | 20     | -     | a location has the exams passed there
    loc-b          | consultants | 1         | 20     | -     | a person of two locations counts at both
    account        | consultants | 2         | 40     | -     | an account has the exams of its locations together, and each person once
    here           | consultants | 0         | 0      | -     | exams at two partners make nobody
    coder          | developers  | 2         | 40     | -     | any of the ways makes a developer
    versatile      | consultants | 1         | 20     | -     | the same person is a consultant
    versatile      | developers  | 1         | 20     | -     | and a developer
    bound          | developers  | 1         | 20     | -     | both exams count until today
    """,
)
CASES += read_cases(
    "people",
    "people",
    "2021-12",
    """
    partner        | indicator   | ahead | numerator | points | promise
    retired-before | consultants | 1     | 0         | 0      | the exam of the entry counts no more in 2022-01
    retired-later  | consultants | 1     | 1         | 20     | this one counts until the last day of 2022-01
    retired-later  | consultants | 2     | 0         | 0      | and no longer
    ends-tomorrow  | consultants | 1     | 0         | 0      | expired on the first of January
    ends-january   | consultants | 1     | 0         | 0      | expired on the last of January
    ends-february  | consultants | 1     | 1         | 20     | holds on the last of January
    ends-february  | consultants | 2     | 0         | 0      | expired on the first of February
    passes-later   | consultants | 1     | 0         | 0      | a pass after the month is not known yet
    again          | consultants | 6     | 1         | 20     | holds until the end of June
    again          | consultants | 7     | 0         | 0      | expires in July
    both           | consultants | 12    | 1         | 20     | what does not expire stays
    """,
)

PROGRAMS["gates"] = Program(
    {
        "subscriptions": "subscription_id | customer_id\ns | c",
        "seats": "month | subscription_id | sold_seats\n2021-12 | s | 1",
        "exam_passes": """
            person_id | partner_id | exam     | passed_on  | expires_on
            ann       | open       | AR-100 | 2021-03-01 |
            ben       | open       | AR-100 | 2021-03-01 | 2022-02-15
            ann       | open       | AD-100     | 2021-03-01 |
            ben       | open       | AD-100     | 2021-03-01 |
            cas       | open       | SP-100   | 2021-03-01 |
            dee       | open       | SP-100   | 2021-03-01 |
            ann       | closed     | AR-100 | 2021-03-01 |
            ben       | closed     | AR-100 | 2021-03-01 |
            ann       | closed     | AD-100     | 2021-03-01 |
            cas       | closed     | SP-100   | 2021-03-01 |
            dee       | closed     | SP-100   | 2021-03-01 |
            eve       | closed     | SP-100   | 2021-03-01 |
            cas       | barred     | SP-100   | 2021-03-01 |
            dee       | barred     | SP-100   | 2021-03-01 |
            eve       | barred     | SP-100   | 2021-03-01 |
            fay       | barred     | SP-100   | 2021-03-01 |
        """,
    }
)
CARDS["gates"] = scorecard(
    "gates",
    body="""
[tracks.main.indicators.special]
title = "Special"
group = "capability"
unit = "people"
located_by = "partner"
max = 80

[tracks.main.indicators.special.options.value]
kind = "people"
exam_rule = "special"
threshold = 4
cost = 3
gates = [{ exam_rule = "architect", people = 2 }, { exam_rule = "admin", people = 2 }]

[tracks.main.indicators.admins]
title = "Admins"
group = "capability"
unit = "people"
located_by = "partner"
max = 20
options.value = { kind = "people", exam_rule = "admin", threshold = 10, cost = 2 }

[exam_rules.special]
any_of = ["SP-100"]

[exam_rules.architect]
any_of = ["AR-100"]

[exam_rules.admin]
any_of = ["AD-100"]
"""
    + COUNTED,
)
# One more admin of `closed` opens the gate: 3 of 4 specials give 60 points, and two admins 4: 64 for 2.
# One more special of `open` gives 60, with 4 for the admins. Three specials at 3 each would give `barred` nothing:
# it needs two architects (at the cost of the gated option, 3 each) and two admins (2 each), which makes 84.
CASES += read_cases(
    "gates",
    "gates",
    "2021-12",
    """
    partner | indicator | numerator | points | reason       | next_unit_points | promise
    open    | special   | 2         | 40     | null         | 20               | both gates are met
    closed  | special   | 3         | 0      | gate_not_met | 0                | one of two admins is missing
    barred  | special   | 4         | 0      | gate_not_met | 0                | nobody stands at the gates
    """,
)
CASES += read_cases(
    "gates",
    "gates",
    "2021-12",
    """
    partner | total | tier | path_cost | path_units | promise
    open    | 44    | null | 3         | 1          | one more person of the rule
    closed  | 2     | null | 2         | 1          | one more person at the gate, who counts as an admin too
    barred  | 0     | null | 10        | 4          | two people at each gate
    """,
)
CASES += read_cases(
    "gates",
    "gates",
    "2021-12",
    """
    partner | indicator | ahead | numerator | points | promise
    open    | special   | 1     | 2         | 40     | the architect's exam holds in January
    open    | special   | 2     | 2         | 0      | it expires in February, and the gate closes
    """,
)

PROGRAMS["people growth"] = Program(
    {
        "subscriptions": "subscription_id | customer_id\ns | c",
        "seats": "month | subscription_id | sold_seats\n2021-06 | s | 1",
        "exam_passes": """
            person_id | partner_id | exam | passed_on  | expires_on
            ann       | days       | E    | 2020-10-01 |
            ben       | days       | E    | 2020-09-01 | 2020-10-02
            cas       | days       | E    | 2020-10-02 |
            dee       | days       | E    | 2020-01-01 | 2020-10-01
            eve       | days       | E    | 2021-06-30 | 2021-08-01
            fay       | days       | E    | 2021-07-01 |
            ann       | zero       | E    | 2020-11-01 |
            ann       | one        | E    | 2020-01-01 |
            ben       | one        | E    | 2020-11-01 |
            ann       | three      | E    | 2020-01-01 |
            ben       | three      | E    | 2020-01-01 |
            cas       | three      | E    | 2020-01-01 |
            dee       | three      | E    | 2020-11-01 |
            ann       | four       | E    | 2020-01-01 |
            ben       | four       | E    | 2020-01-01 |
            cas       | four       | E    | 2020-01-01 |
            dee       | four       | E    | 2020-01-01 |
            eve       | four       | E    | 2020-11-01 |
            ann       | five       | E    | 2020-01-01 |
            ben       | five       | E    | 2020-01-01 |
            cas       | five       | E    | 2020-01-01 |
            dee       | five       | E    | 2020-01-01 |
            eve       | five       | E    | 2020-01-01 |
            fay       | five       | E    | 2020-11-01 |
            ann       | six        | E    | 2020-01-01 |
            ben       | six        | E    | 2020-01-01 |
            cas       | six        | E    | 2020-01-01 |
            dee       | six        | E    | 2020-01-01 |
            eve       | six        | E    | 2020-01-01 |
            fay       | six        | E    | 2020-01-01 |
            ann       | fewer      | E    | 2020-01-01 |
            ben       | fewer      | E    | 2020-01-01 | 2021-01-01
            ann       | retired    | OLD  | 2020-06-29 |
            ben       | retired    | OLD  | 2020-06-30 |
            cas       | retired    | OLD  | 2020-06-28 |
            dee       | retired    | E    | 2020-11-01 |
        """,
    }
)
CARDS["people growth"] = scorecard(
    "people-growth",
    body="""
[tracks.main.indicators.growth]
title = "Growth"
group = "capability"
unit = "people"
located_by = "partner"
max = 60

[tracks.main.indicators.growth.options.value]
kind = "people_growth"
exam_rule = "certified"
baseline_on = 2020-10-01
points = "banded_growth"
bands = [{ baseline = 2, growth = 0.5 }, { baseline = 4, growth = 0.25 }, { baseline = 6 }]

[tracks.main.indicators.either]
title = "Growth or many"
group = "capability"
unit = "people"
located_by = "partner"
max = 40

[tracks.main.indicators.either.options.growth]
kind = "people_growth"
exam_rule = "certified"
baseline_on = 2020-10-01
threshold = 1
minimum_baseline = 2

[tracks.main.indicators.either.options.many]
kind = "people"
exam_rule = "certified"
points = "all_or_nothing"
threshold = 6

[exam_rules.certified]
any_of = ["E", "OLD"]

[[exams]]
code = "OLD"
retired_on = 2020-06-30
counts_until = 2021-06-30
"""
    + COUNTED,
)
CASES += read_cases(
    "people growth",
    "people growth",
    "2021-06",
    """
    partner | indicator | numerator | denominator | baseline | value | threshold | points | reason               | next_unit_points | promise
    days    | growth    | 1         | 2           | 2        | 1/2   | 1/2       | 60     | null                 | 0                | passed on the day of the baseline counts in it, expired on it does not
    zero    | growth    | 1         | 0           | 0        | null  | null      | 0      | baseline_too_low     | 0                | growth from nothing has no value
    one     | growth    | 1         | 1           | 1        | 1     | null      | 0      | baseline_too_low     | 0                | below the first band
    three   | growth    | 1         | 3           | 3        | 1/3   | 1/2       | 0      | below_all_or_nothing | 60               | less than the band needs; one more person is enough
    four    | growth    | 1         | 4           | 4        | 1/4   | 1/4       | 60     | null                 | 0                | the growth of the band itself is enough
    five    | growth    | 1         | 5           | 5        | 1/5   | 1/4       | 0      | below_all_or_nothing | 60               | less than the band needs
    six     | growth    | 0         | 6           | 6        | 0     | null      | 0      | no_threshold         | 0                | no growth earns points in the last band
    fewer   | growth    | -1        | 2           | 2        | -1/2  | 1/2       | 0      | below_all_or_nothing | 0                | fewer than at the baseline
    retired | growth    | 1         | 2           | 2        | 1/2   | 1/2       | 60     | null                 | 0                | a retired exam counts in both, passed before its retirement
    """,
)
CASES += read_cases(
    "people growth",
    "people growth",
    "2021-06",
    """
    partner | indicator | option | numerator | points | reason           | next_unit_points | promise
    three   | either    | growth | 1         | 40/3   | null             | 40/3             | a third of the threshold
    five    | either    | many   | 6         | 40     | null             | 0                | enough people without growth
    six     | either    | many   | 6         | 40     | null             | 0                | enough people in the last band
    one     | either    | growth | 1         | 0      | baseline_too_low | 0                | below the least baseline, the first of equal options
    """,
)
# One more person of `three` raises both options of growth, and no person is paid twice.
CASES += read_cases(
    "people growth",
    "people growth",
    "2021-06",
    """
    partner | total | tier | path_cost | path_units | promise
    three   | 40/3  | null | 1         | 1          | one more person is one unit, for all that count it
    six     | 40    | null | null      | null       | nothing more can be earned
    """,
)
CASES += read_cases(
    "people growth",
    "people growth",
    "2021-06",
    """
    partner | indicator | ahead | numerator | denominator | points | promise
    days    | growth    | 1     | 1         | 2           | 60     | expires after the end of July
    days    | growth    | 2     | 0         | 2           | 0      | expires in August; the baseline stays
    retired | growth    | 1     | -1        | 2           | 0      | the retired exam counts until the end of June
    """,
)
