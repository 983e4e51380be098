"""Exports in their documented shapes become facts: each is recognised, and each trap of the formats is met."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ingest_workspace import NOW

from partnerlens.errors import UsageError
from partnerlens.ingest import built_in_mappings, load_files, read_mapping
from partnerlens.ingest.recognition import recognised
from partnerlens.months import Month

MONTH = Month.parse("2021-06").number

PROFILE = """MPNId,PartnerName,PGA_MPNId,PGA_PartnerName,City,Country,HierarchyLevel
100,Contoso Global,100,Contoso Global,Seattle,United States,Global
101,Contoso Seoul,100,Contoso Global,Seoul,Korea,Location
"""

SYSTEM_QUERY = (
    "PGAMpnId,MpnId,SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionState,month,IsAutoRenew,"
    "CustomerName,CustomerTenantId,CustomerTpid,DUNSNumber,CustomerSegment,TopSegment,CustomerMarket,ProductFamily,"
    "ReportingProductName,Product,RawProductName,ProductPartNumber,SKU,RevSumDivisionName,PartnerName,SolutionArea,"
    "PartnerLocation,PartnerAttributionType,SalesChannel,PricingLevel,EnrollmentNumber,IsDuplicateRowForPGA,"
    "SubscriptionStartMonth,TotalSoldSeats,TotalAssignedSeats,BilledRevenueUSD,AzureConsumedRevenueUSD\n"
    "100,101,S1,3/1/2021,0001-01-01T00:00:00,In Grace Period,2021-06-01,N,Fabrikam,T1,77,,SMB,,Germany,,,"
    "Dynamics 365 Sales,,,D365 SALES,,Contoso Seoul,,Seoul,CSP Tier 1,CSP,,,0,2021-03-01,40,31,120.50,0\n"
    "100,101,S1,3/1/2021,0001-01-01T00:00:00,In Grace Period,2021-06-01,N,Fabrikam,T1,77,,SMB,,Germany,,,"
    "Dynamics 365 Sales,,,D365 SALES,,Contoso Seoul,,Seoul,CPOR - OSU,CSP,,,1,2021-03-01,40,31,120.50,0\n"
    "100,101,S2,2021-05-01,2022-04-30,Churned,2021-06-01,Yes,********,T2,,,SMB,,DE,,,"
    "Dynamics 365 Finance,,,D365 FINANCE TRIAL,,Contoso Seoul,,Seoul,DPOR,Enterprise,,,0,2021-05-01,5,0,,0\n"
)


def load(workspace: Any, name: str, content: str) -> Any:
    """Load a file that nobody named a table or mapping for; return the report."""
    (report,) = load_files(workspace.store, [workspace.file(name, content)], settings=workspace.settings, now=NOW)
    return report


def test_profile_gives_account_and_location(workspace: Any) -> None:
    """The global account is a partner without a parent, its location one with; countries may be names."""
    report = load(workspace, "profile.csv", PROFILE)

    assert report.recognition.mapping.name == "insights-profile"
    assert (report.recognition.known, report.recognition.columns) == (7, 7)
    assert [row[:4] for row in workspace.facts("partners")] == [
        ("100", "Contoso Global", "US", None),
        ("101", "Contoso Seoul", "KR", "100"),
    ]


def test_system_query_gives_seats_revenue_and_associations(workspace: Any) -> None:
    """States, dates, sentinel dates, duplicate rows of the global account, trials and empty revenue are read right."""
    load(workspace, "profile.csv", PROFILE)
    report = load(workspace, "SeatsSubscriptionsAndRevenue.csv", SYSTEM_QUERY)

    assert report.recognition.mapping.name == "insights-subscriptions"
    assert workspace.quarantine() == []
    assert [row[:4] for row in workspace.facts("partners")] == [
        ("100", "Contoso Global", "US", None),
        ("101", "Contoso Seoul", "KR", "100"),
    ]
    assert [row[:5] for row in workspace.facts("customers")] == [
        ("T1", "Fabrikam", "DE", "SMB", "77"),
        ("T2", "********", "DE", "SMB", None),
    ]
    assert [row[:7] for row in workspace.facts("subscriptions")] == [
        ("S1", "T1", "Dynamics 365 Sales", "CSP", "paid", date(2021, 3, 1), None),
        ("S2", "T2", "Dynamics 365 Finance", "EA", "trial", date(2021, 5, 1), date(2022, 4, 30)),
    ]
    assert [row[:4] for row in workspace.facts("products")] == [
        ("Dynamics 365 Finance", "Dynamics 365 Finance", "Finance and Operations", "Finance and Operations"),
        ("Dynamics 365 Sales", "Dynamics 365 Sales", "Customer Engagement", "Customer Engagement"),
    ]
    assert workspace.facts("seats") == [
        (MONTH, "S1", "in_grace", 40, 31, None),
        (MONTH, "S2", "deprovisioned", 5, 0, None),
    ]
    assert [(row[0], row[1], row[2], row[3]) for row in workspace.facts("associations")] == [
        ("101", "S1", "CPOR", "OSU"),
        ("101", "S1", "CSP", None),
        ("101", "S2", "DPOR", None),
    ]
    assert {(row[4], row[5]) for row in workspace.facts("associations")} == {(date(2021, 6, 1), date(2021, 6, 30))}
    assert [(row[1], str(row[4]), row[5]) for row in workspace.facts("billing_lines")] == [
        ("S1 2021-06-01", "120.500000", "USD")
    ]


@pytest.mark.parametrize(
    ("columns", "cells", "sold"),
    [
        ("AvailableSeats,RevenueUSD", "40,10", 40),
        ("AvailableSeatsEOP,AvailableSeats,BilledRevenueUSD", "40,-3,10", 40),
    ],
    ids=["2021", "2023"],
)
def test_the_seats_column_that_changed_its_meaning(workspace: Any, columns: str, cells: str, sold: int) -> None:
    """Since 2023 AvailableSeats is a change: the stock at the end of the period is read where there is one."""
    content = (
        "SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionState,Month,IsAutoRenew,CustomerName,"
        f"CustomerTenantId,CustomerMarket,Product,SKU,MPNID,PartnerName,PartnerAttributionType,SalesChannel,{columns}\n"
        f"S1,2021-03-01,,Active,6/1/2021,Y,Fabrikam,T1,DE,D365 Sales,X,101,Contoso,CSP Tier 2,CSP,{cells}\n"
    )

    load(workspace, "export.csv", content)

    assert workspace.facts("seats") == [(MONTH, "S1", "active", sold, 0, None)]
    assert [str(row[4]) for row in workspace.facts("billing_lines")] == ["10.000000"]


DYNAMICS = (
    "SubscriptionId\tSubscriptionStartDate\tSubscriptionEndDate\tSubscriptionStatus\tMonth\tRevSumDivisionName\t"
    "RevSumCategoryName\tSKU\tSKUId\tFreeVsPaidSKU\tSalesModel\tDetailedSalesModel\tCustomerName\tCustomerTenantId\t"
    "CustomerTpid\tCustomerSegment\tCustomerMarket\tMPNId\tPartnerName\tPartnerLocation\tPartnerAttachType\t"
    "AvailableSeats\tAssignedSeats\tActiveSeats\tDeploymentOpportunity\tActiveUsagePercent\n"
    "S1\t2021-03-01\t2022-02-28\tActive\t2021-06-01\t\t\tD365 SALES ENTERPRISE\tx\tPaid\tCSP\tCSP Indirect\tFabrikam\t"
    "T1\t77\tSMB\tDE\t101\tContoso Seoul\tSeoul\tCSP Tier 1\t40\t31\t22\t9\t55.0\n"
)


def test_dynamics_usage_gives_assigned_and_active_seats(workspace: Any) -> None:
    """A download from the portal is separated by tabs; seats that it knows better stay when another export follows."""
    report = load(workspace, "DynamicsUsage.tsv", DYNAMICS)
    assert report.recognition.mapping.name == "insights-dynamics-usage"
    assert workspace.facts("seats") == [(MONTH, "S1", "active", 40, 31, 22)]

    load(
        workspace,
        "seats and revenue.csv",
        "SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionState,Month,IsAutoRenew,CustomerName,"
        "CustomerTenantId,CustomerMarket,Product,SKU,MPNID,PartnerName,PartnerAttributionType,SalesChannel,"
        "AvailableSeats\nS1,2021-03-01,,Active,2021-06-01,Y,Fabrikam,T1,DE,D365 Sales,X,101,Contoso,CSP,CSP,41\n",
    )

    assert workspace.facts("seats") == [(MONTH, "S1", "active", 40, 31, 22)]


def test_office_usage_gives_monthly_users(workspace: Any) -> None:
    """PartnerID and PGAPartnerID are spellings of the ids; rows that repeat for the global account count once."""
    content = (
        "PGAPartnerID,CustomerTenantId,CustomerTpid,WorkloadName,Month,PaidAvailableUnits,MonthlyActiveUsers,"
        "CustomerName,CustomerMarket,CustomerSegment,PartnerID,PartnerName,PartnerLocation,PartnerAttributionType,"
        "IsDuplicateRowForPGA\n"
        "100,T1,77,Exchange,2021-06-01,50,44,Fabrikam,Germany,SMB,101,Contoso Seoul,Seoul,CSP Tier 1,0\n"
        "100,T1,77,Exchange,2021-06-01,50,43,Fabrikam,Germany,SMB,101,Contoso Seoul,Seoul,DPOR,1\n"
    )

    report = load(workspace, "office.csv", content)

    assert report.recognition.mapping.name == "insights-office-usage"
    assert workspace.facts("activity_monthly") == [(MONTH, "T1", "Office 365", "Exchange", 44)]
    assert [(row[0], row[3]) for row in workspace.facts("partners")] == [("100", None), ("101", "100")]


def test_business_applications_give_revenue_and_users(workspace: Any) -> None:
    """Users of trials are left out; a subscription that is not known yet has no channel that counts."""
    start = "FiscalMonthName,GlobalPartnerID,PartnerName,PartnerAssociationType,CustomerID,CustomerName,"
    revenue = load(
        workspace,
        "revenue.csv",
        start + "CustomerTenantID,CustomerTenantName,SubscriptionId,SubscriptionStartDate,Country,WorkloadCategory,"
        "Workloads,AdjustedRevenueAmtCD\n"
        "2021-06-01,100,Contoso,CPOR,9,Fabrikam,T1,fab,S1,2021-03-01,DE,CE,Sales,-12.25\n",
    )
    users = load(
        workspace,
        "usage.csv",
        start + "CustomerTenantID,CustomerTenantName,SubscriptionID,SubscriptionStartDate,MetricType,WorkloadCategory,"
        "Workload,SkuGroup,PAMAU,MAC,MAU\n"
        "2021-06-01,100,Contoso,CPOR,9,Fabrikam,T1,fab,S1,2021-03-01,Paid,CE,Sales,Sales,3,1,7\n"
        "2021-06-01,100,Contoso,CPOR,9,Fabrikam,T1,fab,S1,2021-03-01,Trial,CE,Sales,Marketing,3,1,5\n",
    )

    assert revenue.recognition.mapping.name == "insights-business-applications-revenue"
    assert users.recognition.mapping.name == "insights-business-applications-usage"
    assert [(row[3], str(row[4])) for row in workspace.facts("billing_lines")] == [("S1", "-12.250000")]
    assert workspace.facts("subscriptions")[0][3] == "OTHER"
    assert workspace.facts("activity_monthly") == [(MONTH, "T1", "Sales", "Customer Engagement", 7)]


def test_training_completions_give_exam_passes(workspace: Any) -> None:
    """The exam's code stands in the title; trainings that are no exams are left out, and so are unknown people."""
    content = (
        "TrainingActivityId,TrainingTitle,TrainingType,AADUserId,TrainingCompletionDate,Month,IcMCP,MCPID,MPNId,"
        "PartnerName,PartnerCityLocation,PartnerCountryLocation\n"
        "1,Exam MB-300: Core Finance and Operations,Exam,,2021-06-15T10:00:00,2021-06-01,Y,900,101,Contoso,Seoul,"
        "South Korea\n"
        "2,Selling with confidence,Training,,2021-06-16,2021-06-01,Y,900,101,Contoso,Seoul,South Korea\n"
        "3,Exam MB-310,Exam,,2021-06-16,2021-06-01,N,,101,Contoso,Seoul,South Korea\n"
    )

    report = load(workspace, "training.csv", content)

    assert report.recognition.mapping.name == "insights-training-completions"
    assert workspace.facts("exam_passes") == [("900", "101", "KR", "MB-300", date(2021, 6, 15), None)]


