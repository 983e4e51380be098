"""Qualifying units: limits, months and comparisons."""

# ruff: noqa: E501 - tables are read across, with the promise at the end of each line

from spec.score_chapters.case import CARDS, PROGRAMS, Case, Program, read_cases, scorecard

CASES: list[Case] = []

PROGRAMS["qualifying"] = Program(
    {
        "products": "product_id | name | family\np | P | One\nq | Q | One\nx | X | Two",
        "subscriptions": """
            subscription_id | customer_id | product_id
            t10             | t10         | p
            t11             | t11         | p
            t300            | t300        | p
            t301            | t301        | p
            falling         | falling     | p
            split-p         | split       | p
            split-q         | split       | q
            r1-p            | r1          | p
            r1-q            | r1          | q
            r2-p            | r2          | p
            r2-x            | r2          | x
            w1              | w1          | p
            w2              | w2          | p
            w3              | w3          | p
            year            | year        | p
            sh1             | sh1         | p
            sh2-p           | sh2         | p
            sh2-q           | sh2         | q
            sh3             | sh3         | p
            cl              | cl          | p
        """,
        "seats": """
            month            | subscription_id | sold_seats
            2020-10..2021-11 | t10             | 5
            2021-12          | t10             | 10
            2020-10..2021-11 | t11             | 5
            2021-12          | t11             | 11
            2020-10..2021-11 | t300            | 5
            2021-12          | t300            | 300
            2020-10..2021-11 | t301            | 5
            2021-12          | t301            | 301
            2020-12          | falling         | 50
            2021-12          | falling         | 5
            2021-12          | split-p         | 6
            2021-12          | split-q         | 5
            2021-12          | sh1             | 10
            2021-12          | sh2-p           | 20
            2021-12          | sh2-q           | 5
            2021-12          | sh3             | 0
            2021-12          | cl              | 50
        """,
        "associations": """
            partner_id | subscription_id | type | claim
            A          | t10             | DPOR |
            A          | t11             | DPOR |
            A          | t300            | DPOR |
            A          | t301            | DPOR |
            falling    | falling         | DPOR |
            split      | split-p         | DPOR |
            rev        | r1-p            | DPOR |
            rev        | r1-q            | DPOR |
            rev        | r2-p            | DPOR |
            rev        | r2-x            | DPOR |
            w1         | w1              | DPOR |
            w2         | w2              | DPOR |
            w3         | w3              | DPOR |
            year       | year            | DPOR |
            share      | sh1             | DPOR |
            share      | sh2-p           | DPOR |
            share      | sh3             | DPOR |
            osa        | cl              | CPOR | OSA
            osu        | cl              | CPOR | OSU
        """,
        "billing_lines": """
            billing_month    | subscription_id | amount
            2020-12          | r1-p            | 300
            2020-12          | r1-q            | 300
            2021-12          | r1-p            | 250
            2021-12          | r1-q            | 249.999999
            2021-12          | r2-p            | 250
            2021-12          | r2-x            | 999
            2021-11          | w1              | 1000
            2021-10          | w2              | 1000
            2021-11          | w3              | 600
            2021-12          | w3              | 600
            2021-01..2021-12 | year            | 100
        """,
        "activity_monthly": """
            month   | customer_id | product_id | active_users
            2021-12 | sh1         | p          | 4
            2021-12 | sh2         | p          | 6
            2021-12 | sh2         | q          | 4
            2021-12 | sh3         | p          | 3
            2021-12 | cl          | p          | 30
        """,
    },
    {"mau_method": "mean_monthly_distinct"},
)


def _qualifying(name: str, most: int, option: str) -> str:
    return f"""
[tracks.main.indicators.{name}]
title = "Qualifying"
group = "performance"
unit = "units"
max = {most}

[tracks.main.indicators.{name}.options.value]
kind = "qualifying"
threshold = 10
{option}
"""


