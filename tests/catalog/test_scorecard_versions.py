"""Which version of a scorecard holds in a month, what a version takes from another, and what a workspace adds."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from small_scorecard import SMALL, catalog_with, changed

from partnerlens.catalog.catalog import Catalog
from partnerlens.errors import DefinitionError, NotFoundError
from partnerlens.model.scorecard import Scorecard
from partnerlens.months import Month

FIRST = SMALL
SECOND = 'extends = "2024-01-01"\neffective_from = 2025-03-15\nchange = "Fewer people."\n'
SECOND += "tracks.one.indicators.people.options.value.threshold = 3\n"
THIRD = 'extends = "2025-03-15"\neffective_from = 2025-06-01\neffective_until = 2025-12-31\n'
DATED = {"small/2024-01-01.toml": FIRST, "small/2025-03-15.toml": SECOND, "small/2025-06-01.toml": THIRD}


def people(scorecard: Scorecard) -> str:
    """Return the threshold of people, which the second version changed."""
    return str(scorecard.tracks["one"].indicators["people"].options["value"].threshold)


@pytest.fixture
def dated(tmp_path: Path) -> Catalog:
    """A workspace with three dated versions of one scorecard."""
    return catalog_with(tmp_path, DATED)


@pytest.mark.parametrize(
    ("month", "version"),
    [
        ("2024-01", "2024-01-01"),
        ("2025-02", "2024-01-01"),
        ("2025-03", "2025-03-15"),
        ("2025-05", "2025-03-15"),
        ("2025-06", "2025-06-01"),
        ("2025-12", "2025-06-01"),
        ("2026-01", "2025-06-01"),
    ],
)
def test_the_version_is_the_last_one_that_began_by_the_end_of_the_month(
    dated: Catalog, month: str, version: str
) -> None:
    """A version holds for the month in which it begins; the last one is given after its end too."""
    assert dated.scorecard("small", Month.parse(month)).definition.version == version


def test_a_version_can_be_asked_for_by_its_day(dated: Catalog) -> None:
    """ID@DAY is that version also when a later one has begun."""
    found = dated.scorecard("small@2024-01-01", Month.parse("2026-01")).definition

    assert (found.version, people(found)) == ("2024-01-01", "5")


def test_a_version_holds_only_what_it_changes(dated: Catalog) -> None:
    """Everything else is that of the version it extends, by way of others too."""
    second = dated.scorecard("small", Month.parse("2025-03")).definition
    third = dated.scorecard("small", Month.parse("2025-07")).definition

    assert (people(second), second.title, second.tiers[0].points) == ("3", "Small", 80)
    assert (people(third), third.title, third.tiers[0].points) == ("3", "Small", 80)


def test_what_changed_and_the_last_day_are_of_each_version_alone(tmp_path: Path) -> None:
    """They are not taken from the version that is extended."""
    first = changed(("effective_from = 2024-01-01", "effective_from = 2024-01-01\neffective_until = 2024-12-31"))
    catalog = catalog_with(tmp_path, {**DATED, "small/2024-01-01.toml": first})
    found = [catalog.scorecard("small", Month.parse(month)).definition for month in ("2024-06", "2025-03", "2025-07")]

    assert [version.effective_until for version in found] == [date(2024, 12, 31), None, date(2025, 12, 31)]
    assert [version.change for version in found] == ["", "Fewer people.", ""]


def test_the_digest_is_that_of_the_whole_definition(dated: Catalog, tmp_path: Path) -> None:
    """How a version is spread over files, and how its text is laid out, does not change it."""
    found = dated.scorecard("small@2024-01-01", Month.parse("2026-01"))
    spaced = catalog_with(tmp_path / "other", {"small.toml": "# another comment\n" + SMALL.replace(" = ", "   =  ")})

    assert found.digest == hashlib.sha256(found.definition.model_dump_json().encode()).hexdigest()
    assert found.digest == spaced.scorecard("small", Month.parse("2026-01")).digest
    assert found.digest != dated.scorecard("small", Month.parse("2026-01")).digest


def test_all_versions_are_listed_with_the_days_that_they_hold(dated: Catalog) -> None:
    """A version ends the day before the next one, and the last one when its file says so."""
    listed = [version for version in dated.scorecard_versions() if version.id == "small"]

    assert [(str(version.effective_from), str(version.effective_until)) for version in listed] == [
        ("2024-01-01", "2025-03-14"),
        ("2025-03-15", "2025-05-31"),
        ("2025-06-01", "2025-12-31"),
    ]
    assert {(version.title, version.tracks) for version in listed} == {("Small", ("one",))}
    assert listed[1].origin.endswith("2025-03-15.toml")


def test_before_the_first_version_the_error_says_what_holds_then() -> None:
    """The small and midmarket option began on 2021-01-14; the competency's page of 2020-04-07 held before."""
    with pytest.raises(DefinitionError) as caught:
        Catalog().scorecard("smb-pci-2021", Month.parse("2020-08"))

    assert str(caught.value) == (
        "scorecard 'smb-pci-2021' holds from 2021-01-14, after the end of 2020-08; "
        "what holds then is 'cba-pci' (version 2020-04-07)"
    )