def test_reseller_performance_is_a_distributors_view(workspace: Any) -> None:
    """A reseller id of -1 says that the reseller was removed: the distributor alone then stands on the subscription."""
    content = (
        "ResellerMpnid,ResellerName,ResellerMarket,IndirectProviderMPNId,IndirectProviderName,Month,Product,"
        "SubscriptionID,AvailableSeats,AssignedSeats,BilledRevenueUSD,CustomerName,CustomerTPid,CustomerSegment,"
        "CustomerMarket,ResellerStatus\n"
        "201,Adatum,France,200,Distri,2021-06-01,Dynamics 365 Sales,S1,10,8,99.9,Fabrikam,77,SMB,France,Active\n"
        "-1,,,200,Distri,2021-06-01,Dynamics 365 Sales,S2,3,1,,Tailspin,78,SMB,France,Active\n"
    )

    report = load(workspace, "resellers.csv", content)

    assert report.recognition.mapping.name == "insights-reseller-performance"
    assert [(row[0], row[2]) for row in workspace.facts("partners")] == [("200", "ZZ"), ("201", "FR")]
    assert [(row[0], row[1]) for row in workspace.facts("associations")] == [
        ("200", "S1"),
        ("200", "S2"),
        ("201", "S1"),
    ]
    assert [row[1:5] for row in workspace.facts("seats")] == [("S1", "active", 10, 8), ("S2", "active", 3, 1)]


