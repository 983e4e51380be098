"""Scores of a workspace: one partner with path and roll-off, or all partners, under any scorecard."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from threading import Lock

import numpy as np
import pyarrow as pa

from partnerlens.answer.edition import OpenEdition
from partnerlens.build.narrow import Association
from partnerlens.build.scoring import AppliedScorecard, score_table_name
from partnerlens.errors import UsageError, did_you_mean
from partnerlens.model.score import PartnerInputs, Score, TrackPoints
from partnerlens.model.scorecard import MarketCatalog, Scorecard
from partnerlens.model.series import rule_sets_of
from partnerlens.months import Month
from partnerlens.score.inputs import Scored, SeriesRows, read_inputs, size_values
from partnerlens.score.rules import track_rules
from partnerlens.score.score import chosen_track, score_points, score_track
from partnerlens.score.what_if import with_added, with_values
from partnerlens.units import exact_fraction

KEPT_SCORECARDS = 4
"""How many scorecards a resident workspace keeps with the series of all partners."""


@dataclass(frozen=True)
class Changes:
    """
    What to change before scoring.

    Attributes:
        values: other values, by indicator; growth as a ratio.
        added: units added (below 0: taken away), by indicator or exam rule of a gate.
        associations: associations supposed for the partner; these are measured again from the facts.
    """

    values: Mapping[str, Fraction] = field(default_factory=dict)
    added: Mapping[str, int] = field(default_factory=dict)
    associations: tuple[Association, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is changed."""
        return not (self.values or self.added or self.associations)


@dataclass(frozen=True)
class HeldScorecard:
    """
    A scorecard with its series for some partners.

    Attributes:
        scorecard: the version.
        digests: the digest of each definition it rests on, by name.
        countries: the countries of its market list; empty without classes.
        tables: its series by month.
        is_published: whether the edition holds them; otherwise they were computed from the edition's facts.
    """

    scorecard: Scorecard
    digests: Mapping[str, str]
    countries: frozenset[str]
    tables: Mapping[Month, pa.Table]
    is_published: bool


@dataclass(frozen=True)
class ScoreAnswer:
    """
    The scores of a partner under a scorecard.

    Attributes:
        partner_id: the partner.
        partner_name: its name.
        month: the data month.
        edition: the number of the edition that answered.
        scorecard: the version of the scorecard.
        is_published: whether the edition holds the score; otherwise it was computed from the edition's facts.
        ended_on: the last day of the scorecard, when the month lies after it; None while it holds.
        currency: the program's reporting currency.
        digests: the digest of each definition by name.
        scores: one for each track, the partner's own first.
        is_what_if: whether something was changed for the sake of the question.
        flags: what limits the score: ``visible_customers_only``, or nothing.
    """

    partner_id: str
    partner_name: str
    month: Month
    edition: int
    scorecard: Scorecard
    is_published: bool
    ended_on: date | None
    currency: str
    digests: Mapping[str, str]
    scores: tuple[Score, ...]
    is_what_if: bool
    flags: tuple[str, ...]

    @property
    def score(self) -> Score:
        """The score that counts."""
        return self.scores[0]


def held_scorecard(edition: OpenEdition, name: str, partner_id: str | None) -> HeldScorecard | None:
    """
    Return a scorecard as an edition holds it; None when it does not.

    Args:
        edition: the edition.
        name: the scorecard's id, or ``ID@VERSION``.
        partner_id: read the series of this partner alone; None for all.
    """
    identifier, _, version = name.partition("@")
    definitions = edition.manifest.definitions
    text = definitions.get(f"scorecard {identifier}")
    if text is None:
        return None
    scorecard = Scorecard.model_validate_json(text)
    if version and version != scorecard.version:
        return None
    return HeldScorecard(
        scorecard=scorecard,
        digests={rule: edition.manifest.rule_sets[rule] for rule in rule_sets_of(scorecard)},
        countries=_countries(scorecard, definitions.get("markets")),
        tables=edition.tables(score_table_name(identifier), partner_id),
        is_published=True,
    )


class HeldScorecards:
    """Scorecards of editions with the series of all partners, kept in memory for many questions."""

    def __init__(self) -> None:
        """Start with none."""
        self._kept: OrderedDict[tuple[int, str], tuple[HeldScorecard, dict[Month, PartnerRows]]] = OrderedDict()
        self._lock = Lock()

    def held(self, edition: OpenEdition, name: str, partner_id: str | None) -> HeldScorecard | None:
        """Return a scorecard as an edition holds it, read when it is first asked for; see ``held_scorecard``."""
        place = (edition.number, name)
        with self._lock:
            kept = self._kept.get(place)
            if kept is not None:
                self._kept.move_to_end(place)
        if kept is None:
            whole = held_scorecard(edition, name, None)
            if whole is None:
                return None
            kept = (whole, {month: PartnerRows(table) for month, table in whole.tables.items()})
            with self._lock:
                self._kept[place] = kept
                if len(self._kept) > KEPT_SCORECARDS:
                    self._kept.popitem(last=False)
        whole, rows = kept
        if partner_id is None:
            return whole
        return replace(whole, tables={month: of_month.of(partner_id) for month, of_month in rows.items()})


