"""What is wrong with a scorecard is told all at once, each fault with its file and line."""

from pathlib import Path

import pytest
from small_scorecard import SMALL, catalog_with, changed, faults_of

from partnerlens.errors import DefinitionError
from partnerlens.months import Month

BAD = """\
id = "small"
title = "Bad"
effective_from = 2024-01-01
credit_policy = "pci-2021"
colour = "red"

[source]
title = "t"
where = "w"
accessed = "2026-11"

[classes]
market = "develop"
otherwise = "rest"

[choice]
by = "size"
large = "on"
minimum = 5

[[tiers]]
name = "silver"
points = 60

[[tiers]]
name = "gold"
points = 180
conditions = { people = 5, nobody = 1 }

[tracks.one]
title = "One"
products = "prodcts"

[tracks.one.indicators.revenue]
title = "Revenue"
group = "performance"
unit = "currency"
max = 40
options.value = { kind = "revenu", threshold = 10 }

[tracks.one.indicators.people]
title = "People"
group = "capability"
unit = "people"
max = 30
options.value = { kind = "people", exam_rule = "consultnt", threshold = { develop = 0, others = 5 } }
options.rest = { kind = "people", exam_rule = "consultant", policy = "dpr", gates = [{ exam_rule = "no", people = 0 }] }

[tracks.one.indicators.growth]
title = "Growth"
group = "customer_success"
unit = "users"
max = 25

[tracks.one.indicators.growth.options.value]
kind = "growth"
of = "consumption"
points = "banded_growth"
threshold = -1
bands = [
    { baseline = 30, growth = 0.2 },
    { baseline = 10 },
]

[tracks.one.indicators.growth.options.second]
kind = "growth"
points = "banded_growth"

[tracks.one.indicators.growth.options.third]
kind = "growth"
points = "linaer"
threshold = 3

[exam_rules.consultant]
all_of = ["PL-200", "elective", "nothing"]

[exam_rules.elective]
any_of = ["MB-210", "consultant"]

[exam_rules.both]
all_of = ["MB-200"]
any_of = ["MB-210"]

[exam_rules.neither]

[exam_rules.empty]
any_of = []

[[exams]]
code = "MB-200"
retired_on = 2020-12-31
counts_until = 2020-12-30

[product_lists.products]
names = ["P"]

[product_lists.none]
"""

ALL = """\
4: 'credit_policy' is 'pci-2021', which is no credit policy; did you mean 'pci-2020' or 'pci-2019'?
5: 'colour' is not a known key
13: 'classes.market' is 'develop', which is no market list of markets.toml; did you mean 'developed'?
16: 'choice.measure' is missing; a choice by size needs it
16: 'choice.small' is missing; a choice by size needs it
18: 'choice.large' is 'on', which is no track; did you mean 'one'?
25: tier 'gold' asks for as much as 'silver' before it, or for more; tiers stand best first
27: 'tiers.1.points' is 180, more than there are (100)
28: 'tiers.1.conditions.nobody' names 'nobody', which is no indicator of 'tracks.one'; known are 'revenue', 'people' \
and 'growth'
30: the maxima of 'tracks.one' add up to 95; they have to make 100
32: 'tracks.one.products' is 'prodcts', which is no product list; did you mean 'products'?
39: 'tracks.one.indicators.revenue.options.value.kind' is 'revenu': known are 'revenue', 'net_customer_adds', \
'people', 'people_growth', 'new_deployments', 'growth', 'qualifying'; did you mean 'revenue'?
46: 'tracks.one.indicators.people.options.value.exam_rule' is 'consultnt', which is no exam rule; \
did you mean 'consultant'?
46: 'tracks.one.indicators.people.options.value.threshold.others' names 'others', which is no class of the scorecard; \
known are 'develop' and 'rest'
46: 'tracks.one.indicators.people.options.value.threshold.rest' is missing; a value by class has one for each class
46: 'tracks.one.indicators.people.options.value.threshold.develop' is 0: it has to be above 0
47: 'tracks.one.indicators.people.options.rest.threshold' is missing; points = 'linear' needs it
47: 'tracks.one.indicators.people.options.rest.policy' is 'dpr', which is no credit policy; did you mean 'dpor'?
47: 'tracks.one.indicators.people.options.rest.gates.0.exam_rule' is 'no', which is no exam rule; \
known are 'consultant', 'elective', 'both', 'neither' and 'empty'
47: 'tracks.one.indicators.people.options.rest.gates.0.people' is 0: it has to be at least 1
55: 'tracks.one.indicators.growth.options.value.rates' is missing; consumption is users times their rate
59: 'tracks.one.indicators.growth.options.value.threshold' says nothing: points = 'banded_growth' does not use it
59: 'tracks.one.indicators.growth.options.value.threshold' is -1: it has to be above 0
60: the baselines of 'tracks.one.indicators.growth.options.value.bands' do not rise: 30, 10
65: 'tracks.one.indicators.growth.options.second.bands' is missing; points = 'banded_growth' needs it
71: 'tracks.one.indicators.growth.options.third.points' is 'linaer': \
known are 'linear', 'step', 'all_or_nothing' or 'banded_growth'; did you mean 'linear'?
74: exam rule 'consultant' leads back to itself: consultant -> elective -> consultant
75: 'exam_rules.consultant.all_of.2' is 'nothing', which is neither an exam rule nor an exam's code like MB-200; \
known are 'consultant', 'elective', 'both', 'neither' and 'empty'
80: 'exam_rules.both' has both 'all_of' and 'any_of'; it needs one of them
84: 'exam_rules.neither' has neither 'all_of' nor 'any_of'; it needs one of them
87: 'exam_rules.empty.any_of' is empty: it needs at least 1 entry
92: 'exams.0.counts_until' is 2020-12-30, before the exam was retired (2020-12-31)
97: 'product_lists.none' lists no products; give it 'families', 'names' or 'ids'
"""
"""The faults of the text above, by the lines of it."""