def test_a_version_that_begins_later_names_the_one_that_holds() -> None:
    """Also when the version was asked for by its day."""
    with pytest.raises(DefinitionError) as caught:
        Catalog().scorecard("cba-pci@2021-06-01", Month.parse("2021-02"))

    assert str(caught.value) == (
        "version 2021-06-01 of scorecard 'cba-pci' holds from 2021-06-01, after the end of 2021-02; "
        "what holds then is 'cba-pci' (version 2021-02-04), 'smb-pci-2021' (version 2021-01-14)"
    )


def test_before_every_scorecard_the_error_says_that_none_holds() -> None:
    """There is nothing to offer."""
    with pytest.raises(DefinitionError, match=r"no known scorecard holds then$"):
        Catalog().scorecard("cba-pci", Month.parse("2018-12"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("smb-pci-2012", "there is no scorecard 'smb-pci-2012'; did you mean 'smb-pci-2021'?"),
        (
            "cba-pci@2021-02-05",
            "scorecard 'cba-pci' has no version '2021-02-05'; did you mean '2021-02-04' or '2021-06-01'?",
        ),
        ("smb-pci-2021@last", "scorecard 'smb-pci-2021' has no version 'last'; known are 2021-01-14"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_what_is(name: str, text: str) -> None:
    """Near names are offered, else all of them."""
    with pytest.raises(NotFoundError) as caught:
        Catalog().scorecard(name, Month.parse("2022-01"))

    assert str(caught.value) == text


def test_a_scorecard_that_is_unlike_all_others_is_told_with_all() -> None:
    """Nothing near: every id is named."""
    with pytest.raises(NotFoundError) as caught:
        Catalog().scorecard("zzz", Month.parse("2022-01"))

    assert str(caught.value).startswith("there is no scorecard 'zzz'; known are cba-2019, cba-pci, pcs-")


def test_a_file_of_the_workspace_takes_the_place_of_the_built_in_version(tmp_path: Path) -> None:
    """The same id and day: the workspace's holds, and the other versions stay."""
    own = changed(("2024-01-01", "2021-01-14"), ('id = "small"', 'id = "smb-pci-2021"'))
    catalog = catalog_with(tmp_path, {"smb-pci-2021.toml": own})
    found = catalog.scorecard("smb-pci-2021", Month.parse("2021-05"))

    assert (found.definition.title, found.origin) == (
        "Small",
        str(tmp_path / "catalog" / "scorecards" / "smb-pci-2021.toml"),
    )
    assert [version.version for version in catalog.scorecard_versions() if version.id == "smb-pci-2021"] == [
        "2021-01-14"
    ]


def test_a_file_of_the_workspace_with_another_day_is_one_more_version(tmp_path: Path) -> None:
    """It may extend a built-in one; the built-in one ends the day before."""
    own = 'extends = "2021-06-01"\neffective_from = 2022-01-01\ntitle = "Ours"\n'
    catalog = catalog_with(tmp_path, {"cba-pci/2022-01-01.toml": own})
    last = catalog.scorecard("cba-pci", Month.parse("2022-01")).definition

    assert (last.title, last.parameters.loss_rule) == ("Ours", "credited_within_12_months")
    assert catalog.scorecard("cba-pci", Month.parse("2021-12")).definition.version == "2021-06-01"
    assert ["2021-12-31", "None"] == [
        str(version.effective_until) for version in catalog.scorecard_versions() if version.id == "cba-pci"
    ][-2:]


def test_a_file_of_the_workspace_may_extend_the_version_that_it_takes_the_place_of(tmp_path: Path) -> None:
    """It then changes one figure of the built-in version; later built-in versions do not follow it."""
    own = 'extends = "2021-02-04"\neffective_from = 2021-02-04\n'
    own += "tracks.ce.indicators.net_customer_adds.options.value.threshold = { developed = 7 }\n"
    catalog = catalog_with(tmp_path, {"cba-pci/2021-02-04.toml": own})
    thresholds = [
        str(
            catalog.scorecard("cba-pci", Month.parse(month))
            .definition.tracks["ce"]
            .indicators["net_customer_adds"]
            .options["value"]
            .threshold
        )
        for month in ("2021-02", "2021-03")
    ]

    assert thresholds == [
        "{'developed': Decimal('7'), 'developing': Decimal('5')}",
        "{'developed': Decimal('10'), 'developing': Decimal('5')}",
    ]
    assert catalog.check_scorecards() == []


def faults(home: Path, files: dict[str, str]) -> list[str]:
    """Return the faults of a workspace's files, each from the file's name on."""
    start = f"{home / 'catalog' / 'scorecards'}/"
    return [fault.replace(start, "") for fault in catalog_with(home, files).check_scorecards()]


def test_a_version_that_extends_what_is_not_there_is_a_fault(tmp_path: Path) -> None:
    """The versions that there are get named."""
    second = SECOND.replace('"2024-01-01"', '"2024-01-02"')

    assert faults(tmp_path, {**DATED, "small/2025-03-15.toml": second}) == [
        (
            "small/2025-03-15.toml, line 1: 'extends' is '2024-01-02', which is no version of 'small'; "
            "did you mean '2024-01-01'?"
        )
    ]


def test_versions_that_extend_each_other_are_a_fault(tmp_path: Path) -> None:
    """The ring is named, once for each file that leads into it."""
    first = 'extends = "2025-06-01"\n' + FIRST

    assert faults(tmp_path, {**DATED, "small/2024-01-01.toml": first})[0] == (
        "small/2025-03-15.toml, line 1: it extends itself: 2024-01-01 -> 2025-06-01 -> 2025-03-15 -> 2024-01-01"
    )


def test_a_version_that_extends_itself_is_a_fault(tmp_path: Path) -> None:
    """There is no built-in version of that day for it to change."""
    first = 'extends = "2024-01-01"\n' + FIRST

    assert faults(tmp_path, {"small/2024-01-01.toml": first}) == [
        "small/2024-01-01.toml, line 1: it extends itself: 2024-01-01 -> 2024-01-01"
    ]


def test_a_fault_is_told_in_the_file_that_holds_the_faulty_key(tmp_path: Path) -> None:
    """What a version took over is at fault in the file that it came from, and told once."""
    first = changed(('products = "products"', 'products = "product"'))
    second = SECOND + 'tracks.one.indicators.revenue.options.value.kind = "income"\n'

    assert faults(tmp_path, {**DATED, "small/2024-01-01.toml": first, "small/2025-03-15.toml": second}) == [
        (
            "small/2024-01-01.toml, line 21: 'tracks.one.products' is 'product', which is no product list; "
            "did you mean 'products'?"
        ),
        (
            "small/2025-03-15.toml, line 5: 'tracks.one.indicators.revenue.options.value.kind' is 'income': "
            "known are 'revenue', 'net_customer_adds', 'people', 'people_growth', 'new_deployments', 'growth', "
            "'qualifying'"
        ),
    ]


def test_a_last_day_may_not_lie_beyond_the_next_version(tmp_path: Path) -> None:
    """The day before the next version is the last one that is allowed."""
    over = changed(("effective_from = 2024-01-01", "effective_from = 2024-01-01\neffective_until = 2025-03-15"))
    right = over.replace("2025-03-15", "2025-03-14")

    assert faults(tmp_path, {**DATED, "small/2024-01-01.toml": over}) == [
        (
            "small/2024-01-01.toml, line 4: 'effective_until' is 2025-03-15, but the next version begins on 2025-03-15"
            "; end it before, or leave it out"
        )
    ]
    assert faults(tmp_path, {**DATED, "small/2024-01-01.toml": right}) == []


def test_two_files_of_one_day_are_a_fault(tmp_path: Path) -> None:
    """A single file and a dated one may not both be the version of a day."""
    start = f"{tmp_path / 'catalog' / 'scorecards'}/"

    assert faults(tmp_path, {"small.toml": SMALL, "small/2024-01-01.toml": SMALL}) == [
        f"small/2024-01-01.toml, line 3: the version of 2024-01-01 is also in {start}small.toml".replace(start, "")
    ]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("small/march.toml", SMALL, "small/march.toml: 'march.toml' is no date; name it like 2021-06-01.toml"),
        (
            "small/2024-02-01.toml",
            SMALL,
            "small/2024-02-01.toml, line 3: 'effective_from' is 2024-01-01, but the file is named 2024-02-01",
        ),
        (
            "small/2024-01-01.toml",
            "a = ",
            "small/2024-01-01.toml: this is not TOML: Invalid value (at end of document)",
        ),
    ],
)
def test_a_file_has_to_be_named_by_its_day(tmp_path: Path, name: str, text: str, fault: str) -> None:
    """The name of a dated file says which version it is."""
    assert faults(tmp_path, {name: text}) == [fault]


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    """It says what to do, and no other scorecard suffers."""
    catalog = catalog_with(tmp_path, {"small.toml": SMALL})
    (tmp_path / "catalog" / "scorecards" / "small.toml").write_bytes(b'title = "\xff"')

    assert "save it as UTF-8" in catalog.check_scorecards()[0]
    assert catalog.scorecard("cba-pci", Month.parse("2021-05")).definition.version == "2021-03-30"
    assert "small" not in {version.id for version in catalog.scorecard_versions()}


def test_a_catalog_without_a_workspace_has_the_built_in_scorecards() -> None:
    """Nine of them, without faults."""
    assert Catalog().check_scorecards() == []
    assert sorted({version.id for version in Catalog().scorecard_versions()}) == [
        "cba-2019",
        "cba-pci",
        "pcs-azure-data-ai",
        "pcs-azure-digital-app",
        "pcs-azure-infrastructure",
        "pcs-business-applications",
        "pcs-modern-work",
        "pcs-security",
        "smb-pci-2021",
    ]
