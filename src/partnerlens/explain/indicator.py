"""The explanation of one indicator of a scorecard: the rows of its option, and what counts for the others."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.selection import Selection
from partnerlens.build.scores import ScoreRules
from partnerlens.engine.protocol import Engine
from partnerlens.explain.explanation import Explanation, Heading, IndicatorHeading
from partnerlens.explain.ground import Question, Viewer
from partnerlens.explain.indicators import Place, counted_row, definition, option_subject
from partnerlens.explain.metrics import EVERYTHING
from partnerlens.explain.option_rows import OptionRows
from partnerlens.explain.statement import explain_sql
from partnerlens.explain.term import register_lasting
from partnerlens.model.ahead import YEAR
from partnerlens.model.score import IndicatorScore
from partnerlens.model.scorecard import Growth, People, PeopleGrowth, Qualifying, Revenue
from partnerlens.months import WINDOW_MONTHS
from partnerlens.store import Snapshot
from partnerlens.units import exact_fraction, exact_text, ratio_text


@dataclass(frozen=True)
class IndicatorAsked:
    """
    An indicator, and what its score says.

    Attributes:
        rules: the scorecard and what it stands on.
        place: the option that is explained.
        score: the line of the score; its value, numerator, denominator and baseline are those of the option.
        digests: the digest of each definition by name.
        is_published: whether the edition holds the scorecard.
    """

    rules: ScoreRules
    place: Place
    score: IndicatorScore
    digests: dict[str, str]
    is_published: bool


def explain_indicator(
    asked: IndicatorAsked,
    partner_id: str,
    *,
    edition: OpenEdition,
    snapshot: Snapshot,
    engine: Callable[[], Engine],
    viewer: Viewer = "operator",
    leaving: bool = False,
) -> Explanation:
    """
    Return the rows behind one indicator of one partner, and those that were near.

    Args:
        asked: the indicator.
        partner_id: the partner, an account or a location.
        edition: the edition whose facts are read.
        snapshot: the facts as they stood at its last load.
        engine: opens an engine; the explanation closes it.
        viewer: operators see every candidate; partners nothing that says who else is credited, or for how much.
        leaving: also find what counts in later months only, for ``Explanation.leaving``.

    Raises:
        NotFoundError: the edition knows no such partner.
    """
    edition.position(partner_id)
    question = Question(partner_id, Selection(EVERYTHING, edition.workloads_of), viewer)
    running = engine()
    try:
        _find(running, asked, question, OptionRows(running, snapshot, edition, asked.rules, later=leaving))
        expected = {"numerator": asked.score.numerator}
        if asked.score.baseline is not None:
            expected["baseline"] = asked.score.baseline
        return Explanation(running, _heading(asked, edition, question), expected)
    except BaseException:
        running.close()
        raise


def _find(engine: Engine, asked: IndicatorAsked, question: Question, rows: OptionRows) -> None:
    """Find the rows of the option and, of the others, what counts for them alone."""
    place = asked.place
    indicator = asked.rules.scorecard.tracks[place.track].indicators[place.indicator]
    others = [Place(place.track, place.indicator, name) for name in indicator.options if name != place.option]
    rows.lay([place, *others], question)
    if not others:
        rows.find(place, asked.score.market_class)
        register_lasting(engine, YEAR)
        return
    names = []
    for number, other in enumerate(others):
        rows.find(other, asked.score.market_class)
        names.append(f"found_option_{number}")
        engine.keep(names[-1], "SELECT * FROM found")
    rows.find(place, asked.score.market_class)
    engine.keep("found_option", "SELECT * FROM found")
    engine.register(
        "other_options",
        pa.table({"relation": pa.array(names), "option_id": pa.array([other.option for other in others])}),
    )
    engine.keep(
        "found",
        "SELECT * FROM found_option "
        f"UNION ALL SELECT * FROM ({explain_sql('other_options', relations=tuple(names))}) AS others",
    )
    register_lasting(engine, YEAR)


def _heading(asked: IndicatorAsked, edition: OpenEdition, question: Question) -> Heading:
    scorecard, place, score = asked.rules.scorecard, asked.place, asked.score
    track = scorecard.tracks[place.track]
    indicator = track.indicators[place.indicator]
    option = indicator.options[place.option]
    is_state = isinstance(option, People | PeopleGrowth) or (isinstance(option, Qualifying) and option.compare == "at")
    is_year = isinstance(option, Growth | Qualifying | PeopleGrowth)
    back = 0 if is_state else WINDOW_MONTHS if is_year else WINDOW_MONTHS - 1
    currency = asked.rules.reporting_currency
    is_money = isinstance(option, Revenue) or (isinstance(option, Growth) and option.of == "revenue")
    return Heading(
        partner_id=question.partner_id,
        partner_name=edition.partners[edition.position(question.partner_id)].name,
        subject=place.indicator,
        title=indicator.title,
        definition=definition(option),
        counted_rows=counted_row(option, scorecard),
        unit=currency if is_money or indicator.unit == "currency" else indicator.unit,
        method=option.kind,
        month=edition.month,
        first_month=edition.month - back,
        edition=edition.number,
        filter=question.selection.filter,
        viewer=question.viewer,
        value=_value(score.value, score.denominator),
        numerator=exact_text(score.numerator),
        denominator=None if score.denominator is None else exact_text(score.denominator),
        null_reason=score.reason if score.value is None else None,
        flags=score.flags,
        rule_sets=asked.digests,
        parameters=dict(edition.manifest.parameters) | scorecard.parameters.model_dump(mode="json"),
        names_people=any(
            # What counts for another option only is listed too.
            option_subject(scorecard, Place(place.track, place.indicator, name), later=False).names_people
            for name in indicator.options
        ),
        baseline=None if score.baseline is None else exact_text(score.baseline),
        indicator=IndicatorHeading(
            scorecard=scorecard.id,
            version=scorecard.version,
            is_published=asked.is_published,
            track=place.track,
            option=place.option,
            other_options=tuple(name for name in indicator.options if name != place.option),
            credit_policy=option.policy or scorecard.credit_policy,
            threshold=None if score.threshold is None else exact_fraction(score.threshold),
            points=exact_fraction(score.points),
            max=exact_fraction(score.max),
            reason=score.reason,
        ),
    )


def _value(value: Fraction | None, denominator: Fraction | None) -> str | None:
    """A ratio rounded to six decimals, everything else exactly."""
    if value is None:
        return None
    return exact_text(value) if denominator is None else ratio_text(value)
