"""Licence insights on the wire: the rows and envelopes of the published samples, over the program worked by hand."""

import shutil

import pytest

from access.access_site import Site, add_user, make_site
from partnerlens.adoption.wire import DEPLOYMENT_FIELDS, parsed
from partnerlens.errors import UsageError

DEPLOYMENT = "/partner/v1/analytics/commercial/deployment/license"
USAGE = "/partner/v1/analytics/commercial/usage/license"


@pytest.fixture(scope="module")
def site(licences_home, tmp_path_factory) -> Site:
    """Return a server with a user of each role at 'alder', and one reader at 'birch'."""
    home = shutil.copytree(licences_home, tmp_path_factory.mktemp("insights") / "home")
    made = make_site(home)
    made.tokens["both"] = add_user(made.register, "both", "sales_agent", "alder")
    made.register.grant("both@example.com", "sales_agent", "birch")
    return made


@pytest.fixture
def ask(site):
    """Give a function that asks in the name of alder's sales agent."""

    def get(path, who="sales_agent", **query):
        reply = site.client(who).get(path, params=query)
        assert reply.status_code == 200, reply.text
        return reply.json()

    return get


def test_deployment_has_the_rows_and_the_envelope_of_the_published_sample(ask):
    """Value, @nextLink and TotalCount, and each field of a row, in the order of the sample."""
    told = ask(DEPLOYMENT, filter="customerTenantId eq oak")

    assert told == {
        "Value": [
            {
                "processedDateTime": "2024-06-30T00:00:00",
                "serviceCode": "crm",
                "serviceName": "Microsoft Dynamics",
                "channel": "reseller",
                "customerTenantId": "oak",
                "customerName": "Oak Foods",
                "productId": "sales",
                "productName": "Dynamics Sales",
                "licensesDeployed": 13,
                "licensesSold": 15,
            }
        ],
        "@nextLink": None,
        "TotalCount": 1,
    }


def test_usage_names_the_active_licences_as_the_table_and_as_the_sample_do(ask):
    """The table says licensesActive and the sample licenseActive; a client finds either."""
    (row,) = ask(USAGE, filter="customerTenantId eq 'cob' and workloadCode eq 'EXO'")["Value"]

    assert row == {
        "processedDateTime": "2024-06-30T00:00:00",
        "workloadCode": "EXO",
        "workloadName": "Exchange",
        "serviceCode": "o365",
        "serviceName": "Microsoft Office 365",
        "channel": "reseller",
        "customerTenantId": "cob",
        "customerName": "Cob Retail",
        "productId": "suite",
        "productName": "Business Suite",
        "licensesActive": 2,
        "licenseActive": 2,
        "licensesQualified": 1,
    }


def test_the_older_portfolio_resources_have_prorated_shares(ask):
    """Eighteen of 27 Dynamics licences and eight of 20 Office ones; the share of a service is the ratio of sums."""
    told = ask("/v1/analytics/licenses/deployment")
    used = ask("/v1/analytics/licenses/usage")

    assert (told["totalCount"], told["attributes"]) == (2, {"objectType": "Collection"})
    assert told["items"][0] == {
        "serviceName": "crm",
        "channel": "reseller",
        "proratedDeploymentPercent": 0.666667,
        "licensesSold": 27,
        "processedDateTime": "2024-06-30T00:00:00+00:00",
        "attributes": {"objectType": "PartnerLicensesDeploymentInsights"},
    }
    assert {row["workloadName"]: row["proratedLicensesUsagePercent"] for row in used["items"]} == {
        "Customer Engagement": 0.296296,
        "Exchange": 0.384615,
        "SharePoint": 0.5,
        "Teams": 0.230769,
        "Yammer": 1.666667,
    }


def test_the_older_customer_resources_have_counts_and_shares(ask):
    """Fir: two of two deployed; Exchange 3 of 2 used, which is above 1 and stays so."""
    deployed = ask("/v1/customers/fir/analytics/licenses/deployment")["items"]
    used = ask("/v1/customers/fir/analytics/licenses/usage")["items"]

    assert deployed == [
        {
            "customerId": "fir",
            "customerName": "Fir Energy",
            "productName": "Business Suite",
            "serviceCode": "o365",
            "serviceName": "o365",
            "channel": "reseller",
            "licensesDeployed": 2,
            "licensesSold": 2,
            "deploymentPercent": 1.0,
            "processedDateTime": "2024-06-30T00:00:00+00:00",
            "attributes": {"objectType": "CustomerLicensesDeploymentInsights"},
        }
    ]
    assert [(row["workloadName"], row["licensesActive"], row["usagePercent"]) for row in used] == [
        ("Exchange", 3, 1.5),
        ("Teams", 2, 1.0),
    ]


