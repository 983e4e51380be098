"""A score as people read it in a terminal: the scale, the indicators, the way to the next tier, what rolls off."""

from fractions import Fraction

import pyarrow as pa
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from partnerlens.app.scores import ScoreAnswer
from partnerlens.cli.render import FLAG_WORDS, rows_view
from partnerlens.document.score import unit_text
from partnerlens.model.score import IndicatorScore, NextTier, RolledMonth, Score
from partnerlens.model.scorecard import Tier
from partnerlens.units import compact_number, rounded_text, short_number

SCALE = 50
"""Characters of the scale of 100 points."""

REASON_WORDS = {
    "baseline_too_low": "the baseline is too small",
    "gate_not_met": "people of an earlier step are missing",
    "below_all_or_nothing": "all or nothing: below the threshold",
    "no_threshold": "no growth earns points at this size",
    "at_its_cap": "has all its points",
    "out_of_reach": "no number of units helps",
    "history_short": "history is short",
}


def score_view(answer: ScoreAnswer) -> RenderableType:
    """Return the score of a partner: what it is, why, what one more unit gives, the path, and what rolls off."""
    score, scorecard = answer.score, answer.scorecard
    parts: list[RenderableType] = [
        Text.assemble((answer.partner_name, "bold"), f"  {answer.partner_id}"),
        Text(
            f"Data month {answer.month} · edition {answer.edition} · {scorecard.title} ({scorecard.id}, version "
            f"{scorecard.version}) · {score.title}"
        ),
        Text(f"credit policy {scorecard.credit_policy} · {_parameters(answer)}", style="dim"),
        *_remarks(answer),
        Text(""),
        Text.assemble(
            (f"{rounded_text(score.points, 1)} points", "bold"), f" of 100 · tier {(score.tier or 'none').upper()}"
        ),
        Text(_scale(score.points, scorecard.tiers_of(score.track))),
        Padding(_indicators(score, answer.currency), (1, 0, 0, 0)),
    ]
    if score.next_tier:
        parts.append(Padding(_path(score.next_tier, answer.currency), (1, 0, 0, 0)))
    if score.roll_off:
        parts.append(Padding(_calendar(score, answer.currency), (1, 0, 0, 0)))
    if len(answer.scores) > 1:
        others = [(other.title, rounded_text(other.points, 1), other.tier or "none") for other in answer.scores]
        parts.append(Padding(rows_view(["track", "points", "tier"], others), (1, 0, 0, 0)))
    return Group(*parts)


def _remarks(answer: ScoreAnswer) -> list[RenderableType]:
    remarks = []
    if answer.is_what_if:
        remarks.append("What if: these numbers are not the partner's.")
    if not answer.is_published:
        remarks.append("Computed from the edition's facts: the program does not apply this scorecard.")
    if answer.ended_on:
        remarks.append(f"The scorecard ended on {answer.ended_on}.")
    remarks += [f"{FLAG_WORDS[flag].capitalize()}." for flag in answer.flags]
    if answer.score.rounds_to:
        shown = rounded_text(answer.score.points, 0)
        remarks.append(f"Rounded to {shown} points it would seem {answer.score.rounds_to}; the exact score decides.")
    return [Text(remark, style="yellow") for remark in remarks]


def _scale(points: Fraction, tiers: tuple[Tier, ...]) -> str:
    filled = int(max(Fraction(0), min(points, Fraction(100))) / 100 * SCALE)
    marks = {int(Fraction(tier.points) / 100 * SCALE): tier for tier in tiers if tier.points is not None}
    line = "".join("┃" if place in marks else "█" if place < filled else "░" for place in range(SCALE))
    named = "  ".join(f"┃ {tier.name} from {tier.points}" for _, tier in sorted(marks.items()))
    return f"{line}  {named}" if named else line