VALUE = "tracks.one.indicators.revenue.options.value"
OPTION = 'options.value = { kind = "revenue", threshold = 1000 }'
PEOPLE = 'options.value = { kind = "people", exam_rule = "consultant", threshold = 5 }'
CLASSES = ("[source]", '[classes]\nmarket = "developed"\notherwise = "developing"\n\n[source]')


def test_every_fault_of_a_file_is_told_at_once_in_order_of_lines(tmp_path: Path) -> None:
    """Faults of form and faults of content stand in one list."""
    faults = faults_of(tmp_path, BAD)

    assert faults == ALL.splitlines()


def test_asking_for_a_scorecard_tells_the_same_as_checking_it(tmp_path: Path) -> None:
    """One error holds all faults, with the file as the user knows it."""
    catalog = catalog_with(tmp_path, {"small.toml": BAD})
    with pytest.raises(DefinitionError) as caught:
        catalog.scorecard("small", Month.parse("2024-02"))

    assert str(caught.value).splitlines() == catalog.check_scorecards()
    assert str(caught.value).startswith(f"{tmp_path / 'catalog' / 'scorecards' / 'small.toml'}, line 4: ")


def test_the_small_scorecard_has_no_faults(tmp_path: Path) -> None:
    """The text that the other tests change is right itself."""
    assert faults_of(tmp_path, SMALL) == []


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        pytest.param(
            "max = 60",
            "max = 60.5",
            ["19: the maxima of 'tracks.one' add up to 100.5; they have to make 100"],
            id="maxima that miss 100 by a fraction",
        ),
        pytest.param(
            OPTION,
            'options.value = { kind = "revenue" }',
            [f"28: '{VALUE}.threshold' is missing; points = 'linear' needs it"],
            id="no threshold",
        ),
        pytest.param(
            OPTION,
            'options.value = { kind = "revenue", threshold = 9, step = 5 }',
            [f"28: '{VALUE}.step' says nothing: points = 'linear' does not use it; write points = 'step'"],
            id="a step without steps",
        ),
        pytest.param(
            OPTION,
            'options.value = { kind = "revenue", threshold = 9, minimum_baseline = 5 }',
            [f"28: '{VALUE}.minimum_baseline' says nothing: a measure of kind 'revenue' has no baseline"],
            id="a baseline of what has none",
        ),
        pytest.param(
            OPTION,
            'options.value = { kind = "revenue", points = "banded_growth", bands = [{ baseline = 1, growth = 2 }] }',
            [f"28: '{VALUE}.bands' says nothing: a measure of kind 'revenue' has no baseline"],
            id="bands of what has no baseline",
        ),
        pytest.param(
            OPTION,
            'options.value = { kind = "growth", threshold = 1, rates = { A = 1 } }',
            [f"28: '{VALUE}.rates' says nothing: only consumption has rates"],
            id="rates of users",
        ),
        pytest.param(
            OPTION,
            "options.value = { threshold = 1 }",
            [f"28: '{VALUE}.kind' is missing"],
            id="no kind",
        ),
        pytest.param(
            OPTION,
            "options = {}",
            ["28: 'tracks.one.indicators.revenue.options' is empty: it needs at least 1 entry"],
            id="no options",
        ),
        pytest.param(
            OPTION,
            'options.value = { kind = "revenue", threshold = { developed = 2, developing = 1 } }',
            [f"28: '{VALUE}.threshold' differs by class, but the scorecard has no 'classes'"],
            id="classes that there are not",
        ),
        pytest.param(
            'any_of = ["MB-210", "MB-220"]',
            'any_of = ["mb-210", "elective"]',
            [
                "40: exam rule 'elective' leads back to itself: elective -> elective",
                (
                    "41: 'exam_rules.elective.any_of.0' is 'mb-210', which is neither an exam rule nor an exam's code "
                    "like MB-200; known are 'consultant' and 'elective'"
                ),
            ],
            id="a rule that names itself, and a code in small letters",
        ),
        pytest.param(
            'name = "silver"\npoints = 60',
            'name = "gold"\npoints = 80',
            [
                "15: tier 'gold' asks for as much as 'gold' before it, or for more; tiers stand best first",
                "16: 'tiers.1.name' is 'gold' a second time",
            ],
            id="a tier twice",
        ),
        pytest.param(
            'name = "silver"\npoints = 60',
            'name = "silver"',
            ["15: 'tiers.1' asks for nothing; give it 'points' or 'conditions'"],
            id="a tier for nothing",
        ),
        pytest.param(
            'title = "A page"\n',
            "",
            ["6: 'source.title' is missing"],
            id="a key that is missing",
        ),
        pytest.param(
            "effective_from = 2024-01-01",
            "effective_from = 2024-01-01\neffective_until = 2023-12-31",
            ["4: 'effective_until' is 2023-12-31, before it begins (2024-01-01)"],
            id="an end before the beginning",
        ),
        pytest.param(
            'id = "small"',
            'id = "smal"',
            ["1: 'id' is 'smal', but the file is that of 'small'"],
            id="another id than the file's",
        ),
        pytest.param(
            "effective_from = 2024-01-01\n",
            "",
            ["file: 'effective_from' is missing; write it like 2021-06-01"],
            id="no beginning",
        ),
        pytest.param(
            "effective_from = 2024-01-01",
            'effective_from = "soon"',
            ["3: 'effective_from' is 'soon'; write it like 2021-06-01, without quotes"],
            id="a beginning that is no day",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, faults: list[str]) -> None:
    """One change of the small scorecard, and what is said of it."""
    assert faults_of(tmp_path, changed((old, new))) == faults