SOLD = '[{ measure = "paid_seats", minimum = 11, maximum = 300 }]'
PAIR = '[{ limits = [{ measure = "revenue", minimum = 250 }] }]'
CARDS["qualifying"] = scorecard(
    "qualifying",
    body=_qualifying("tenants", 10, f'unit = "customer"\nconditions = [{{ limits = {SOLD} }}]')
    + _qualifying("one_product", 10, f'unit = "customer"\nconditions = [{{ per = "product", limits = {SOLD} }}]')
    + _qualifying("pairs", 10, f'unit = "customer_product"\ncompare = "at"\nconditions = {PAIR}')
    + _qualifying("pairs_more", 10, f'unit = "customer_product"\ncompare = "difference"\nconditions = {PAIR}')
    + _qualifying("pairs_new", 10, f'unit = "customer_product"\ncompare = "new"\nconditions = {PAIR}')
    + _qualifying("pairs_both", 10, f'unit = "customer_product"\ncompare = "both"\nconditions = {PAIR}')
    + _qualifying(
        "products",
        10,
        'unit = "product"\ncompare = "at"\nconditions = [{ limits = [{ measure = "revenue", minimum = 400 }] }]',
    )
    + _qualifying(
        "within",
        5,
        'unit = "customer"\ncompare = "at"\n'
        'conditions = [{ limits = [{ measure = "revenue", minimum = 1000, within = 2 }] }]',
    )
    + _qualifying(
        "summed",
        5,
        'unit = "customer"\ncompare = "at"\n'
        'conditions = [{ limits = [{ measure = "revenue", minimum = 1200, months = 2 }] }]',
    )
    + _qualifying(
        "yearly",
        5,
        'unit = "customer"\ncompare = "at"\n'
        'conditions = [{ limits = [{ measure = "revenue", minimum = 1200, months = 12 }] }]',
    )
    + _qualifying(
        "share",
        5,
        'unit = "customer"\nconditions = [{ limits = [{ measure = "active_share", minimum = 0.4 }] }]',
    )
    + _qualifying(
        "together",
        5,
        'unit = "customer"\nconditions = [{ limits = [{ measure = "paid_seats", minimum = 20 }, '
        '{ measure = "active_share", minimum = 0.4 }] }]',
    )
    + _qualifying(
        "on_one",
        2,
        'unit = "customer"\nconditions = [{ per = "product", limits = [{ measure = "paid_seats", minimum = 20 }, '
        '{ measure = "active_share", minimum = 0.4 }] }]',
    )
    + _qualifying(
        "one_of_two",
        3,
        'unit = "customer"\ncompare = "at"\nconditions = [\n'
        '    { products = "other", limits = [{ measure = "revenue", minimum = 900 }] },\n'
        '    { policy = "dpor", limits = [{ measure = "active_users", minimum = 30 }] },\n]',
    )
    + """
[product_lists.counted]
families = ["One"]

[product_lists.other]
families = ["Two"]
""",
)
CASES += read_cases(
    "qualifying",
    "qualifying",
    "2021-12",
    """
    partner | indicator   | numerator | denominator | baseline | points | promise
    A       | tenants     | 2         | null        | 0        | 2      | 11 and 300 seats are within the limits, 10 and 301 are not
    falling | tenants     | -1        | null        | 1        | 0      | less than a year before is below zero
    split   | tenants     | 1         | null        | 0        | 1      | 6 and 5 seats of two products are 11
    split   | one_product | 0         | null        | 0        | 0      | no one product has 11
    A       | one_product | 2         | null        | 0        | 2      | one product has them
    osa     | tenants     | 1         | null        | 0        | 1      | paid seats go with the sale claim
    osu     | tenants     | 0         | null        | 0        | 0      | and not with the usage claim
    rev     | pairs       | 2         | null        | null     | 2      | r1 and r2 with p; 249.999999 is below 250, and x is out of scope
    rev     | pairs_more  | 0         | null        | 2        | 0      | a year before r1 with p and with q
    rev     | pairs_new   | 1         | null        | null     | 1      | r2 with p was not there
    rev     | pairs_both  | 1         | null        | null     | 1      | r1 with p was
    rev     | products    | 1         | null        | null     | 1      | 250 and 250 with p are 400, q has less
    w1      | within      | 1         | null        | null     | 1/2    | the month before is one of two
    w2      | within      | 0         | null        | null     | 0      | two months before is not
    w3      | within      | 0         | null        | null     | 0      | months are not added
    w3      | summed      | 1         | null        | null     | 1/2    | months are added
    w1      | summed      | 0         | null        | null     | 0      | 1000 in two months are below 1200
    year    | yearly      | 1         | null        | null     | 1/2    | twelve months are added
    share   | share       | 2         | null        | 0        | 1      | 4 of 10 and 10 of 25 are 0.4; without seats there is no share
    osu     | share       | 1         | null        | 0        | 1/2    | a share goes with the usage claim
    osa     | share       | 0         | null        | 0        | 0      | and not with the sale claim
    share   | together    | 1         | null        | 0        | 1/2    | sh2 has 25 seats and 0.4 over both products
    share   | on_one      | 0         | null        | 0        | 0      | p has the seats and q the share
    osu     | together    | 0         | null        | 0        | 0      | both limits have to be credited
    rev     | one_of_two  | 1         | null        | null     | 3/10   | a condition may have products of its own
    osu     | one_of_two  | 0         | null        | null     | 0      | and a policy of its own, which credits nobody here
    """,
)
CASES += read_cases(
    "qualifying",
    "qualifying",
    "2021-12",
    """
    partner | indicator   | flags         | promise
    rev     | pairs       | -             | the data month alone
    rev     | within      | -             | one month more
    year    | yearly      | -             | 2021-01 is the first of twelve
    rev     | pairs_more  | -             | 2020-12 is there
    """,
)
CASES += read_cases(
    "qualifying",
    "qualifying",
    "2021-08",
    """
    partner | indicator   | flags         | promise
    rev     | pairs       | -             | the data month alone is in the facts
    year    | yearly      | history_short | 2020-09 is before the first month of facts
    rev     | pairs_more  | history_short | 2020-08 is before it too
    """,
)
CASES += read_cases(
    "qualifying",
    "qualifying",
    "2021-12",
    """
    partner | indicator   | ahead | numerator | baseline | promise
    rev     | pairs       | 12    | 2         | null     | the revenue of one month is held
    rev     | pairs_more  | 1     | 2         | 0        | in 2021-01 there was nothing
    rev     | pairs_more  | 12    | 0         | 2        | against the data month itself
    rev     | pairs_new   | 1     | 2         | null     | both are new against 2021-01
    rev     | pairs_both  | 1     | 0         | null     | none was there in 2021-01
    rev     | pairs_both  | 12    | 2         | null     | both were there in the data month
    w1      | within      | 3     | 1         | null     | a limit on one month's revenue is held
    w3      | summed      | 1     | 0         | null     | 600 of the first month leave
    year    | yearly      | 1     | 0         | null     | 100 of 2021-01 leave
    share   | share       | 12    | 0         | 2        | users and seats are held, and there a year before
    A       | tenants     | 11    | 2         | 0        | seats are held, and were too few in 2021-11
    """,
)
