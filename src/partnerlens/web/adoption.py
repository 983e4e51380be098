"""Customers and adoption: deployment and usage of a partner's customers, or for operators of the whole program."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Basis, Desk
from partnerlens.access.reader import Rights
from partnerlens.adoption import Adoption
from partnerlens.adoption.adoption import SORTS, Bucket, Sort
from partnerlens.months import Month
from partnerlens.web.adoption_lines import (
    advice_cards,
    customer_line,
    group_line,
    left_out_words,
    methods_words,
    tiles_of,
)
from partnerlens.web.adoption_page import AdoptionPage, BucketLine, Column
from partnerlens.web.chart import share
from partnerlens.web.operator import navigation
from partnerlens.web.page import Frame, Link, State, Subject, frame_of, rendered, tongue_of
from partnerlens.web.partner import basis_lines, months_at, partner_frame, pinned_notice
from partnerlens.web.pickers import chips_of, pickers_of
from partnerlens.web.question import Question, address, choice_of, partner_path, whole_number
from partnerlens.web.tongue import Tongue
from partnerlens.web.turning import PAGE_ROWS, pages_of
from partnerlens.web.wording import FLAGS

PROGRAM_PATH = "/operator/adoption"
"""The page of the whole program."""

ON = "on"


@dataclass(frozen=True)
class Asked:
    """
    What a page of licences is asked for.

    Attributes:
        question: month and filters; its partner is empty for the whole program.
        include_trials: whether what nobody bought is counted too.
        sort: the order of customers.
    """

    question: Question
    include_trials: bool
    sort: Sort

    @classmethod
    def read(cls, request: Request, partner_id: str | None) -> "Asked":
        """Return what an address asks; raises UsageError where a parameter has no meaning."""
        query = request.query_params
        sort = choice_of(query, "sort", SORTS, SORTS[0])
        return cls(
            Question.read(partner_id or "", query),
            choice_of(query, "trials", (ON,), "") == ON,
            SORTS[SORTS.index(sort)],
        )

    @property
    def partner_id(self) -> str | None:
        """The partner; None for the whole program."""
        return self.question.partner_id or None

    @property
    def words(self) -> dict[str, object]:
        """The question in the words of the desk."""
        return {**self.question.asked, "include_trials": self.include_trials}

    def href(self, question: Question | None = None, customer_id: str | None = None, **more: object) -> str:
        """Return the address of the page, or of one customer's, with what is asked."""
        asked = self.question if question is None else question
        path = PROGRAM_PATH if self.partner_id is None else partner_path(self.partner_id, "adoption")
        if customer_id is not None:
            path = partner_path(customer_id).replace("/partners", path, 1)
        kept: dict[str, object] = {
            "trials": ON if self.include_trials else None,
            "sort": None if self.sort == SORTS[0] else self.sort,
        }
        return address(path, [*asked.parameters(), *(kept | more).items()])

    def in_month(self, month: str) -> str:
        """Return the address of the page in another month."""
        return self.href(self.question.changed(month=month, edition=None))


def adoption(request: Request, desk: Desk, partner_id: str | None) -> Response:
    """Return the page of a portfolio; without a partner that of the whole program."""
    asked = Asked.read(request, partner_id)
    found = desk.adoption(asked.partner_id, **asked.words)  # type: ignore[arg-type]
    if asked.question.nothing_chosen:
        found = replace(found, lines=(), pairs=(), left_out=())
    return rendered(request, _page(request, desk, asked, found))


def adoption_frame(request: Request, desk: Desk, asked: Asked, title: str, call: str) -> Frame:
    """Return the frame of a page of licences."""
    said = tongue_of(request)
    if asked.partner_id is None:
        return frame_of(request, title, navigation=navigation(said, PROGRAM_PATH), call=call)
    partner = desk.partner(asked.partner_id, month=asked.question.month)
    rights = desk.rights(asked.partner_id, month=asked.question.month)
    subject = Subject(partner.id, partner.name)
    return partner_frame(request, asked.question, subject, rights, "adoption", title=title, call=call)


def api_address(asked: Asked, month: str, what: str = "", **more: object) -> str:
    """Return the address at which the interface gives what a page of licences shows."""
    path = "" if asked.partner_id is None else partner_path(asked.partner_id)
    named = [
        *asked.question.changed(month=month, edition=None).parameters(),
        ("include_trials", "true" if asked.include_trials else None),
        *more.items(),
    ]
    return address(f"/api/v1{path}/adoption{what}", named)


def curl(request: Request, path: str) -> str:
    """Return the command that asks the interface."""
    return f'curl -H "Authorization: Bearer $PARTNERLENS_TOKEN" "{str(request.base_url).rstrip("/")}{path}"'