def test_rows_are_read_page_by_page(ask, site):
    """Each next link gives the rows that follow, until there are none."""
    found, path = [], f"{DEPLOYMENT}?top=4"
    while path:
        told = site.client("sales_agent").get(path).json()
        found += [(row["customerTenantId"], row["productId"]) for row in told["Value"]]
        path = told["@nextLink"]

    assert len(found) == len(set(found)) == told["TotalCount"] == 11
    assert found == [(row["customerTenantId"], row["productId"]) for row in ask(DEPLOYMENT)["Value"]]


def test_rows_are_summed_by_the_fields_that_are_asked_for(ask):
    """A grouped row has those fields and the sums, and nothing else."""
    told = ask(DEPLOYMENT, groupby="serviceCode, channel")["Value"]

    assert [(row["serviceCode"], row["licensesDeployed"], row["licensesSold"]) for row in told] == [
        ("crm", 18, 27),
        ("o365", 8, 20),
    ]
    assert set(told[0]) == {"processedDateTime", "serviceCode", "channel", "licensesDeployed", "licensesSold"}


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("serviceCode eq 'CRM'", 6),
        ("serviceCode ne 'crm'", 5),
        ("serviceCode eq 'crm' and customerName eq 'Oak Foods' or productId eq social", 2),
        ("serviceCode eq 'crm' and (customerName eq 'Oak Foods' or productId eq social)", 1),
        ("customerName eq 'it''s nobody'", 0),
    ],
)
def test_filters_compare_and_combine(ask, statement, rows):
    """Eq and ne without regard to case; and before or; brackets before both."""
    assert ask(DEPLOYMENT, filter=statement)["TotalCount"] == rows


@pytest.mark.parametrize(
    "statement",
    ["price eq 1", "serviceCode", "serviceCode lt 'a'", "serviceCode eq", "(serviceCode eq a", "serviceCode eq a b",
     "serviceCode eq 'a", "'a' eq serviceCode", "serviceCode eq )", "(" * 30 + "serviceCode eq a" + ")" * 30],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_refused_with_what_to_do(site, statement):
    """It is an error of the request, in words, and never a bug."""
    reply = site.client("sales_agent").get(DEPLOYMENT, params={"filter": statement})

    assert reply.status_code == 400
    assert reply.json()["remedy"]
    with pytest.raises(UsageError):
        parsed(statement, DEPLOYMENT_FIELDS)


def test_the_day_of_the_data_chooses_the_month(ask):
    """The latest month up to the day; before the first one there is nothing."""
    assert ask(DEPLOYMENT, processedDateTime="2024-08-15T00:00:00")["TotalCount"] == 11
    assert ask(DEPLOYMENT, processedDateTime="2024-06-01")["TotalCount"] == 11
    assert ask(DEPLOYMENT, processedDateTime="2024-05-31") == {"Value": [], "@nextLink": None, "TotalCount": 0}
    assert ask("/v1/analytics/licenses/usage", processedDateTime="2024-05-31")["totalCount"] == 0


def test_what_is_told_is_that_of_the_tokens_partner(ask, site):
    """Birch's token gives birch's customers; an operator's the whole program; who has two partners names one."""
    birch = {row["customerTenantId"] for row in ask(DEPLOYMENT, "birch")["Value"]}
    program = ask(DEPLOYMENT, "program_operator")["TotalCount"]
    unclear = site.client("both").get(DEPLOYMENT)

    assert (birch, program) == ({"oak", "hay"}, 12)
    assert (unclear.status_code, unclear.json()["remedy"]) == (400, "name one of them with 'partner'")
    assert ask(DEPLOYMENT, "both", partner="birch")["TotalCount"] == 2


def test_a_foreign_partner_or_customer_is_as_one_that_does_not_exist(site):
    """Named as a parameter or in the path, it is not found, in the same words."""
    client = site.client("sales_agent")
    replies = [
        client.get(path.format(name)).text.replace(name, "*")
        for path in (f"{DEPLOYMENT}?partner={{}}", "/v1/customers/{}/analytics/licenses/usage")
        for name in ("birch", "zzzzz", "hay", "zzz")
    ]

    assert [reply.partition('"request_id"')[0] for reply in replies[0::2]] == [
        reply.partition('"request_id"')[0] for reply in replies[1::2]
    ]
    assert all('"status":404' in reply for reply in replies)


def test_a_role_without_the_page_gets_none_of_it(site):
    """An MPN partner admin has no adoption page, and so no licence insights."""
    client = site.client("mpn_partner_admin")

    assert {403} == {client.get(path).status_code for path in (DEPLOYMENT, USAGE, "/v1/analytics/licenses/usage")}
