"""Deployment and usage of licences: a partner's portfolio, its customers, and for operators the whole program."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.adoption import Adoption
from partnerlens.adoption.adoption import SORTS
from partnerlens.api.files import FILE, PROGRAM, Taken, file_reply
from partnerlens.api.parameters import (
    LONGEST,
    Asked,
    Asker,
    FormatQuery,
    LimitQuery,
    OffsetQuery,
    PartnerPath,
    Question,
    RowFormat,
    Text,
)
from partnerlens.api.reply import Page, document_reply, page_of
from partnerlens.document.adoption import (
    AdoptionDocument,
    CustomerAdoptionDocument,
    CustomerDocument,
    adoption_document,
    adoption_export,
    customer_adoption_document,
    customer_document,
    lines_table,
)
from partnerlens.export.writing import write_export

router = APIRouter()

Sort = StrEnum("Sort", {name: name for name in SORTS})  # type: ignore[misc]

MOST_UNUSED = Sort("unused")

SortQuery = Annotated[
    Sort, Query(description="The order: most unused licences first, lowest deployment or usage first, or by name.")
]
TrialsQuery = Annotated[
    bool, Query(description="Also count trials, free and internal licences, and seats that nobody bought.")
]
CustomerPath = Annotated[Text, Path(description="A customer id.", min_length=1, max_length=LONGEST)]


class CustomersDocument(Page):
    """The licences of some of the customers."""

    month: str
    edition: int
    customers: list[CustomerAdoptionDocument]


@router.get(
    "/partners/{partner:path}/adoption/customers",
    response_model=CustomersDocument,
    summary="Deployment and usage by customer",
)
def customers(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    question: Question,
    sort: SortQuery = MOST_UNUSED,
    include_trials: TrialsQuery = False,  # noqa: FBT002
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return the customers on which the partner has customer credit, with their licences, some at a time."""
    found = _adoption(desk, partner, question, include_trials=include_trials)
    return _customers(request, found, sort, limit=limit, offset=offset)


@router.get(
    "/partners/{partner:path}/adoption/customers/{customer:path}",
    response_model=CustomerDocument,
    summary="Deployment and usage of one customer",
)
def customer(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    customer: CustomerPath,
    question: Question,
    include_trials: TrialsQuery = False,  # noqa: FBT002
) -> Response:
    """Return one customer with products, twelve months, own revenue and own associations, and the advice that fits."""
    history = desk.customer_adoption(partner, customer, **question.words, include_trials=include_trials)
    return document_reply(request, customer_document(history))


@router.get("/partners/{partner:path}/adoption/rows", summary="Deployment and usage as a file", **FILE)
def rows(
    desk: Asker,
    partner: PartnerPath,
    question: Question,
    include_trials: TrialsQuery = False,  # noqa: FBT002
    file_format: FormatQuery = RowFormat.CSV,
) -> Response:
    """Return one row for each customer and product, with what they rest on."""
    return _file(desk, partner, question, file_format, include_trials=include_trials)


@router.get("/partners/{partner:path}/adoption", response_model=AdoptionDocument, summary="Deployment and usage")
def adoption(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    question: Question,
    include_trials: TrialsQuery = False,  # noqa: FBT002
) -> Response:
    """Return a partner's portfolio: own licences and those of all partners, distribution, products, twelve months."""
    found = _adoption(desk, partner, question, include_trials=include_trials)
    return document_reply(request, adoption_document(found))


@router.get("/adoption/customers", response_model=CustomersDocument, summary="The program by customer")
def program_customers(
    request: Request,
    desk: Asker,
    question: Question,
    sort: SortQuery = MOST_UNUSED,
    include_trials: TrialsQuery = False,  # noqa: FBT002
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return all customers with their licences, some at a time; for operators."""
    found = _adoption(desk, None, question, include_trials=include_trials)
    return _customers(request, found, sort, limit=limit, offset=offset)


@router.get("/adoption/rows", summary="Deployment and usage of the program as a file", **FILE)
def program_rows(
    desk: Asker,
    question: Question,
    include_trials: TrialsQuery = False,  # noqa: FBT002
    file_format: FormatQuery = RowFormat.CSV,
) -> Response:
    """Return one row for each customer and product, with what they rest on; for operators."""
    return _file(desk, None, question, file_format, include_trials=include_trials)


@router.get("/adoption", response_model=AdoptionDocument, summary="Deployment and usage of the program")
def program(
    request: Request,
    desk: Asker,
    question: Question,
    include_trials: TrialsQuery = False,  # noqa: FBT002
) -> Response:
    """Return the licences of all customers, direct ones too; for operators."""
    found = _adoption(desk, None, question, include_trials=include_trials)
    return document_reply(request, adoption_document(found))


def _adoption(desk: Desk, partner: str | None, question: Asked, *, include_trials: bool) -> Adoption:
    return desk.adoption(partner, **question.words, include_trials=include_trials)


def _customers(request: Request, found: Adoption, sort: Sort, *, limit: int, offset: int) -> Response:
    listed = found.sorted_customers(SORTS[SORTS.index(sort.value)])
    page = page_of(request, total=len(listed), limit=limit, offset=offset)
    document: CustomersDocument = {
        **page,
        "month": str(found.month),
        "edition": found.edition,
        "customers": [customer_adoption_document(entry) for entry in listed[offset : offset + limit]],
    }
    return document_reply(request, document, page=page)


def _file(
    desk: Desk, partner: str | None, question: Asked, file_format: RowFormat, *, include_trials: bool
) -> Response:
    desk.check_licence_download(partner, question.month)
    found = _adoption(desk, partner, question, include_trials=include_trials)
    taken = Taken(
        partner=partner or PROGRAM,
        what="adoption",
        month=str(found.month),
        edition=found.edition,
        batches=lambda: lines_table(found).to_reader(),
        write=lambda target, form: write_export(adoption_export(found), target, file_format=form),
    )
    return file_reply(desk, taken, file_format)
