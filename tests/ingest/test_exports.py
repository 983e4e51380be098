"""A folder with an export of each kind, made from documented columns: what each becomes, and what it leaves out."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ingest_workspace import NOW, Workspace

from partnerlens.ingest import LoadReport, load_file, load_files, read_mapping
from partnerlens.ingest.overlap import summaries
from partnerlens.ingest.recognition import recognised
from partnerlens.months import Month

EXPORTS = Path(__file__).parent / "exports"
MAY, JUNE = (Month.parse(month).number for month in ("2021-05", "2021-06"))

FABRIKAM, TAILSPIN = "76906668-0d5f-4a2c-9f6e-2b1c0f4b7a01", "835a59a7-3172-47b5-bdef-d9cc65f4d0e4"
SALES, POWER_BI, OFFICE = (
    "4bf546b2-93a4-4c5f-8a53-0c9f2d1e7b11",
    "9d7d1f3d-c8de-461c-db6d-91debd5129f0",
    "1f58acd7-fe51-4705-9567-d009c9ada150",
)

MAPPINGS = {
    "BusinessApplicationsRevenue.csv": "insights-business-applications-revenue",
    "BusinessApplicationsUsage.csv": "insights-business-applications-usage",
    "CPOR-M365-usage.tsv": "insights-cpor-usage",
    "CloudProductsResellerPerformance.csv": "insights-reseller-performance",
    "CompetencyPeformanceRequirement.csv": "insights-competency-performance",
    "CustomersAndTenants.csv": "insights-customers",
    "DynamicsUsage.tsv": "insights-dynamics-usage",
    "EMSUsage-2021.csv": "insights-office-usage",
    "EMSUsage.csv": "insights-ems-usage",
    "OfficeUsage.csv": "insights-office-usage",
    "PowerBIUsage.csv": "insights-power-bi-usage",
    "Profile.csv": "insights-profile",
    "SeatsSubscriptionsAndRevenue.csv": "insights-subscriptions",
    "TrainingCompletions.csv": "insights-training-completions",
    "invoice-lines-office.json": "recon-licences",
    "invoice-lines-one-time.json": "recon-new-commerce",
    "licenses-deployment-v1.json": "licences-deployed",
    "licenses-deployment.json": "licences-deployed",
    "licenses-totals.json": "licences-totals",
    "licenses-usage-v1.json": "licences-used",
    "licenses-usage.json": "licences-used",
    "recon-daily-usage.csv": "recon-daily-usage",
    "recon-licence-based.csv": "recon-licences",
    "recon-new-commerce.csv": "recon-new-commerce",
    "recon-usage.csv": "recon-usage",
}


class Folder:
    """A workspace into which the whole folder is loaded at once, with what was said of each file."""

    def __init__(self, workspace: Workspace) -> None:
        """Load the folder, in the order of names, and the exchange rate of the one file in EUR."""
        rates = workspace.file("exchange_rates.csv", "month,currency,rate\n2021-06,EUR,1.2\n")
        files = [*sorted(EXPORTS.iterdir()), rates]
        self.workspace = workspace
        self.reports: dict[str, LoadReport] = {
            report.file: report for report in load_files(workspace.store, files, settings=workspace.settings, now=NOW)
        }

    def amounts(self, invoice: str) -> list[tuple[Any, ...]]:
        """Return month, subscription, amount, currency and charge type of an invoice's lines."""
        return [
            (row[2], row[3], str(row[4]), *row[5:])
            for row in self.workspace.facts("billing_lines")
            if row[0] == invoice
        ]

    def associated(self, subscription: str) -> list[tuple[Any, ...]]:
        """Return partner, type, first and last day of a subscription's associations."""
        return [
            (row[0], row[2], row[4], row[5]) for row in self.workspace.facts("associations") if row[1] == subscription
        ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """Load the folder once."""
    workspace = Workspace(tmp_path_factory.mktemp("exports"))
    yield Folder(workspace)
    workspace.store.close()


def test_every_file_is_recognised_and_nothing_is_rejected(folder: Folder) -> None:
    """Each header says what its file is, with certainty: the fixtures have documented columns alone."""
    found = {name: report.recognition for name, report in folder.reports.items() if report.recognition}

    assert {name: recognition.mapping.name for name, recognition in found.items()} == MAPPINGS
    assert {recognition.certainty for recognition in found.values()} == {"certain"}
    assert folder.workspace.quarantine() == []


def test_partners_and_customers_of_all_files_are_one(folder: Folder) -> None:
    """Ids in small or capital letters are one id; Profile gives places, CustomersAndTenants the tenant's country."""
    assert [row[:4] for row in folder.workspace.facts("partners")] == [
        ("1234500", "Contoso Global", "US", None),
        ("1234567", "Contoso Seoul", "KR", "1234500"),
        ("200", "Distri", "ZZ", None),
        ("201", "Adatum", "FR", None),
        ("7654321", "7654321", "ZZ", None),
    ]
    assert [row[:5] for row in folder.workspace.facts("customers")] == [
        ("74221236-d09c-4870-ac1d-33e155e9aebe", "TSTAGIN1CUST190", "ZZ", None, None),
        (FABRIKAM, "Fabrikam", "AT", "SMB", "77"),
        ("79", "Alpine Ski", "FR", "SMB", None),
        ("80", "Tailspin", "FR", "SMB", None),
        (TAILSPIN, "********", "ZZ", "SMB", "78"),
    ]


def test_usage_exports_give_active_users_by_month(folder: Folder) -> None:
    """Each product and workload stands apart; trials are left out; EMSUsage of 2021 is told by its workload."""
    office, mobility, crm = "Office 365", "Enterprise Mobility", "Customer Engagement"
    assert folder.workspace.facts("activity_monthly") == [
        (JUNE, FABRIKAM, "EMS E3", mobility, 17),
        (JUNE, FABRIKAM, "EXCHANGE ONLINE PROTECTION", "Exchange", 1),
        (JUNE, FABRIKAM, mobility, "Intune", 12),
        (JUNE, FABRIKAM, office, "Exchange", 44),
        (JUNE, FABRIKAM, office, "Teams", 31),
        (JUNE, FABRIKAM, "Sales", crm, 7),
        (JUNE, TAILSPIN, "EXCHANGE ONLINE", "Exchange", 3),
    ]


def test_licences_stand_by_customer_and_product(folder: Folder) -> None:
    """Both generations of the reply give licences sold and deployed, with no partner."""
    found = [row for row in folder.workspace.facts("seats") if " | " in row[1]]

    assert found == [
        (JUNE, f"{FABRIKAM} | DYNAMICS AX TASK", "active", 9, 0, None),
        (JUNE, f"{TAILSPIN} | EXCHANGE ONLINE", "active", 9, 3, None),
    ]
    assert folder.associated(f"{FABRIKAM} | DYNAMICS AX TASK") == []


def test_trials_and_viral_licences_are_no_paid_ones(folder: Folder) -> None:
    """A trial is told by the kind of SKU, by its words, or by the qualifiers of a product."""
    kinds = {row[0]: row[4] for row in folder.workspace.facts("subscriptions")}

    assert [subscription for subscription, kind in kinds.items() if kind == "trial"] == [
        "aaaa46b2-93a4-4c5f-8a53-0c9f2d1e7b12",
        "dddd1f3d-c8de-461c-db6d-91debd5129f1",
    ]
    assert set(kinds.values()) == {"paid", "trial"}


def test_licence_based_lines_have_the_portals_id_and_their_own_sign(folder: Folder) -> None:
    """Two equal lines both count, and a credit is one because its amount is negative."""
    assert sorted(folder.amounts("licence-based")) == [
        (MAY, "2f58acd7-fe51-4705-9567-d009c9ada151", "0.000000", "USD", "New"),
        (JUNE, OFFICE, "-2.270000", "EUR", "Prorate fees when cancel"),
        (JUNE, OFFICE, "11.000000", "EUR", "Cycle fee"),
        (JUNE, OFFICE, "11.000000", "EUR", "Cycle fee"),
        (JUNE, OFFICE, "11.000000", "EUR", "Cycle fee"),
    ]
    (subscription,) = [row for row in folder.workspace.facts("subscriptions") if row[0] == OFFICE]
    assert subscription[3:9] == ("CSP", "paid", date(2019, 2, 1), None, None, "Monthly")


def test_a_reseller_of_minus_one_zero_or_nothing_is_none(folder: Folder) -> None:
    """The reseller stands on the subscription beside the provider, unless the file says that there is none."""
    june = (date(2021, 6, 1), date(2021, 6, 30))
    assert folder.associated(OFFICE) == [("1234567", "CSP", *june), ("7654321", "CSP", *june)]
    assert [row[0] for row in folder.associated("cccc46b2-93a4-4c5f-8a53-0c9f2d1e7b14")] == ["200"]
    assert {row[0] for row in folder.workspace.facts("associations")} == {"1234500", "1234567", "200", "201", "7654321"}


def test_new_commerce_lines_take_their_sign_from_the_amount(folder: Folder) -> None:
    """A quantity taken away is a refund by its sign; a purchase without a period counts in the month of its order."""
    assert sorted(folder.amounts("G000773581")) == [
        (MAY, POWER_BI, "720.000000", "USD", "new"),
        (MAY, "O2", "0.010000", "USD", "new"),
        (JUNE, POWER_BI, "-14.400000", "USD", "addQuantity"),
        (JUNE, "dddd1f3d-c8de-461c-db6d-91debd5129f1", "0.000000", "USD", "new"),
    ]
    assert folder.amounts("G000773582") == [(JUNE, POWER_BI, "720.000000", "USD", "new")]


def test_a_charge_makes_the_partner_the_seller_for_its_period(folder: Folder) -> None:
    """From the first day of the month to the end of the period, and at least of the month in which it is billed."""
    assert folder.associated("O2") == [("1234567", "CSP", date(2021, 5, 1), date(2021, 5, 31))]
    assert folder.associated(POWER_BI) == [
        ("1234567", "CSP", date(2021, 5, 1), date(2021, 6, 19)),
        ("1234567", "CSP", date(2021, 6, 1), date(2021, 6, 30)),
        ("7654321", "CSP", date(2021, 6, 1), date(2021, 6, 30)),
    ]


def test_usage_lines_have_amounts_of_many_decimals(folder: Folder) -> None:
    """Amounts are rounded at the sixth decimal, also those with an exponent."""
    assert folder.amounts("G000773590") == [
        (JUNE, "eeee1f3d-c8de-461c-db6d-91debd5129f2", "1.660000", "USD", "new"),
        (JUNE, "eeee1f3d-c8de-461c-db6d-91debd5129f2", "1.666500", "USD", "new"),
    ]
    assert folder.amounts("D0001") == [
        (JUNE, "ffff1f3d-c8de-461c-db6d-91debd5129f3", "0.000045", "USD", "Assess usage fee for current cycle")
    ]
    assert folder.amounts("BusinessApplicationsRevenue") == [(JUNE, SALES, "-12.251235", "USD", None)]


def test_figures_that_do_not_follow_are_kept_and_listed(folder: Folder) -> None:
    """6.82 x 2 is 13.64, not 13.32; prorated lines are left out; the figures of the samples stay as they are."""
    store = folder.workspace.store
    found = [(one.file, one.line, one.column, one.value, one.computed) for one in store.mismatches()]

    assert sorted(found) == [
        ("DynamicsUsage.tsv", 3, "DeploymentOpportunity", "9000", "9997"),
        ("licenses-deployment-v1.json", 1, "deploymentPercent", "0.5", "33.3333333"),
        ("recon-daily-usage.csv", 3, "BillingPreTaxTotal", "1.66650000000", "1.66"),
        ("recon-licence-based.csv", 2, "Amount", "13.32", "13.64"),
        ("recon-new-commerce.csv", 5, "Subtotal", "0.01", "0.04"),
        ("recon-new-commerce.csv", 5, "Total", "0.045", "0.01"),
    ]
    assert store.mismatch_count() == 6
    report = folder.reports["recon-licence-based.csv"]
    assert [(figure.column, figure.rows, figure.checked) for figure in report.figures] == [
        ("Amount", 1, 3),
        ("Subtotal", 0, 4),
        ("TotalForCustomer", 0, 4),
    ]
    assert store.mismatch_count(report.load) == len(store.mismatches(report.load)) == 1


def test_a_load_says_what_a_file_cannot_show(folder: Folder) -> None:
    """Results of the program are no facts, a claim names no subscription, and a page is not the whole reply."""
    remarks = {name: report.remarks for name, report in folder.reports.items() if report.remarks}

    assert remarks["CompetencyPeformanceRequirement.csv"][0].startswith("nothing of it is kept: ")
    assert folder.reports["CompetencyPeformanceRequirement.csv"].balances == ()
    assert "ClaimId" in remarks["CPOR-M365-usage.tsv"][0]
    assert remarks["licenses-usage.json"][0] == "the reply is one page with 1 of 2 rows; load its other pages too"
    assert remarks["licenses-totals.json"][0].startswith("nothing of it is kept: ")
    assert remarks["BusinessApplicationsRevenue.csv"][0].startswith("amounts of 1 subscriptions and months are known")


def test_summaries_of_billed_amounts_are_known_by_their_constants() -> None:
    """The invoice ids that exports of billed revenue share, which no invoice has."""
    assert summaries() == {"Insights", "BusinessApplicationsRevenue", "ResellerPerformance"}


def test_loading_the_folder_again_changes_nothing(folder: Folder) -> None:
    """The same file is known by its content."""
    report = load_file(
        folder.workspace.store,
        EXPORTS / "recon-new-commerce.csv",
        settings=folder.workspace.settings,
        now=NOW,
        mapping=read_mapping("recon-new-commerce"),
    )
    assert report.already_loaded == folder.reports["recon-new-commerce.csv"].load


@pytest.mark.parametrize(
    ("header", "certainty", "unknown"),
    [
        ("SubscriptionState,SubscriptionId,SalesChannel,IsAutoRenew,Extra", "likely", ("Extra",)),
        ("CustomerStatus,CustomerTenantId,A,B,C", "doubtful", ("A", "B", "C")),
    ],
)
def test_a_header_in_a_new_form_is_taken_with_less_certainty(
    header: str, certainty: str, unknown: tuple[str, ...]
) -> None:
    """Columns that nobody documented are named."""
    found = recognised(header.split(","), "x.csv")

    assert found is not None
    assert (found.certainty, found.unknown) == (certainty, unknown)


ALIASES = {
    "2016": "PartnerId,CustomerNumber,OperatingUnit,CustomerName,MpnId,OrderId,SubscriptionId,"
    "Syndication_Partner_Subscription_Number,OfferName,SubscriptionStartDate,ChargeStartDate,ChargeEndDate,ChargeType,"
    "Quantity,Subtotal,Currency",
    "2019": "PartnerId,CustomerID,X,CustomerName,MPNID,OrderID,SubscriptionID,SyndicationPartnerSubscriptionNumber,"
    "OfferName,SubscriptionStartDate,ChargeStartDate,ChargeEndDate,ChargeType,Quantity,Subtotal,Currency",
    "2023": "partnerId,customerId,x,customerName,mpnId,orderId,subscriptionId,syndicationPartnerSubscriptionNumber,"
    "offerName,subscriptionStartDate,chargeStartDate,chargeEndDate,chargeType,quantity,subtotal,currency",
}


@pytest.mark.parametrize("header", ALIASES.values(), ids=ALIASES)
def test_every_spelling_of_a_header_is_read(workspace: Any, header: str) -> None:
    """Names of 2016, of 2019 and those in lower camel case are the same columns."""
    path = workspace.file(
        "invoice.csv",
        f"{header}\nP,T1,u,Fabrikam,101,O1,billing-id,S1,Exchange,2/1/2021,2/1/2021,2/28/2021,Cycle fee,2,13.64,USD\n",
    )
    (report,) = load_files(workspace.store, [path], settings=workspace.settings, now=NOW)

    assert report.recognition is not None
    assert report.recognition.mapping.name == "recon-licences"
    assert [(row[3], str(row[4])) for row in workspace.facts("billing_lines")] == [("S1", "13.640000")]
    assert [row[0] for row in workspace.facts("customers")] == ["T1"]


def test_one_invoice_as_a_file_and_as_a_reply_counts_once(workspace: Any) -> None:
    """Dates and numbers are written differently in the two forms; the line is the same."""
    header = (
        "CustomerId,CustomerName,InvoiceNumber,MpnId,ResellerMpnId,OrderId,ProductName,ChargeType,Subtotal,Currency,"
        "SubscriptionId,ChargeStartDate,ChargeEndDate,UnitPrice,BillableQuantity"
    )
    cells = "T1,Fabrikam,G1,101,0,O1,Power BI,new,720.00,USD,S1,6/5/2021,7/4/2021,14.40,50"
    names = [name[0].lower() + name[1:] for name in header.split(",")]
    values = cells.replace("720.00", "720").replace("14.40", "14.4").replace("6/5/2021", "2021-06-05T00:00:00")
    values = values.replace("7/4/2021", "2021-07-04T00:00:00Z")
    line = "{" + ", ".join(f'"{name}": "{text}"' for name, text in zip(names, values.split(","), strict=True)) + "}"
    files = [
        workspace.file("a.csv", f"{header}\n{cells}\n"),
        workspace.file("b.json", f'{{"items": [{line}], "totalCount": 1}}'),
    ]
    load_files(workspace.store, files, settings=workspace.settings, now=NOW)

    assert [str(row[4]) for row in workspace.facts("billing_lines")] == ["720.000000"]


INVOICE = "CustomerId,CustomerName,InvoiceNumber,MpnId,OrderId,ProductName,ChargeType,Subtotal,Currency,SubscriptionId,"


@pytest.mark.parametrize(
    ("first", "second", "months", "said"),
    [
        ("1/6/2021 0:00", "6/25/2021 0:00", ["2021-01", "2021-06"], ()),
        ("1/6/2021", "25/6/2021", ["2021-06", "2021-06"], ("its dates are read with the day before the month",)),
        ("01.06.2021 00:00:00", "25.06.2021 00:00:00", ["2021-06", "2021-06"], ()),
        ("2021/06/01", "2021-06-25T00:00:00", ["2021-06", "2021-06"], ()),
    ],
    ids=["month first", "day first", "with points", "year first"],
)
def test_dates_of_a_locale_are_read_in_one_order(
    workspace: Any, first: str, second: str, months: list[str], said: tuple[str, ...]
) -> None:
    """The order of day and month is that in which all dates of the file can be read; month first where both can be."""
    row = "T1,F,G1,101,{},P,new,1,USD,S1,{},0001-01-01T00:00:00\n"
    content = INVOICE + "ChargeStartDate,ChargeEndDate\n" + row.format("O1", first) + row.format("O2", second)
    (report,) = load_files(workspace.store, [workspace.file("x.csv", content)], settings=workspace.settings, now=NOW)

    assert workspace.quarantine() == []
    assert [str(Month(row[2])) for row in workspace.facts("billing_lines")] == months
    assert report.remarks == said


def test_amounts_that_a_role_may_not_see_are_said(workspace: Any) -> None:
    """A column of revenue that is empty in every row makes no lines, and the load says why."""
    content = (
        "SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionState,Month,IsAutoRenew,CustomerName,"
        "CustomerTenantId,CustomerMarket,Product,SKU,MPNID,PartnerName,PartnerAttributionType,SalesChannel,"
        "AvailableSeats,BilledRevenueUSD\nS1,2021-03-01,,Active,2021-06-01,Y,F,T1,DE,Sales,X,101,C,CSP,CSP,41,\n"
    )
    (report,) = load_files(workspace.store, [workspace.file("x.csv", content)], settings=workspace.settings, now=NOW)

    assert report.remarks == (
        "columns were withheld from the role that asked for the file; an executive report viewer sees them",
    )
    assert workspace.facts("billing_lines") == []


STATES = {
    "Active": "active",
    "ACTIVE": "active",
    "Open": "active",
    "In Grace Period": "in_grace",
    "InGracePeriod": "in_grace",
    "Disabled": "suspended",
    "SUSPENDED": "suspended",
    "Churned": "deprovisioned",
    "Closed": "deprovisioned",
    "Deprovisioned": "deprovisioned",
    "Others": "deprovisioned",
}


def test_states_of_every_dataset_are_one_of_four(workspace: Any) -> None:
    """Each dataset has words of its own for the states of a subscription."""
    header = (
        "SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionState,Month,IsAutoRenew,CustomerName,"
        "CustomerTenantId,CustomerMarket,Product,SKU,MPNID,PartnerName,PartnerAttributionType,SalesChannel,"
        "AvailableSeats\n"
    )
    rows = "".join(
        f"S{number:02},2021-03-01,,{state},2021-06-01,Y,F,T1,DE,Sales,X,101,C,CSP,CSP,1\n"
        for number, state in enumerate(STATES)
    )
    load_files(workspace.store, [workspace.file("x.csv", header + rows)], settings=workspace.settings, now=NOW)

    assert workspace.quarantine() == []
    assert [row[2] for row in workspace.facts("seats")] == list(STATES.values())


def test_dynamics_usage_can_stand_for_users(workspace: Any) -> None:
    """Active seats of several subscriptions of one SKU add up, each once; an industrial SKU is no trial, a trial is."""
    header = (
        "SubscriptionId,SubscriptionStatus,Month,SKU,FreeVsPaidSKU,CustomerName,CustomerTenantId,CustomerMarket,MPNId,"
        "PartnerName,PartnerAttachType,ActiveSeats\n"
    )
    rows = "".join(
        f"{subscription},Active,2021-06-01,{sku},{kind},Fabrikam,T1,DE,101,Contoso,{attach},{seats}\n"
        for subscription, sku, kind, attach, seats in (
            ("S1", "D365 SALES", "Paid", "CSP", "22"),
            ("S1", "D365 SALES", "Paid", "DPOR", "22"),
            ("S2", "D365 SALES", "Paid", "CSP", "22"),
            ("S3", "D365 SALES", "Trial", "CSP", "9"),
            ("S4", "D365 Industrial", "Paid", "CSP", "5"),
            ("S5", "D365 Industrial", "Paid", "CSP", ""),
        )
    )
    workspace.load("x.csv", header + rows, mapping=read_mapping("insights-dynamics-users"))

    assert workspace.quarantine() == []
    assert workspace.facts("activity_monthly") == [
        (JUNE, "T1", "D365 Industrial", "Customer Engagement", 5),
        (JUNE, "T1", "D365 SALES", "Customer Engagement", 44),
    ]


def test_only_one_partners_exports_make_a_store_of_visible_customers(folder: Folder, workspace: Any) -> None:
    """A distributor's file shows more; so do subscriptions that the program itself loads."""
    assert not folder.workspace.store.snapshot().visible_customers_only

    load_files(workspace.store, [EXPORTS / "DynamicsUsage.tsv"], settings=workspace.settings, now=NOW)
    assert workspace.store.snapshot().visible_customers_only
    workspace.load("products.csv", "product_id,name,family,workloads\nP1,Sales,CE,Sales\n")
    assert workspace.store.snapshot().visible_customers_only
    workspace.load(
        "subscriptions.csv",
        "subscription_id,customer_id,product_id,channel,licence_type,start_date\n"
        f"S9,{FABRIKAM},P1,CSP,paid,2021-01-01\n",
    )
    assert not workspace.store.snapshot().visible_customers_only
    assert workspace.store.snapshot(2).visible_customers_only