def _page(request: Request, desk: Desk, asked: Asked, found: Adoption) -> AdoptionPage:
    said, question = tongue_of(request), asked.question
    basis = desk.basis(question.month)
    call = curl(request, api_address(asked, basis.month))
    title = said.say("All customers") if found.partner_name is None else found.partner_name
    choices = desk.licence_choices(asked.partner_id, question.month)
    pickers = pickers_of(said, question, choices, asked.href)
    rights = _rights(desk, asked)
    page = whole_number(request.query_params, "page", least=1) or 1
    listed = found.sorted_customers(asked.sort)
    start = (page - 1) * PAGE_ROWS
    pinned = question.changed(month=basis.month, edition=basis.edition)
    published = [entry.month for entry in desk.months()]
    return AdoptionPage(
        frame=adoption_frame(request, desk, asked, said.say("Customers"), call),
        title=title,
        subject=found.partner_id or "",
        action=asked.href(Question(question.partner_id), trials=None, sort=None),
        kept=tuple(
            (name, value)
            for name, value in (
                ("trials", ON if asked.include_trials else ""),
                ("sort", "" if asked.sort == SORTS[0] else asked.sort),
            )
            if value
        ),
        months=months_at(said, published, basis.month, asked.in_month),
        pickers=pickers,
        chips=chips_of(said, question, pickers, asked.href),
        clear=Link(said.say("Clear filters"), asked.href(question.cleared())) if question.is_filtered else None,
        share=Link(said.say("Link to this view"), asked.href(pinned)),
        exports=_exports(asked, basis) if rights.download and listed else (),
        basis=basis_lines(said, basis, desk.settings.time_zone),
        notices=(
            *(notice for notice in (pinned_notice(said, question, basis),) if notice),
            *(said.say(FLAGS[flag].long) for flag in found.flags),
        ),
        announcement=f"{said.month(Month.parse(basis.month))}. {said.quantity(len(listed), 'customers')}",
        empty=_empty(said, asked, found),
        tiles=tiles_of(said, found),
        methods=methods_words(said, found),
        left_out=left_out_words(said, found),
        switch=trials_switch(said, asked, found),
        buckets=_buckets(said, found),
        columns=_columns(said, asked),
        has_own=found.partner_id is not None,
        customers=tuple(
            customer_line(said, customer, asked.href(customer_id=customer.customer_id))
            for customer in listed[start : start + PAGE_ROWS]
        ),
        total=said.quantity(len(listed), "customers"),
        pages=pages_of(said, len(listed), page, lambda turned: asked.href(page=turned)),
        workloads=tuple(group_line(said, group, with_id=False) for group in found.workloads),
        products=tuple(group_line(said, group, with_id=True) for group in found.products),
        advice=advice_cards(said, listed),
    )


def trials_switch(said: Tongue, asked: Asked, found: Adoption, customer_id: str | None = None) -> Link | None:
    """Return the link that counts what nobody bought, or leaves it out again; None where there is none."""
    if asked.include_trials:
        return Link(said.say("Leave them out"), asked.href(customer_id=customer_id, trials=None))
    if found.left_out:
        return Link(said.say("Count them too"), asked.href(customer_id=customer_id, trials=ON))
    return None


def _rights(desk: Desk, asked: Asked) -> Rights:
    if asked.partner_id is None:
        return Rights(download=True)
    return desk.rights(asked.partner_id, month=asked.question.month)


def _exports(asked: Asked, basis: Basis) -> tuple[Link, ...]:
    files = tuple(
        Link(form.upper(), api_address(asked, basis.month, "/rows", format=form)) for form in ("csv", "xlsx", "parquet")
    )
    return (*files, Link("JSON", api_address(asked, basis.month)))


def _empty(said: Tongue, asked: Asked, found: Adoption) -> State | None:
    if found.lines:
        return None
    if asked.question.nothing_chosen:
        return State(
            "filtered_out",
            said.say("Nothing is chosen"),
            said.say("No value is chosen in one of the filters. Choose at least one, or show all."),
            Link(said.say("Show all"), asked.href(asked.question.cleared())),
        )
    if asked.question.is_filtered:
        return State(
            "filtered_out",
            said.say("The filter leaves nothing"),
            said.say("No customer has a licence under this combination of filters. Remove one, or show all."),
            Link(said.say("Show all"), asked.href(asked.question.cleared())),
        )
    return State(
        "no_data",
        said.say("No customers yet"),
        said.say(
            "The partner is credited on no paid subscription at the end of this month. "
            "Customers appear when the first one names it."
        ),
    )


def _buckets(said: Tongue, found: Adoption) -> tuple[BucketLine, ...]:
    deployment, usage = found.buckets("deployment"), found.buckets("usage")
    most = max([bucket.customers for bucket in (*deployment, *usage)], default=0)
    return tuple(
        BucketLine(
            name=_bucket_name(said, deployed),
            is_over=deployed.low is not None and deployed.high is None,
            deployment=said.number(deployed.customers),
            deployment_bar=share(deployed.customers, most),
            usage=said.number(used.customers),
            usage_bar=share(used.customers, most),
        )
        for deployed, used in zip(deployment, usage, strict=True)
    )


def _bucket_name(said: Tongue, bucket: Bucket) -> str:
    if bucket.low is None:
        return said.say("No percentage")
    if bucket.high is None:
        return said.say("Above %(share)s", share=said.percent(bucket.low))
    return said.say("%(low)s to %(high)s", low=said.percent(bucket.low), high=said.percent(bucket.high))


def _columns(said: Tongue, asked: Asked) -> tuple[Column, ...]:
    titles = {
        "name": (said.say("Customer"), False, False),
        "deployment": (said.say("Deployment"), False, True),
        "usage": (said.say("Usage"), False, True),
        "unused": (said.say("Unused"), True, True),
    }
    return tuple(
        Column(title, asked.href(sort=sort), sort == asked.sort, is_falling, is_number)
        for sort, (title, is_falling, is_number) in titles.items()
    )