@pytest.mark.parametrize("name", [name for name in built_in_mappings() if read_mapping(name).file.distinctive])
def test_every_export_is_recognised_by_its_documented_columns(name: str) -> None:
    """A file with all columns that a dataset is said to have is taken for that dataset and no other."""
    mapping = read_mapping(name)

    found = recognised(mapping.file.documented, "file.csv")

    assert found is not None
    assert found.mapping.name == name
    assert found.known == found.columns == len(mapping.file.documented)


def test_a_file_that_nothing_knows_needs_a_name(workspace: Any) -> None:
    """Neither its name nor its header says what it is."""
    with pytest.raises(UsageError, match="does not begin with the name of a table"):
        load(workspace, "x.csv", "a,b\n1,2\n")


def test_replies_of_services_are_read(filled: Any, tmp_path: Path) -> None:
    """A list under 'Value', a list, one object and lines of objects all give rows; numbers keep their digits."""
    mapping = filled.mapping(
        '[[table]]\nname = "billing_lines"\n[table.columns]\ninvoice_id = "invoiceNumber"\nline_id = "line.no"\n'
        'billing_month = { from = "day", part = "month" }\nsubscription_id = "sub"\namount = "amount"\n'
        'currency = { constant = "USD" }\ncharge_type = { from = "marks", optional = true }\n'
    )
    row = '{"invoiceNumber": "I%d", "line": {"no": 1}, "day": "2021-06-03", "sub": "S1", "amount": %s, "marks": %s}'
    forms = {
        "a.json": '{"TotalCount": 1, "Value": [' + row % (1, "0.1", '["AddOn", "Trial"]') + "]}",
        "b.json": "[" + row % (2, '"2.50"', "null") + "]",
        "c.json": row % (3, "3", "true"),
        "d.jsonl": row % (4, "4", "[]") + "\n" + row % (5, "1E+2", "null") + "\n",
    }
    for name, content in forms.items():
        filled.load(name, content, mapping=mapping)

    assert [(row[0], row[1], str(row[4]), row[6]) for row in filled.facts("billing_lines")] == [
        ("I1", "1", "0.100000", "AddOn;Trial"),
        ("I2", "1", "2.500000", None),
        ("I3", "1", "3.000000", "true"),
        ("I4", "1", "4.000000", None),
        ("I5", "1", "100.000000", None),
    ]


def test_rows_that_yield_change_nothing_that_is_known(workspace: Any) -> None:
    """Rows of a block that keeps give way to stored rows and to others of their load; the block beside it corrects."""
    load(workspace, "profile.csv", PROFILE)
    load(
        workspace,
        "profile2.csv",
        "MPNId,PartnerName,PGA_MPNId,PGA_PartnerName,City,Country,HierarchyLevel\n"
        "101,Contoso Busan,100,Contoso Worldwide,Busan,Korea,Location\n"
        "102,Contoso Paris,300,Contoso Europe,Paris,France,Location\n",
    )

    assert [row[:4] for row in workspace.facts("partners")] == [
        ("100", "Contoso Global", "US", None),
        ("101", "Contoso Busan", "KR", "100"),
        ("102", "Contoso Paris", "FR", "300"),
        ("300", "Contoso Europe", "FR", None),
    ]