@pytest.mark.parametrize(
    ("option", "faults"),
    [
        (
            '{ kind = "people", exam_rule = "consultant", threshold = { developed = 5 } }',
            ["39: '{}.threshold.developing' is missing; a value by class has one for each class"],
        ),
        (
            '{ kind = "people", exam_rule = "consultant", threshold = { developed = 5, developing = 2, develop = 1 } }',
            [
                (
                    "39: '{}.threshold.develop' names 'develop', which is no class of the scorecard; "
                    "did you mean 'developed'?"
                )
            ],
        ),
        (
            '{ kind = "new_deployments", users = { developing = 5 }, threshold = 1 }',
            ["39: '{}.users.developed' is missing; a value by class has one for each class"],
        ),
        (
            (
                '{ kind = "people_growth", exam_rule = "elective", baseline_on = 2024-01-01, points = "banded_growth", '
                "bands = { developed = [{ baseline = 5 }, { baseline = 5 }], developing = [] } }"
            ),
            [
                "39: the baselines of '{}.bands.developed' do not rise: 5, 5",
                "39: '{}.bands.developing' is empty: it needs at least 1 entry",
            ],
        ),
        (
            (
                '{ kind = "qualifying", unit = "product", threshold = 1, compare = "at", minimum_baseline = 2, '
                'conditions = [{ products = "all", '
                'limits = [{ measure = "consumption", minimum = 5, maximum = 4 }] }] }'
            ),
            [
                "39: '{}.minimum_baseline' says nothing: a measure of kind 'qualifying' has no baseline",
                "39: '{}.conditions.0.limits.0.rates' is missing; consumption is users times their rate",
                "39: '{}.conditions.0.limits.0.maximum' is 4, below the minimum of 5",
                "39: '{}.conditions.0.products' is 'all', which is no product list; known are 'products'",
            ],
        ),
    ],
    ids=["a class missing", "a class unknown", "users", "bands", "conditions"],
)
def test_values_by_class_and_conditions_are_checked_all_the_way_in(
    tmp_path: Path, option: str, faults: list[str]
) -> None:
    """Classes, bands and limits are looked at wherever they stand."""
    told = faults_of(tmp_path, changed(CLASSES, (PEOPLE, f"options.value = {option}")))

    assert told == [fault.format("tracks.one.indicators.people.options.value") for fault in faults]