def scores_view(table: pa.Table) -> RenderableType:
    """Return the scores of all partners: total, tier and the points of each indicator; the export has everything."""
    ending = "_points"
    indicators = [name.removesuffix(ending) for name in table.column_names if name.endswith(ending)]
    rows = [
        (
            row["partner_id"],
            row["track"],
            rounded_text(Fraction(row["points"]), 1),
            row["tier"] or "none",
            *(
                "" if row[name + ending] is None else rounded_text(Fraction(row[name + ending]), 1)
                for name in indicators
            ),
        )
        for row in table.to_pylist()
    ]
    return rows_view(["partner", "track", "points", "tier", *(name.replace("_", " ") for name in indicators)], rows)


def _indicators(score: Score, currency: str) -> RenderableType:
    rows = [
        (
            indicator.title,
            _amount(indicator.value, indicator, currency),
            _amount(indicator.threshold, indicator, currency),
            f"{rounded_text(indicator.points, 1)} of {rounded_text(indicator.max, 1)}",
            f"+{_small(indicator.next_unit_points)} per {_one(unit_text(indicator.unit, currency))}",
            _why(indicator),
        )
        for indicator in score.indicators
    ]
    return rows_view(["indicator", "value", "for all points", "points", "one more unit", ""], rows)


def _why(indicator: IndicatorScore) -> str:
    words = [REASON_WORDS.get(code, code) for code in (indicator.reason, *indicator.flags) if code]
    return ", ".join(words)


def _path(tier: NextTier, currency: str) -> RenderableType:
    missing = f"{rounded_text(tier.points_missing, 1)} points missing" if tier.points_missing else "conditions missing"
    title = Text(f"The way to {tier.tier}: {missing}", style="bold")
    if not tier.reachable:
        return Group(title, Text("No number of whole units reaches it."), *_dead_ends(tier))
    rows = [
        (
            f"+{step.add:,} {unit_text(step.unit, currency)}",
            step.indicator if step.gate is None else f"{step.indicator}: {step.gate}",
            f"+{rounded_text(step.points, 1)}",
            ", ".join(step.also),
        )
        for step in tier.path
    ]
    return Group(title, rows_view(["add", "to", "points", "also counts for"], rows), *_dead_ends(tier))


def _dead_ends(tier: NextTier) -> list[RenderableType]:
    return [Text(f"{end.indicator}: {REASON_WORDS.get(end.reason, end.reason)}", style="dim") for end in tier.dead_ends]


def _calendar(score: Score, currency: str) -> RenderableType:
    lost = f" · {(score.tier or '').upper()} would be lost in {score.lost_in}" if score.lost_in else ""
    title = Text(f"If nothing is added{lost}", style="bold")
    rows = [
        (str(month.month), rounded_text(month.points, 1), month.tier or "none", _leaving(month, score, currency))
        for month in score.roll_off
    ]
    return Group(title, rows_view(["month", "points", "tier", "what changes"], rows))


def _leaving(month: RolledMonth, score: Score, currency: str) -> str:
    lines = {indicator.id: indicator for indicator in score.indicators}
    changes = []
    for change in month.changes:
        indicator = lines[change.indicator]
        after = _amount(change.value, indicator, currency, short=True)
        points = change.points - change.points_before
        effect = f" ({'+' if points > 0 else ''}{rounded_text(points, 1)} points)" if points else ""
        changes.append(f"{indicator.title} {after}{effect}")
    return ", ".join(changes)


def _parameters(answer: ScoreAnswer) -> str:
    parameters = answer.scorecard.parameters.model_dump(mode="json")
    return " · ".join(f"{name} {value}" for name, value in parameters.items())


def _amount(value: Fraction | None, indicator: IndicatorScore, currency: str, *, short: bool = False) -> str:
    if value is None:
        return "—"
    if indicator.denominator is not None:
        return f"{rounded_text(value * 100, 1)} %"
    text = rounded_text(value, 6)
    if short:
        return compact_number(text)
    unit = unit_text(indicator.unit, currency)
    return f"{short_number(text)} {_one(unit) if value == 1 else unit}"


def _small(value: Fraction) -> str:
    return short_number(rounded_text(value, 6))


def _one(unit: str) -> str:
    singular = {"people": "person"}
    return singular.get(unit, unit.removesuffix("s") if unit.islower() else unit)
