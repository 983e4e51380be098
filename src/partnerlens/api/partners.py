"""Partners: which there are, their numbers and their scores."""

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from partnerlens.answer.edition import Partner
from partnerlens.api.parameters import (
    LONGEST,
    Asker,
    LimitQuery,
    MonthQuery,
    OffsetQuery,
    PartnerPath,
    Question,
    RollOffQuery,
    ScorecardQuery,
    SearchQuery,
    Text,
    TrackQuery,
)
from partnerlens.api.reply import Page, document_reply, page_of
from partnerlens.app.scores import Changes
from partnerlens.build.narrow import Association
from partnerlens.document.answer import AnswerDocument, answer_document
from partnerlens.document.score import ScoreDocument, score_document
from partnerlens.model.facts import TABLES

router = APIRouter()

MOST_CHANGES = 100
ALWAYS = date(1970, 1, 1)

Name = Annotated[Text, Field(min_length=1, max_length=LONGEST)]
Number = Annotated[str, Field(pattern=r"^-?[0-9]{1,18}(\.[0-9]{1,18}|/[1-9][0-9]{0,17})?$", examples=["12", "1/3"])]
Units = Annotated[int, Field(ge=-(10**9), le=10**9)]


class PartnerDocument(TypedDict):
    """A partner; ``account`` is the account that it is a location of, null for an account."""

    partner: str
    name: str
    country: str
    account: str | None


class PartnersDocument(Page):
    """Some of the partners that the reader may see, by name."""

    partners: list[PartnerDocument]


class RightsDocument(TypedDict):
    """What the reader may see of the partner."""

    pages: list[str]
    revenue: bool
    personal: bool
    download: bool


class OnePartnerDocument(PartnerDocument):
    """A partner with what the reader may see of it."""

    rights: RightsDocument


class ProductDocument(TypedDict):
    """A product."""

    product: str
    name: str


class ChoicesDocument(TypedDict):
    """The filter values under which a partner has something."""

    products: list[ProductDocument]
    workloads: list[str]
    countries: list[str]


_CHOICES = {column.name: column.choices for column in TABLES["associations"].columns}
AssociationType = StrEnum("AssociationType", {name: name for name in _CHOICES["type"]})  # type: ignore[misc]
Claim = StrEnum("Claim", {name: name for name in _CHOICES["claim"]})  # type: ignore[misc]


class Supposed(BaseModel):
    """An association that is supposed for the sake of the question."""

    model_config = ConfigDict(extra="forbid")

    subscription: Name = Field(description="The subscription's id.")
    type: AssociationType = Field(description="How the partner is associated.")
    claim: Claim | None = Field(None, description="What a CPOR association claims.")
    start: date = Field(ALWAYS, description="Since when; all the time by default.")


class WhatIf(BaseModel):
    """
    A question of the form "what if": what to change before scoring.

    Numbers are exact texts, such as ``12``, ``0.35`` or ``1/3``.
    """

    model_config = ConfigDict(extra="forbid")

    scorecard: Name | None = Field(None, description="A scorecard's id, or ID@VERSION.")
    month: str | None = Field(None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="The data month.")
    track: Name | None = Field(None, description="Only this track of the scorecard.")
    costs: dict[Name, Number] = Field(
        default_factory=dict, max_length=MOST_CHANGES, description="What one more unit costs, by indicator."
    )
    values: dict[Name, Number] = Field(
        default_factory=dict, max_length=MOST_CHANGES, description="Other values, by indicator."
    )
    added: dict[Name, Units] = Field(
        default_factory=dict, max_length=MOST_CHANGES, description="Units added, by indicator."
    )
    associations: list[Supposed] = Field(
        default_factory=list,
        max_length=MOST_CHANGES,
        description="Associations supposed for the partner; for operators.",
    )

    @property
    def changes(self) -> Changes:
        """What to change before scoring."""
        return Changes(
            values={name: Fraction(text) for name, text in self.values.items()},
            added=self.added,
            associations=tuple(
                Association(one.subscription, one.type.value, one.claim.value if one.claim else None, one.start)
                for one in self.associations
            ),
        )


@router.get("/partners", response_model=PartnersDocument, summary="The partners that you may see")
def partners(
    request: Request,
    desk: Asker,
    search: SearchQuery = None,
    month: MonthQuery = None,
    limit: LimitQuery = 50,
    offset: OffsetQuery = 0,
) -> Response:
    """Return partners by name, some at a time."""
    found = desk.partners(search, month=month, limit=limit, offset=offset)
    page = page_of(request, total=found.total, limit=limit, offset=offset)
    document: PartnersDocument = {**page, "partners": [_partner(partner) for partner in found.partners]}
    return document_reply(request, document, page=page)


@router.get("/partners/{partner:path}/choices", response_model=ChoicesDocument, summary="The values of its filters")
def choices(request: Request, desk: Asker, partner: PartnerPath, month: MonthQuery = None) -> Response:
    """Return the products, workloads and customer locations that the partner has something in."""
    found = desk.choices(partner, month)
    document: ChoicesDocument = {
        "products": [{"product": product, "name": name} for product, name in found.products],
        "workloads": list(found.workloads),
        "countries": list(found.countries),
    }
    return document_reply(request, document)


@router.get("/partners/{partner:path}/answer", response_model=AnswerDocument, summary="The eight metrics")
def answer(request: Request, desk: Asker, partner: PartnerPath, question: Question) -> Response:
    """Return the eight metrics with trend, series and benchmark."""
    return document_reply(request, answer_document(desk.answer(partner, **question.words)))


@router.get("/partners/{partner:path}/score", response_model=ScoreDocument, summary="The score, with path and roll-off")
def score(
    request: Request,
    desk: Asker,
    partner: PartnerPath,
    scorecard: ScorecardQuery = None,
    month: MonthQuery = None,
    track: TrackQuery = None,
    roll_off: RollOffQuery = False,  # noqa: FBT002
) -> Response:
    """Return points, tier, the path to the next tier, and what rolls off."""
    answered = desk.score(partner, scorecard=scorecard, month=month, track=track)
    shown = answered.score.track
    leaving = desk.roll_off(partner, scorecard=scorecard, month=month, track=shown) if roll_off else None
    return document_reply(request, score_document(answered, leaving))


@router.post("/partners/{partner:path}/score", response_model=ScoreDocument, summary="What if")
def what_if(request: Request, desk: Asker, partner: PartnerPath, wanted: Annotated[WhatIf, Body()]) -> Response:
    """Return the score as it would be with other values, added units or supposed associations; nothing is kept."""
    answered = desk.score(
        partner,
        scorecard=wanted.scorecard,
        month=wanted.month,
        track=wanted.track,
        costs={name: Fraction(text) for name, text in wanted.costs.items()},
        changes=wanted.changes,
    )
    return document_reply(request, score_document(answered))


@router.get("/partners/{partner:path}", response_model=OnePartnerDocument, summary="A partner")
def one_partner(request: Request, desk: Asker, partner: PartnerPath, month: MonthQuery = None) -> Response:
    """Return a partner with what you may see of it."""
    rights = desk.rights(partner, month=month)
    document: OnePartnerDocument = {
        **_partner(desk.partner(partner, month=month)),
        "rights": {
            "pages": sorted(rights.pages),
            "revenue": rights.revenue,
            "personal": rights.personal,
            "download": rights.download,
        },
    }
    return document_reply(request, document)


def _partner(partner: Partner) -> PartnerDocument:
    return {"partner": partner.id, "name": partner.name, "country": partner.country, "account": partner.account}
