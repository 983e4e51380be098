"""The score page: total and tier, indicators, the way to the next tier, what rolls off, and what would be if."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.app.scores import Changes, ScoreAnswer
from partnerlens.errors import UsageError
from partnerlens.model.score import DeadEnd, IndicatorScore, PathStep, RolledMonth, Score
from partnerlens.months import Month
from partnerlens.web import wording
from partnerlens.web.chart import share
from partnerlens.web.page import Link, Subject, rendered, tongue_of
from partnerlens.web.partner import Choice, Months, basis_lines, months_of, partner_frame, pinned_notice, tier_name
from partnerlens.web.printing import can_print
from partnerlens.web.question import Question, one_of
from partnerlens.web.score_page import Line, Mark, Other, Rolled, ScorePage, Way
from partnerlens.web.tongue import Tongue

ADD = "add."
"""What the parameters of supposed units begin with; the indicator follows."""

SET = "set."
"""What the parameters of supposed values begin with; the indicator follows."""

MOST_ADDED = 10**9
"""Most units that can be supposed."""

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,18})?")
"""What a supposed value looks like."""

MONEY_STEP = 1000
"""Points of one more unit of money are too few to read, so they are given for so many."""

HUNDRED = 100


@dataclass(frozen=True)
class Supposed:
    """
    What the address supposes beside its question.

    Attributes:
        scorecard: the scorecard; None for the program's first.
        track: the track; None for the partner's own.
        added: units by indicator.
        values: other values by indicator, as they were typed; growth in percent.
    """

    scorecard: str | None
    track: str | None
    added: Mapping[str, int]
    values: Mapping[str, str]

    @classmethod
    def read(cls, query: QueryParams) -> "Supposed":
        """Return what an address supposes; raises UsageError where units are no whole number or a value is none."""
        added, values = {}, {}
        for name in query:
            text = one_of(query, name) if name.startswith((ADD, SET)) else None
            if text is None:
                continue
            if name.startswith(SET):
                values[name.removeprefix(SET)] = _value(name, text)
            elif units := _units(name, text):
                added[name.removeprefix(ADD)] = units
        return cls(one_of(query, "scorecard"), one_of(query, "track"), added, values)

    @property
    def is_what_if(self) -> bool:
        """Whether any number is supposed."""
        return bool(self.added or self.values)

    def changes(self, plain: ScoreAnswer) -> Changes:
        """Return what to change before scoring; a growth is typed in percent and kept as a ratio."""
        indicators = [indicator for score in plain.scores for indicator in score.indicators]
        ratios = {indicator.id for indicator in indicators if indicator.denominator is not None}
        return Changes(
            added=self.added,
            values={name: Fraction(text) / (HUNDRED if name in ratios else 1) for name, text in self.values.items()},
        )

    def parameters(self) -> dict[str, object]:
        """Return what the address names."""
        named: dict[str, object] = {"scorecard": self.scorecard, "track": self.track}
        named |= {f"{SET}{name}": value for name, value in self.values.items()}
        return named | {f"{ADD}{name}": units for name, units in self.added.items()}


NOTHING = Supposed(None, None, {}, {})
"""What an address supposes that supposes nothing."""


def score(request: Request, desk: Desk, question: Question) -> Response:
    """Return the score page of a partner."""
    supposed = Supposed.read(request.query_params)
    partner_id, month = question.partner_id, question.month
    plain = desk.score(partner_id, month=month, scorecard=supposed.scorecard)
    answer = plain
    if supposed.is_what_if or supposed.track:
        changes = supposed.changes(plain)
        answer = desk.score(
            partner_id, month=month, scorecard=supposed.scorecard, track=supposed.track, changes=changes
        )
    return rendered(request, _page(request, desk, question, supposed, plain, answer))


def _page(
    request: Request, desk: Desk, question: Question, supposed: Supposed, plain: ScoreAnswer, answer: ScoreAnswer
) -> ScorePage:
    said = tongue_of(request)
    rights = desk.rights(question.partner_id, month=question.month)
    basis = desk.basis(question.month)
    shown = answer.score
    (was,) = (known.points for known in plain.scores if known.track == shown.track)
    question = question.cleared()
    pinned = question.changed(month=basis.month, edition=basis.edition)
    chosen = {"scorecard": supposed.scorecard, "track": supposed.track}
    subject = Subject(answer.partner_id, answer.partner_name)
    known = {version.id: version.title for version in desk.scorecards()}
    tier = tier_name(said, shown.tier)
    rows_of = _rows_of(question, {"scorecard": supposed.scorecard or answer.scorecard.id, "track": shown.track})
    return ScorePage(
        frame=partner_frame(request, question, subject, rights, "score", call=_call(request, question)),
        action=Question(question.partner_id).href("score"),
        months=_months(said, desk, question, supposed, basis.month),
        scorecards=_scorecards(said, desk, known, answer),
        tracks=_tracks(said, answer),
        basis=basis_lines(said, replace(basis, credit_policy=answer.scorecard.credit_policy), desk.settings.time_zone),
        notice=pinned_notice(said, question, basis),
        share=Link(said.say("Link to this view"), pinned.href("score", **supposed.parameters())),
        statement=question.changed(edition=None).href("statement", scorecard=supposed.scorecard)
        if rights.download and "contribution" in rights.pages and can_print()
        else "",
        title=f"{said.say(answer.scorecard.title)} · {said.say(shown.title)}",
        remarks=remarks_of(said, answer),
        points=said.points(shown.points),
        was=said.points(was) if was != shown.points else "",
        tier=tier,
        fill=share(float(shown.points), HUNDRED),
        marks=_marks(said, answer),
        lines=tuple(_line(said, indicator, answer, supposed, rows_of(indicator.id)) for indicator in shown.indicators),
        way=way_of(said, answer),
        roll_off=_roll_off(said, rows_of, answer),
        lost=lost_of(said, shown),
        others=_others(said, desk, question, known, plain, shown),
        rules=_rules(said, answer),
        kept=tuple((name, value) for name, value in {"month": question.month, **chosen}.items() if value),
        reset=_reset(said, question, supposed),
        announcement=f"{said.quantity(_rounded(shown.points), 'points')}, {tier}",
    )


def _tracks(said: Tongue, answer: ScoreAnswer) -> tuple[Choice, ...]:
    """The tracks to choose from; none where there is one."""
    tracks = answer.scorecard.tracks
    if len(tracks) == 1:
        return ()
    return tuple(Choice(name, said.say(track.title), name == answer.score.track) for name, track in tracks.items())


def _units(name: str, text: str) -> int:
    try:
        units = int(text)
    except ValueError:
        units = MOST_ADDED + 1
    if abs(units) > MOST_ADDED or not text.isascii():
        raise UsageError(f"'{name}' is '{text}'", f"give a whole number of units, at most {MOST_ADDED:,}")
    return units


def _reset(said: Tongue, question: Question, supposed: Supposed) -> Link | None:
    """The way back from what is supposed; None where nothing is."""
    if not supposed.is_what_if:
        return None
    real = question.href("score", scorecard=supposed.scorecard, track=supposed.track)
    return Link(said.say("Back to the real score"), real)


def _value(name: str, text: str) -> str:
    if not NUMBER.fullmatch(text):
        raise UsageError(f"'{name}' is '{text}'", "give a number such as 12 or 12.5; growth in percent")
    return text


def _rounded(points: Fraction) -> Fraction:
    return Fraction(round(points * 10), 10)


def _months(said: Tongue, desk: Desk, question: Question, supposed: Supposed, shown: str) -> Months:
    published = [month.month for month in desk.months()]
    months = months_of(said, published, question.cleared(), "score", shown)
    kept = {"scorecard": supposed.scorecard, "track": supposed.track}

    def step(by: int, link: Link | None) -> Link | None:
        if link is None:
            return None
        month = str(Month.parse(shown) + by)
        return Link(link.label, question.cleared().changed(month=month, edition=None).href("score", **kept))

    return Months(months.choices, step(-1, months.earlier), step(1, months.later))


def _scorecards(said: Tongue, desk: Desk, named: Mapping[str, str], answer: ScoreAnswer) -> tuple[Choice, ...]:
    """The scorecards, those that the program applies first; of each the version that holds."""
    applied = desk.settings.scorecards
    order = [name for name in applied if name in named] + [name for name in named if name not in applied]
    return tuple(Choice(name, said.say(named[name]), name == answer.scorecard.id) for name in order)


def remarks_of(said: Tongue, answer: ScoreAnswer) -> tuple[str, ...]:
    """Return what to know about a score, in sentences."""
    remarks = []
    if answer.is_what_if:
        remarks.append(said.say("What if: these numbers are not the partner's."))
    if not answer.is_published:
        remarks.append(said.say("The program does not apply this scorecard; it was computed from the edition's facts."))
    if answer.ended_on:
        remarks.append(said.say("The scorecard ended on %(day)s.", day=said.day(answer.ended_on)))
    remarks += [said.say(wording.FLAGS[flag].long) for flag in answer.flags]
    if answer.score.rounds_to:
        remarks.append(
            said.say(
                "Rounded to %(points)s points it would seem %(tier)s; the exact score decides.",
                points=said.points(answer.score.points, 0),
                tier=tier_name(said, answer.score.rounds_to),
            )
        )
    return tuple(remarks)


def _marks(said: Tongue, answer: ScoreAnswer) -> tuple[Mark, ...]:
    tiers = answer.scorecard.tiers_of(answer.score.track)
    return tuple(
        Mark(tier_name(said, tier.name), said.points(tier.points), share(float(tier.points), HUNDRED))
        for tier in reversed(tiers)
        if tier.points is not None
    )


def _unit(unit: str, currency: str) -> str:
    return currency if unit == "currency" else unit


def _amount(said: Tongue, value: Fraction | None, indicator: IndicatorScore, currency: str) -> str:
    if value is None:
        return "–"
    if indicator.denominator is not None:
        return said.percent(value)
    return said.quantity(value, _unit(indicator.unit, currency))


def _rows_of(question: Question, named: Mapping[str, str]) -> Callable[..., str]:
    """What gives the address of the rows behind an indicator of the score that is shown."""
    plain = question.changed(edition=None)

    def address_of(indicator: str, **more: str) -> str:
        return plain.href(f"indicators/{indicator}", **named, **more)

    return address_of


def lines_of(said: Tongue, answer: ScoreAnswer) -> tuple[Line, ...]:
    """Return the indicators of a score, without links and with nothing supposed."""
    return tuple(_line(said, indicator, answer, NOTHING, "") for indicator in answer.score.indicators)


def _line(said: Tongue, indicator: IndicatorScore, answer: ScoreAnswer, supposed: Supposed, why: str) -> Line:
    unit = _unit(indicator.unit, answer.currency)
    return Line(
        id=indicator.id,
        title=said.say(indicator.title),
        value=_amount(said, indicator.value, indicator, answer.currency),
        threshold=_amount(said, indicator.threshold, indicator, answer.currency),
        points=said.points(indicator.points),
        most=said.points(indicator.max),
        filled=share(float(indicator.points), float(indicator.max)),
        next_unit=_next_unit(said, indicator, answer.currency),
        remarks=tuple(
            said.say(wording.POINTS_REASONS.get(code, code)) for code in (indicator.reason, *indicator.flags) if code
        ),
        unit=said.unit_name(unit),
        value_unit="%" if indicator.denominator is not None else said.unit_name(unit),
        can_set=indicator.value is not None,
        instead=supposed.values.get(indicator.id, ""),
        added=str(supposed.added.get(indicator.id, "")),
        why=why,
    )


def _next_unit(said: Tongue, indicator: IndicatorScore, currency: str) -> str:
    points = indicator.next_unit_points
    if points == 0:
        return said.say("nothing")
    if indicator.unit == "currency":
        points = min(points * MONEY_STEP, indicator.max - indicator.points)
        return said.say("+%(points)s for %(unit)s", points=said.number(points), unit=said.compact(MONEY_STEP, currency))
    return said.say("+%(points)s for %(unit)s", points=said.number(points), unit=said.quantity(1, indicator.unit))


def way_of(said: Tongue, answer: ScoreAnswer) -> Way | None:
    """Return the way to the next tier; None at the best."""
    tier = answer.score.next_tier
    if tier is None:
        return None
    titles = {indicator.id: said.say(indicator.title) for indicator in answer.score.indicators}
    name = tier_name(said, tier.tier)
    title = (
        said.say(
            "The way to %(tier)s: %(points)s missing",
            tier=name,
            points=said.quantity(_rounded(tier.points_missing), "points"),
        )
        if tier.points_missing
        else said.say("The way to %(tier)s: conditions are missing", tier=name)
    )
    steps = tuple(_path_step(said, step, answer, titles) for step in tier.path)
    if not tier.reachable:
        steps = (said.say("No number of whole units reaches it."),)
    return Way(
        title,
        steps,
        tuple(_dead_end(said, end, titles) for end in tier.dead_ends),
    )


def _dead_end(said: Tongue, end: DeadEnd, titles: Mapping[str, str]) -> str:
    reason = said.say(wording.POINTS_REASONS.get(end.reason, end.reason))
    return f"{titles.get(end.indicator, end.indicator)}: {reason}"


def _path_step(said: Tongue, step: PathStep, answer: ScoreAnswer, titles: Mapping[str, str]) -> str:
    quantity = said.quantity(step.add, _unit(step.unit, answer.currency))
    values = {"quantity": quantity, "indicator": titles.get(step.indicator, step.indicator)}
    if step.gate is not None:
        text = said.say("%(quantity)s more for the step '%(gate)s' of %(indicator)s", gate=step.gate, **values)
    else:
        text = said.say(
            "%(quantity)s more: %(indicator)s (+%(points)s points)", points=said.points(step.points), **values
        )
    if step.also:
        named = said.listed(titles.get(name, name) for name in step.also)
        text = f"{text} · {said.say('also counts for %(indicators)s', indicators=named)}"
    return text


def _roll_off(said: Tongue, rows_of: Callable[..., str], answer: ScoreAnswer) -> tuple[Rolled, ...]:
    shown = answer.score
    lines = {indicator.id: indicator for indicator in shown.indicators}
    return tuple(
        Rolled(
            month=said.month(month.month),
            short=said.month_name(month.month),
            points=said.points(month.points),
            number=round(float(month.points), 1),
            tier=tier_name(said, month.tier),
            changes=_changes(said, rows_of, month, lines, answer.currency),
            height=share(float(month.points), HUNDRED),
            is_lost=shown.lost_in is not None and month.month >= shown.lost_in,
        )
        for month in shown.roll_off
    )


def _changes(
    said: Tongue,
    rows_of: Callable[..., str],
    month: RolledMonth,
    lines: Mapping[str, IndicatorScore],
    currency: str,
) -> tuple[Link, ...]:
    links = []
    for change in month.changes:
        indicator = lines[change.indicator]
        amount = _amount(said, change.value, indicator, currency)
        points = change.points - change.points_before
        title = said.say(indicator.title)
        if points:
            sign = "+" if points > 0 else ""
            phrase = said.say(
                "%(indicator)s %(value)s (%(points)s points)",
                indicator=title,
                value=amount,
                points=f"{sign}{said.points(points)}",
            )
        else:
            phrase = f"{title} {amount}"
        links.append(Link(phrase, rows_of(change.indicator, tab="leaving", leaves=str(month.month))))
    return tuple(links)


def lost_of(said: Tongue, shown: Score) -> str:
    """Return in which month the tier is lost, or that it lasts; empty without a tier."""
    if shown.tier is None:
        return ""
    tier = tier_name(said, shown.tier)
    if shown.lost_in is None:
        return said.say("%(tier)s lasts for the next twelve months, even if nothing is added.", tier=tier)
    return said.say("If nothing is added, %(tier)s is lost in %(month)s.", tier=tier, month=said.month(shown.lost_in))


def _others(
    said: Tongue, desk: Desk, question: Question, known: Mapping[str, str], plain: ScoreAnswer, shown: Score
) -> tuple[Other, ...]:
    """The partner's tracks, and the other scorecards that the program applies."""
    answers = [plain]
    answers += [
        desk.score(question.partner_id, month=question.month, scorecard=name)
        for name in desk.settings.scorecards
        if name != plain.scorecard.id and name in known
    ]
    here = question.changed(edition=None)
    rows = [
        Other(
            Link(
                f"{said.say(answer.scorecard.title)} · {said.say(track.title)}",
                here.href("score", scorecard=answer.scorecard.id, track=track.track),
                answer is plain and track.track == shown.track,
            ),
            said.points(track.points),
            tier_name(said, track.tier),
            _missing(said, track),
        )
        for answer in answers
        for track in answer.scores
    ]
    return tuple(rows) if len(rows) > 1 else ()


