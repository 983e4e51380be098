"""The page that holds two editions of a metric against each other, for operators."""

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.app.workspace import ListedEdition
from partnerlens.model.metric import METRICS, metric_id
from partnerlens.months import Month
from partnerlens.web.explain_changes import Comparing
from partnerlens.web.explain_page import Changes, DifferencePage
from partnerlens.web.explain_place import Place
from partnerlens.web.page import Link, State, Subject, rendered, tongue_of
from partnerlens.web.partner import Choice, partner_frame
from partnerlens.web.question import Question, whole_number
from partnerlens.web.tongue import Tongue


def difference(request: Request, desk: Desk, question: Question, metric: str) -> Response:
    """Return the page that compares two editions of a metric of a partner."""
    desk.check_operator()
    subject, said, query = metric_id(metric), tongue_of(request), request.query_params
    place = Place.of_metric(subject.value)
    basis = desk.basis(question.month)
    editions = desk.editions()
    after = whole_number(query, "after", least=1) or basis.edition
    before = whole_number(query, "before", least=1) or _earlier(editions, after)
    title = said.say("Compare two editions: %(metric)s", metric=said.say(METRICS[subject].title))
    found = desk.partner(question.partner_id, month=question.month)
    plain = question.changed(edition=None)
    here = f"difference/{subject.value}"
    changes: Changes | None = None
    sentence = ""
    if before is not None:
        filters = {name: value for name, value in question.asked.items() if name != "month"}
        products = dict(desk.choices(question.partner_id, question.month).products)
        with desk.difference(question.partner_id, subject.value, before, after, **filters) as compared:
            comparing = Comparing(said, compared, products)
            sentence = comparing.sentence()
            changes = comparing.changes(
                whole_number(query, "page", least=1) or 1,
                lambda page: plain.href(here, before=before, after=after, page=page),
            )
    return rendered(
        request,
        DifferencePage(
            frame=partner_frame(
                request,
                question,
                Subject(found.id, found.name),
                desk.rights(question.partner_id, month=question.month),
                "explain",
                title=title,
            ),
            back=Link(said.say(METRICS[subject].title), place.href(plain)),
            title=title,
            action=Question(question.partner_id).href(here),
            before=_choices(said, editions, before),
            after=_choices(said, editions, after),
            kept=tuple(plain.parameters()),
            sentence=sentence,
            changes=changes,
            exports=_exports(place, plain, before, after),
            empty=_empty(said, changes),
        ),
    )


def _earlier(editions: list[ListedEdition], number: int) -> int | None:
    """The edition of the same month before another one; None where there is none."""
    months = {listed.edition.number: listed.edition.month for listed in editions}
    earlier = [other for other, month in months.items() if other < number and month == months.get(number)]
    return max(earlier, default=None)


def _choices(said: Tongue, editions: list[ListedEdition], chosen: int | None) -> tuple[Choice, ...]:
    """The editions, latest first."""
    listed = sorted(editions, key=lambda entry: entry.edition.number, reverse=True)
    return tuple(
        Choice(str(entry.edition.number), _name(said, entry), entry.edition.number == chosen) for entry in listed
    )


def _name(said: Tongue, listed: ListedEdition) -> str:
    month: Month = listed.edition.month
    edition = said.say("Edition %(edition)s", edition=listed.edition.number)
    parts = (said.month(month), edition, *((said.say("published"),) if listed.published_at else ()))
    return " · ".join(parts)


def _exports(place: Place, question: Question, before: int | None, after: int) -> tuple[Link, ...]:
    if before is None:
        return ()
    asked = question.changed(month=None)
    return tuple(
        Link(form, place.source_href(asked, "difference/rows", format=form.lower(), before=before, after=after))
        for form in ("CSV", "XLSX", "Parquet")
    )


def _empty(said: Tongue, changes: Changes | None) -> State | None:
    if changes is None:
        return State(
            "no_data",
            said.say("The month has one edition"),
            said.say("Choose two editions, also of different months, or build the month again after a load."),
        )
    if not changes.lines:
        return State("no_data", said.say("Nothing changed"), said.say("The two editions have the same rows."))
    return None
