"""Certified people: dated lists, retirement, expiry, locations, and the filter of a pass."""

import pytest

from oracle import value_of, world_from_text

PASSES = """
    exam    | passed_on  | expires_on | month   | counts
    MB2-717 | 2019-01-15 |            | 2019-10 | yes
    MB2-717 | 2019-01-15 |            | 2019-11 | no
    70-535  | 2019-01-15 |            | 2019-10 | yes
    70-535  | 2019-01-15 |            | 2019-11 | no
    MB-210  | 2019-01-15 |            | 2019-10 | no
    MB-210  | 2019-01-15 |            | 2019-11 | yes
    MB2-716 | 2019-01-15 |            | 2019-10 | yes
    MB2-716 | 2019-01-15 |            | 2019-11 | yes
    AZ-900  | 2020-01-15 |            | 2020-06 | no
    MB-200  | 2020-12-30 |            | 2020-12 | yes
    MB-200  | 2020-12-30 |            | 2021-12 | yes
    MB-200  | 2020-12-30 |            | 2022-01 | no
    MB-200  | 2020-12-31 |            | 2020-12 | no
    MB-400  | 2020-12-31 |            | 2021-06 | no
    MB2-716 | 2021-01-30 |            | 2022-01 | yes
    MB2-716 | 2021-01-30 |            | 2022-02 | no
    MB6-897 | 2021-01-31 |            | 2021-01 | no
    MB6-898 | 2021-01-30 |            | 2022-02 | no
    MB6-894 | 2020-06-30 |            | 2022-01 | yes
    MB-300  | 2020-06-30 |            | 2020-06 | yes
    MB-300  | 2020-07-01 |            | 2020-06 | no
    MB-300  | 2020-01-01 | 2020-06-30 | 2020-06 | no
    MB-300  | 2020-01-01 | 2020-07-01 | 2020-06 | yes
    MB-300  | 2020-01-01 | 2020-06-30 | 2020-05 | yes
"""

CASES = [[cell.strip() for cell in line.split("|")] for line in PASSES.strip().splitlines()[1:]]


@pytest.mark.parametrize(("exam", "passed_on", "expires_on", "month", "counts"), CASES)
def test_pass_counts_while_listed_held_and_not_retired(
    exam: str, passed_on: str, expires_on: str, month: str, counts: str
) -> None:
    """Asked at the end of the month; the new lists hold from 2019-11."""
    world = world_from_text(
        {
            "exam_passes": f"""
                person_id | partner_id | exam   | passed_on   | expires_on
                p         | A          | {exam} | {passed_on} | {expires_on}
            """
        }
    )

    expected = "1" if counts == "yes" else "0"
    assert expected == value_of(world, "certified_people", "A", month)


def test_person_counts_once_in_an_account_and_once_in_each_location() -> None:
    """Ann works at both locations with three exams, Bob at one, Cy at the account itself."""
    world = world_from_text(
        {
            "partners": "partner_id | parent_partner_id\nA |\nL1 | A\nL2 | A",
            "exam_passes": """
                person_id | partner_id | exam   | passed_on
                ann       | L1         | MB-210 | 2020-01-10
                ann       | L1         | MB-220 | 2020-01-11
                ann       | L2         | MB-300 | 2020-01-12
                bob       | L2         | MB-300 | 2020-01-13
                cy        | A          | PL-400 | 2020-01-14
            """,
        }
    )

    assert "3" == value_of(world, "certified_people", "A", "2020-06")
    assert "1" == value_of(world, "certified_people", "L1", "2020-06")
    assert "2" == value_of(world, "certified_people", "L2", "2020-06")


FILTERS = """
    products | workloads                                  | countries | people
             |                                            |           | ann, bob
             | Customer Engagement                        |           | ann
             | Customer Engagement;Finance and Operations |           | ann, bob
    ce       |                                            |           | ann
    both     |                                            |           | ann, bob
    ce;fo    | Finance and Operations                     |           | ann, bob
    ce       | Finance and Operations                     |           |
    none     |                                            |           |
    unknown  |                                            |           |
    ce;none  |                                            |           | ann
             | Remote Assist                              |           |
             |                                            | DE        | ann
             |                                            | FR        | ann, bob
             | Customer Engagement                        | FR        |
             |                                            | US        |
"""

FILTER_CASES = [[cell.strip() for cell in line.split("|")] for line in FILTERS.strip("\n").splitlines()[1:]]


@pytest.mark.parametrize(("products", "workloads", "countries", "people"), FILTER_CASES)
def test_filter_selects_lists_by_workload_and_passes_by_location(
    products: str, workloads: str, countries: str, people: str
) -> None:
    """Ann: customer engagement in DE, finance in FR. Bob: finance in FR. One pass has to fit."""
    world = world_from_text(
        {
            "products": """
                product_id | workloads
                ce         | Customer Engagement;Remote Assist
                fo         | Finance and Operations
                both       | Customer Engagement;Finance and Operations
                none       | Remote Assist
            """,
            "exam_passes": """
                person_id | partner_id | location_country | exam   | passed_on
                ann       | A          | DE               | MB-210 | 2020-01-10
                ann       | A          | FR               | MB-300 | 2020-01-10
                bob       | A          | FR               | MB-310 | 2020-01-10
            """,
        }
    )
    selected = {
        "products": products.split(";") if products else [],
        "workloads": workloads.split(";") if workloads else [],
        "countries": countries.split(";") if countries else [],
    }

    expected = str(len(people.split(", "))) if people else "0"
    assert expected == value_of(world, "certified_people", "A", "2020-06", **selected)
