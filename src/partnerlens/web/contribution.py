"""The contribution page: eight tiles with trend, twelve months and benchmark, under the reader's filters."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.choices import Choices
from partnerlens.access.desk import Basis, Desk
from partnerlens.access.reader import Rights
from partnerlens.access.redaction import NOT_ENTITLED
from partnerlens.model.result import Answer, BandRange, MetricAnswer
from partnerlens.months import Month
from partnerlens.web import wording
from partnerlens.web.chart import Spark, spark
from partnerlens.web.contribution_page import ContributionPage, Group, Improvement, Step, Tile, Trend
from partnerlens.web.page import Link, State, Subject, rendered, tongue_of
from partnerlens.web.partner import basis_lines, months_of, partner_frame, pinned_notice
from partnerlens.web.pickers import Picker, chips_of, pickers_of
from partnerlens.web.printing import can_print
from partnerlens.web.question import Question
from partnerlens.web.tongue import Tongue

BANDS = (1, 2, 3, 4)
"""The four steps of the bar."""


def contribution(request: Request, desk: Desk, question: Question) -> Response:
    """Return the contribution page of a partner."""
    said = tongue_of(request)
    rights = desk.rights(question.partner_id, month=question.month)
    basis = desk.basis(question.month)
    partner = desk.partner(question.partner_id, month=question.month)
    answer = desk.answer(question.partner_id, **question.asked)
    page = _page(
        request,
        said,
        question,
        rights=rights,
        basis=basis,
        subject=Subject(partner.id, partner.name),
        choices=desk.choices(question.partner_id, question.month),
        published=tuple(month.month for month in desk.months()),
        time_zone=desk.settings.time_zone,
        answer=answer,
    )
    return rendered(request, page)


def _page(
    request: Request,
    said: Tongue,
    question: Question,
    *,
    rights: Rights,
    basis: Basis,
    subject: Subject,
    choices: Choices,
    published: tuple[str, ...],
    time_zone: str,
    answer: Answer,
) -> ContributionPage:
    pickers = pickers_of(said, question, choices, Question.href)
    empty = _empty(said, question, answer, pickers)
    has_before = str(answer.month - 1) in published
    groups = () if question.nothing_chosen else groups_of(said, question, answer, has_before=has_before)
    peers = _peers(answer)
    month = said.month(Month.parse(basis.month))
    return ContributionPage(
        frame=partner_frame(
            request, question, subject, rights, "contribution", call=_call(request, question, basis.month)
        ),
        action=Question(question.partner_id).href(),
        months=months_of(said, published, question, "", basis.month),
        pickers=pickers,
        chips=chips_of(said, question, pickers, Question.href),
        clear=Link(said.say("Clear filters"), question.cleared().href()) if question.is_filtered else None,
        share=Link(said.say("Link to this view"), question.changed(month=basis.month, edition=basis.edition).href()),
        exports=_exports(question, basis) if rights.download and not question.nothing_chosen else (),
        basis=basis_lines(said, basis, time_zone, peers),
        notice=pinned_notice(said, question, basis),
        announcement=f"{month}. {said.say_count('%(number)s partner compared', '%(number)s partners compared', peers)}",
        empty=empty,
        improvement=None if empty else _improvement(said, question, answer),
        groups=groups,
    )


def groups_of(said: Tongue, question: Question, answer: Answer, *, has_before: bool = False) -> tuple[Group, ...]:
    """
    Return the tiles of an answer, in their groups.

    Args:
        said: the language.
        question: what was asked, for the links of the tiles.
        answer: the answer.
        has_before: whether the month before is published, so that a tile leads to what changed since.
    """
    plain = question.changed(edition=None)
    return tuple(
        Group(
            group.name.lower(),
            said.say(group.value),
            tuple(_tile(said, plain, metric, has_before=has_before) for metric in metrics),
        )
        for group, metrics in groupby(answer.metrics, key=lambda metric: metric.metric.group)
    )


def _tile(said: Tongue, question: Question, metric: MetricAnswer, *, has_before: bool) -> Tile:
    state = _value_state(said, metric)
    figures = ["" if point.value is None else said.figure(point.value, metric.unit) for point in metric.series]
    benchmark = metric.benchmark
    entitled = metric.reason != NOT_ENTITLED
    rows = f"explain/{metric.id.value}"
    since = said.say("Since %(month)s", month=said.month(metric.series[-2].month))
    return Tile(
        id=metric.id.value,
        title=said.say(metric.metric.title),
        definition=said.say(metric.metric.definition),
        method=said.say(wording.METHODS[metric.method]),
        value="" if metric.value is None else said.figure(metric.value, metric.unit),
        unit="" if metric.value is None else said.unit_after(metric.value, metric.unit),
        state=state,
        trend=_trend(said, metric),
        spark=_spark(said, metric, figures),
        series=tuple(
            (said.month(point.month), figure or "–", point.value or "")
            for point, figure in zip(metric.series, figures, strict=True)
        )
        if entitled
        else (),
        steps=tuple(_step(said, metric, band) for band in BANDS) if benchmark.ranges else (),
        standing=_standing(said, metric),
        withheld=_withheld(said, metric) if entitled else None,
        to_next=""
        if benchmark.to_next_band is None
        else said.say(
            "%(quantity)s more reaches a higher band", quantity=said.quantity(benchmark.to_next_band, metric.unit)
        ),
        flags=tuple(_flag(said, flag) for flag in metric.flags),
        why=question.href(rows) if entitled else "",
        bands=question.href(f"band/{metric.id.value}") if benchmark.ranges else "",
        compare=Link(since, question.href(rows, tab="since")) if entitled and has_before else None,
    )


def _value_state(said: Tongue, metric: MetricAnswer) -> State | None:
    if metric.reason is None:
        return None
    if metric.reason == NOT_ENTITLED:
        words, kind = wording.NOT_ENTITLED, "not_entitled"
    else:
        words, kind = wording.NOT_COMPUTABLE[metric.reason], "not_computable"
    return State(kind, said.say(words.short), said.say(words.long))


def _withheld(said: Tongue, metric: MetricAnswer) -> State | None:
    reason = metric.benchmark.withheld
    if reason is None:
        return None
    words = wording.WITHHELD[reason]
    return State("withheld", said.say(words.short), said.say(words.long))


def _flag(said: Tongue, flag: str) -> wording.Words:
    words = wording.FLAGS.get(flag, wording.Words(flag, ""))
    return wording.Words(said.say(words.short), said.say(words.long))


def _trend(said: Tongue, metric: MetricAnswer) -> Trend | None:
    trend = metric.trend
    if trend.direction == "none" or trend.difference is None:
        return None
    before = said.month(metric.series[-2].month)
    text = said.figure(trend.difference, metric.unit)
    size = said.quantity(trend.difference.removeprefix("-"), metric.unit)
    sentence = (
        said.say("%(size)s more than in %(month)s", size=size, month=before)
        if trend.direction == "up"
        else said.say("%(size)s less than in %(month)s", size=size, month=before)
    )
    return Trend(trend.direction, f"+{text}" if trend.direction == "up" else text, sentence)


def _spark(said: Tongue, metric: MetricAnswer, figures: Sequence[str]) -> Spark | None:
    values = [None if point.value is None else Decimal(point.value) for point in metric.series]
    present = [(value, figure) for value, figure in zip(values, figures, strict=True) if value is not None]
    if not present:
        return None
    sentence = said.say(
        "%(months)s: from %(first)s to %(last)s, lowest %(low)s, highest %(high)s",
        months=said.months(metric.series[0].month, metric.series[-1].month),
        first=present[0][1],
        last=present[-1][1],
        low=min(present)[1],
        high=max(present)[1],
    )
    return spark(values, sentence)


def _step(said: Tongue, metric: MetricAnswer, band: int) -> Step:
    held = next((entry for entry in metric.benchmark.ranges if entry.band == band), None)
    is_here = metric.benchmark.band == band
    name = said.say("Band %(band)s:", band=band)
    if held is None:
        return Step(name, "", "", is_here)
    return Step(name, _span(said, metric, held), said.quantity(held.partners, "partners"), is_here)


def _span(said: Tongue, metric: MetricAnswer, held: BandRange) -> str:
    low, high = said.compact(held.minimum, metric.unit), said.compact(held.maximum, metric.unit)
    # A line may break after the dash, and nowhere else.
    return low if low == high else said.say("%(low)s–%(high)s", low=low, high=f"\u200b{high}")


def _standing(said: Tongue, metric: MetricAnswer) -> str:
    benchmark = metric.benchmark
    if benchmark.withheld is not None or benchmark.peers is None:
        return ""
    peers = said.quantity(benchmark.peers, "peers")
    held = next((entry for entry in benchmark.ranges if entry.band == benchmark.band), None)
    if held is None:
        return said.say("Not among the partners compared, %(peers)s", peers=peers)
    after = said.unit_after(held.maximum, metric.unit)
    high = f"{said.figure(held.maximum, metric.unit)}{said.gap(after)}{after}"
    if held.minimum == held.maximum:
        return said.say("Band %(band)s of 4, %(value)s, %(peers)s", band=held.band, value=high, peers=peers)
    return said.say(
        "Band %(band)s of 4, %(low)s to %(high)s, %(peers)s",
        band=held.band,
        low=said.figure(held.minimum, metric.unit),
        high=high,
        peers=peers,
    )


def _peers(answer: Answer) -> int:
    return max((metric.benchmark.peers or 0 for metric in answer.metrics), default=0)


def _empty(said: Tongue, question: Question, answer: Answer, pickers: tuple[Picker, ...]) -> State | None:
    """Why there is nothing to see under the filters."""
    show_all = Link(said.say("Show all"), question.cleared().href())
    if question.nothing_chosen:
        named = said.listed(picker.label for picker in pickers if picker.name in question.nothing_chosen)
        return State(
            "filtered_out",
            said.say("Nothing is chosen"),
            said.say("No value is chosen for: %(filters)s. Choose at least one, or show all.", filters=named),
            show_all,
        )
    if question.is_filtered and all(metric.value in {None, "0"} for metric in answer.metrics):
        return State(
            "filtered_out",
            said.say("The filter leaves nothing"),
            said.say("The partner has nothing under this combination of filters. Remove one, or show all."),
            show_all,
        )
    return None


def _improvement(said: Tongue, question: Question, answer: Answer) -> Improvement | None:
    """
    The metric whose next band is nearest, in terms of the value that reaches it.

    Distances in customers and in money cannot be compared; their shares of what is needed can.
    """
    near = []
    for place, metric in enumerate(answer.metrics):
        distance = metric.benchmark.to_next_band
        if distance is None or metric.value is None:
            continue
        needed = abs(Decimal(metric.value) + Decimal(distance)) or Decimal(1)
        near.append((Decimal(distance) / needed, place, metric))
    if not near:
        return None
    _, _, metric = min(near)
    sentence = said.say(
        "%(metric)s: %(quantity)s more reaches a higher band. No other metric is so near to its next one.",
        metric=said.say(metric.metric.title),
        quantity=said.quantity(metric.benchmark.to_next_band or "0", metric.unit),
    )
    return Improvement(
        sentence,
        Link(
            said.say("See what counts, and what does not"),
            question.changed(edition=None).href(f"explain/{metric.id.value}", tab="not-counted"),
        ),
    )


def _exports(question: Question, basis: Basis) -> tuple[Link, ...]:
    """The answer as the interface gives it, and as a statement; rows are taken away where they are listed."""
    pinned = question.changed(month=basis.month, edition=None)
    answer = Link("JSON", f"/api/v1{pinned.href('answer')}")
    return (answer, Link("PDF", pinned.href("statement"))) if can_print() else (answer,)


def _call(request: Request, question: Question, month: str) -> str:
    """The command that asks the interface for the same answer."""
    pinned = question.changed(month=month, edition=None).href("answer")
    base = str(request.base_url).rstrip("/")
    return f'curl -H "Authorization: Bearer $PARTNERLENS_TOKEN" "{base}/api/v1{pinned}"'