def _missing(said: Tongue, shown: Score) -> str:
    """The next tier, with the points that are missing; empty at the best."""
    tier = shown.next_tier
    if tier is None:
        return ""
    name = tier_name(said, tier.tier)
    if not tier.points_missing:
        return said.say("%(tier)s: conditions are missing", tier=name)
    missing = said.quantity(_rounded(tier.points_missing), "points")
    return said.say("%(tier)s: %(points)s missing", tier=name, points=missing)


def _rules(said: Tongue, answer: ScoreAnswer) -> tuple[tuple[str, str], ...]:
    named = {
        "loss_rule": said.say("Whom a lost customer costs an add"),
        "deployment_window": said.say("Window of a deployment"),
        "deployment_unit": said.say("Unit of a deployment"),
        "baseline_population": said.say("Whose users are the baseline"),
        "rounding": said.say("Rounding of points"),
    }
    parameters = answer.scorecard.parameters.model_dump(mode="json")
    return (
        (said.say("Scorecard"), f"{answer.scorecard.id} {answer.scorecard.version}"),
        *((named.get(name, name), str(value)) for name, value in parameters.items()),
    )


def _call(request: Request, question: Question) -> str:
    base = str(request.base_url).rstrip("/")
    path, _, query = question.cleared().changed(edition=None).href("score").partition("?")
    asked = f"{path}?{query}" if query else path
    return f'curl -H "Authorization: Bearer $PARTNERLENS_TOKEN" "{base}/api/v1{asked}"'