def test_a_choice_that_is_not_by_size_has_no_sizes(tmp_path: Path) -> None:
    """What a choice does not use is a fault: the writer meant something by it."""
    told = faults_of(tmp_path, changed(("[source]", '[choice]\nby = "best"\nlarge = "one"\n\n[source]')))

    assert told == ["8: 'choice.large' says nothing: a choice by 'best' does not use it"]


def test_a_track_needs_tiers(tmp_path: Path) -> None:
    """Tiers are the track's own or the scorecard's; conditions by class are checked too."""
    tiers = '[[tiers]]\nname = "gold"\npoints = 80\n\n[[tiers]]\nname = "silver"\npoints = 60\n\n'
    own = '[[tracks.one.tiers]]\nname = "gold"\nconditions = { people = { developed = 5 } }\n\n'

    assert faults_of(tmp_path, changed((tiers, ""))) == [
        "11: 'tracks.one' has no tiers, and the scorecard has none either"
    ]
    assert faults_of(tmp_path, changed((tiers, ""), ("[exam_rules.consultant]", own + "[exam_rules.consultant]"))) == [
        "31: 'tracks.one.tiers.0.conditions.people' differs by class, but the scorecard has no 'classes'"
    ]


def test_a_ring_of_rules_is_named_once_from_where_it_begins(tmp_path: Path) -> None:
    """A rule that leads into the ring is not at fault itself."""
    rules = (
        '[exam_rules.consultant]\nall_of = ["PL-200", "a"]\n[exam_rules.a]\nany_of = ["b"]\n'
        '[exam_rules.b]\nany_of = ["c"]\n[exam_rules.c]\nall_of = ["MB-210", "a"]\n'
    )
    old = '[exam_rules.consultant]\nall_of = ["PL-200", "elective"]\n\n[exam_rules.elective]\n'
    told = faults_of(tmp_path, changed((old + 'any_of = ["MB-210", "MB-220"]\n', rules)))

    assert told == ["39: exam rule 'a' leads back to itself: a -> b -> c -> a"]


def test_exams_that_are_listed_twice_are_told(tmp_path: Path) -> None:
    """Two retirements of one exam would leave open which of them counts."""
    exam = '[[exams]]\ncode = "MB-200"\nretired_on = 2020-12-31\ncounts_until = 2021-12-31\n'
    told = faults_of(tmp_path, SMALL + exam + exam)

    assert told == ["50: exam 'MB-200' is listed twice"]


def test_tables_of_another_form_do_not_stop_the_checks(tmp_path: Path) -> None:
    """A text where a table belongs is told as such, beside the faults of what can still be read."""
    told = faults_of(
        tmp_path, changed(("[exam_rules.consultant]\nall_of", "[exam_rules]\nconsultant"), ("= 40", "= 1"))
    )

    assert told == [
        "19: the maxima of 'tracks.one' add up to 61; they have to make 100",
        "38: 'exam_rules.consultant' is a list: write a table",
    ]