class PartnerRows:
    """
    A table of series with the place of each partner's rows.

    Args:
        table: the rows of all partners.
    """

    def __init__(self, table: pa.Table) -> None:
        """Bring the rows of each partner together and remember where they are."""
        table = table.combine_chunks()
        encoded = table["partner_id"].combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):  # what an empty table has
            encoded = pa.concat_arrays(encoded.chunks) if encoded.num_chunks else pa.array([], encoded.type)
        if not pa.types.is_dictionary(encoded.type):
            encoded = encoded.dictionary_encode()
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        order = np.argsort(codes, kind="stable")
        found, starts, counts = np.unique(codes[order], return_index=True, return_counts=True)
        names = encoded.dictionary.take(pa.array(found)).to_pylist()
        self._rows = table.drop_columns("partner_id").take(pa.array(order)).combine_chunks()
        self._places = dict(zip(names, zip(starts.tolist(), counts.tolist(), strict=True), strict=True))

    def of(self, partner_id: str) -> pa.Table:
        """Return the rows of a partner."""
        start, count = self._places.get(partner_id, (0, 0))
        return self._rows.slice(start, count).append_column("partner_id", pa.array([partner_id] * count, pa.string()))


def computed_scorecard(applied: AppliedScorecard, tables: Mapping[Month, pa.Table]) -> HeldScorecard:
    """Return a scorecard whose series were computed for the question."""
    scorecard = applied.scorecard.definition
    countries = applied.rules.markets.countries(scorecard.classes.market) if scorecard.classes else frozenset()
    return HeldScorecard(scorecard, applied.digests, countries, tables, is_published=False)


def partner_scores(
    edition: OpenEdition,
    held: HeldScorecard,
    partner_id: str,
    *,
    track: str | None,
    costs: Mapping[str, Fraction],
    changes: Changes,
) -> ScoreAnswer:
    """
    Return the scores of a partner, the one that counts first.

    Args:
        edition: the edition.
        held: the scorecard.
        partner_id: the partner.
        track: only this track; None for the one that the scorecard chooses, with the others after it.
        costs: what one unit costs, by indicator.
        changes: what to change before scoring.

    Raises:
        NotFoundError: there is no such partner.
        UsageError: there is no such track or indicator.
    """
    partner = edition.partners[edition.position(partner_id)]
    scorecard = held.scorecard
    rows = SeriesRows(held.tables, edition.month, [Scored(partner.id, partner.country)])
    scores = []
    for track_id in _tracks(scorecard, track):
        (inputs,) = inputs_of(edition, held, track_id, rows)
        rules = track_rules(scorecard, track_id, inputs.classes)
        inputs = with_added(rules, with_values(rules, inputs, changes.values), changes.added)
        scores.append(score_track(scorecard, track_id, inputs, month=edition.month, costs=costs))
    own = chosen_track(scorecard, scores, size_values(scorecard, rows)[0])
    until = scorecard.effective_until
    return ScoreAnswer(
        partner_id=partner.id,
        partner_name=partner.name,
        month=edition.month,
        edition=edition.number,
        scorecard=scorecard,
        is_published=held.is_published,
        ended_on=until if until is not None and until < edition.month.last_day else None,
        currency=edition.manifest.parameters["reporting_currency"],
        digests=held.digests,
        scores=tuple(sorted(scores, key=lambda score: score.track != own)),
        is_what_if=not changes.is_empty,
        flags=edition.manifest.flags,
    )


def all_scores(edition: OpenEdition, held: HeldScorecard, *, track: str | None) -> pa.Table:
    """
    Return the scores of all partners, accounts and locations, by partner id and track.

    Returns:
        ``partner_id``, ``track``, ``counts`` (whether the track is the partner's), ``points`` (exact text), ``tier``
        (null for none), then for each indicator of the tracks its value and points.
    """
    scorecard = held.scorecard
    scored = [Scored(partner.id, partner.country) for partner in edition.partners]
    rows = SeriesRows(held.tables, edition.month, scored, ahead=0)
    sizes = size_values(scorecard, rows)
    by_track = {
        track_id: score_points(scorecard, track_id, inputs_of(edition, held, track_id, rows))
        for track_id in _tracks(scorecard, track)
    }
    return _score_table(scorecard, scored, by_track, sizes)


def inputs_of(edition: OpenEdition, held: HeldScorecard, track: str, rows: SeriesRows) -> list[PartnerInputs]:
    """Return the inputs of a track for each partner of the rows."""
    first = edition.manifest.first_month
    return read_inputs(
        held.scorecard,
        track,
        rows,
        countries=held.countries,
        first_short=None if first is None else edition.month - first,
    )


def _tracks(scorecard: Scorecard, track: str | None) -> Sequence[str]:
    if track is None:
        return list(scorecard.tracks)
    if track not in scorecard.tracks:
        known = ", ".join(scorecard.tracks)
        raise UsageError(
            f"scorecard '{scorecard.id}' has no track '{track}'",
            did_you_mean(track, scorecard.tracks) or f"its tracks are {known}",
        )
    return [track]


def _countries(scorecard: Scorecard, markets: str | None) -> frozenset[str]:
    if scorecard.classes is None or markets is None:
        return frozenset()
    return MarketCatalog.model_validate_json(markets).countries(scorecard.classes.market)


def _score_table(
    scorecard: Scorecard,
    partners: Sequence[Scored],
    scores: Mapping[str, Sequence[TrackPoints]],
    sizes: Sequence[Fraction | None],
) -> pa.Table:
    """One row for each partner and track."""
    rows = []
    for index, partner in enumerate(partners):
        own = chosen_track(scorecard, [of_track[index] for of_track in scores.values()], sizes[index])
        for track_id, of_track in scores.items():
            score = of_track[index]
            row: dict[str, object] = {
                "partner_id": partner.id,
                "track": track_id,
                "counts": track_id == own,
                "points": exact_fraction(score.points),
                "tier": score.tier,
            }
            for indicator, value, points in score.indicators:
                row[f"{indicator}_value"] = None if value is None else exact_fraction(value)
                row[f"{indicator}_points"] = exact_fraction(points)
            rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    kinds = {"counts": pa.bool_()}
    return pa.table({name: pa.array([row.get(name) for row in rows], kinds.get(name, pa.string())) for name in names})
