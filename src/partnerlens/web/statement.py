"""A statement: one partner's contribution and score of a month, to be printed."""

import hashlib
import json
from dataclasses import fields
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.access.reader import Rights
from partnerlens.access.redaction import NOT_ENTITLED
from partnerlens.access.takeaway import check_download
from partnerlens.app.scores import ScoreAnswer
from partnerlens.document.answer import answer_document
from partnerlens.document.score import score_document
from partnerlens.errors import UsageError
from partnerlens.model.result import Answer, MetricAnswer
from partnerlens.web.contribution import groups_of
from partnerlens.web.page import tongue_of
from partnerlens.web.partner import basis_lines, tier_name
from partnerlens.web.printing import printed
from partnerlens.web.question import Question, one_of
from partnerlens.web.score import lines_of, lost_of, remarks_of, way_of
from partnerlens.web.statement_page import Fact, RowsLine, ScorePart, StatementPage
from partnerlens.web.template import environment
from partnerlens.web.tongue import LANGUAGES, Tongue, tongue

MEDIA_TYPE = "application/pdf"


def statement_file(desk: Desk, question: Question, *, scorecard: str | None, language: str) -> tuple[str, bytes]:
    """
    Return a statement as a file (PDF): its name and its content; and note in the audit trail that it is taken away.

    Args:
        desk: the desk of whoever asks.
        question: the partner, with month and filters; the score has no filter.
        scorecard: a scorecard's id, or ``ID@VERSION``; None for the program's first.
        language: the language of its texts (``en``, ``fr``, ``ko``).

    Raises:
        NotFoundError: there is no such partner, month, scorecard or filter value, or not for this reader.
        ForbiddenError: the reader's role does not open the contribution, or lets nothing be taken away.
        ResourceError: what prints is not installed.
    """
    page = statement_page(desk, question, scorecard=scorecard, language=language)
    content = printed(statement_html(page))
    month = desk.basis(question.month).month
    desk.note_export(question.partner_id, "statement pdf")
    return f"{question.partner_id}-statement-{month}.pdf", content


def statement_page(desk: Desk, question: Question, *, scorecard: str | None, language: str) -> StatementPage:
    """Return what a statement shows; see ``statement_file``."""
    said = tongue(language)
    rights = desk.rights(question.partner_id, month=question.month)
    answer = desk.answer(question.partner_id, **question.asked)
    check_download(rights)
    score, no_score = _score(said, desk, question, rights, scorecard)
    return StatementPage(
        tag=language,
        title=said.say("Statement of %(month)s", month=said.month(answer.month)),
        program=desk.settings.name,
        name=answer.partner_name,
        id=answer.partner_id,
        facts=_facts(said, desk, question, answer, score),
        groups=groups_of(said, question, answer),
        score=None if score is None else _score_part(said, score),
        no_score=no_score,
        rows=tuple(_rows(said, desk, question, metric) for metric in answer.metrics if metric.reason != NOT_ENTITLED),
    )


def statement_html(page: StatementPage) -> str:
    """Return a statement as it is printed."""
    template = environment(page.tag).get_template(page.template)
    return template.render({field.name: getattr(page, field.name) for field in fields(page)})


def _score(
    said: Tongue, desk: Desk, question: Question, rights: Rights, scorecard: str | None
) -> tuple[ScoreAnswer | None, str]:
    """The score, or why there is none."""
    if "score" not in rights.pages:
        return None, said.say("Your role does not open the score.")
    if scorecard is None and not desk.settings.scorecards:
        return None, said.say("The program applies no scorecard.")
    return desk.score(question.partner_id, month=question.month, scorecard=scorecard), ""


def _facts(said: Tongue, desk: Desk, question: Question, answer: Answer, score: ScoreAnswer | None) -> tuple[Fact, ...]:
    basis = desk.basis(question.month)
    products = dict(desk.choices(question.partner_id, question.month).products)
    chosen = {
        said.say("Product"): [products.get(each, each) for each in sorted(answer.filter.products)],
        said.say("Workload"): sorted(answer.filter.workloads),
        said.say("Customer location"): [said.country(code) for code in sorted(answer.filter.countries)],
    }
    facts = [
        Fact(said.say("Data month"), said.month(answer.month)),
        *(Fact(name, said.listed(values) if values else said.say("All")) for name, values in chosen.items()),
        Fact(said.say("Rests on"), " · ".join(basis_lines(said, basis, desk.settings.time_zone))),
        Fact(said.say("Digest of the contribution"), digest_of(answer_document(answer)), is_code=True),
    ]
    if score is not None:
        named = f"{score.scorecard.id} {score.scorecard.version}"
        facts += [
            Fact(said.say("Scorecard"), f"{said.say(score.scorecard.title)} ({named})"),
            Fact(said.say("Digest of the score"), digest_of(score_document(score)), is_code=True),
        ]
    return tuple(facts)


def digest_of(document: Any) -> str:
    """Return the digest of a JSON document: SHA-256 of its text with sorted names and without spaces."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _score_part(said: Tongue, answer: ScoreAnswer) -> ScorePart:
    shown = answer.score
    return ScorePart(
        title=f"{said.say(answer.scorecard.title)} · {said.say(shown.title)}",
        points=said.points(shown.points),
        tier=tier_name(said, shown.tier),
        remarks=remarks_of(said, answer),
        lost=lost_of(said, shown),
        lines=lines_of(said, answer),
        way=way_of(said, answer),
    )


def _rows(said: Tongue, desk: Desk, question: Question, metric: MetricAnswer) -> RowsLine:
    with desk.explain(question.partner_id, metric.id.value, **question.asked) as explained:
        return RowsLine(
            title=said.say(metric.metric.title),
            counted=said.number(explained.rows_there(counted=True)),
            not_counted=said.number(explained.rows_there(counted=False)),
            digest=explained.digest() or "",
        )


def check_language(language: str) -> str:
    """Return a language of the pages; raises UsageError for another."""
    if language not in LANGUAGES:
        raise UsageError(f"there is no language '{language}'", f"use {', '.join(LANGUAGES)}")
    return language


def pdf_reply(name: str, content: bytes) -> Response:
    """Return a PDF as a file of its name; it is kept by nobody on the way."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-store",
        "Vary": "Cookie, Authorization",
    }
    return Response(content, headers=headers, media_type=MEDIA_TYPE)


def statement(request: Request, desk: Desk, question: Question) -> Response:
    """Return the statement of a partner in the language of the page."""
    if question.nothing_chosen:
        raise UsageError("a filter has no value", "choose at least one, or leave the filter out")
    scorecard = one_of(request.query_params, "scorecard")
    return pdf_reply(*statement_file(desk, question, scorecard=scorecard, language=tongue_of(request).tag))
