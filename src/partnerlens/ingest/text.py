"""The text of a target column, made as SQL from the columns of a source in the order of a mapping's keys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from partnerlens.ingest.header import Header
from partnerlens.ingest.kinds import date_value, filled, literal
from partnerlens.ingest.lookup import lookups
from partnerlens.ingest.mapping import ColumnSource, names_of
from partnerlens.ingest.source import source_name
from partnerlens.ingest.steps import Steps
from partnerlens.model.facts import Column, Kind

NOTHING = "CAST(NULL AS VARCHAR)"
"""SQL for a text that is not there."""

LONGEST_LINE_ID = 160
"""From this length on the id of a line keeps its beginning and a digest of the whole. Unit: characters."""

GUID = r"\{?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}?"

OPEN_YEARS = "(1, 9999)"
"""Years that stand for no date in exports."""


@dataclass(frozen=True)
class Dates:
    """
    How a file's dates are read.

    Attributes:
        formats: the patterns, tried in order before ISO 8601.
        zone: the program's time zone.
    """

    formats: tuple[str, ...]
    zone: str

    def day(self, text: str, formats: Sequence[str] = ()) -> str:
        """Return SQL for the day in a text, null where there is none; ``formats`` stand in place of the file's own."""
        tried = tuple(formats) or self.formats
        zoned = [pattern for pattern in tried if "%z" in pattern]
        local = [pattern for pattern in tried if "%z" not in pattern]
        read = [f"CAST(try_strptime({text}, [{', '.join(map(literal, local))}]) AS DATE)"] if local else []
        read += [
            f"CAST(timezone({literal(self.zone)}, try_strptime({text}, {literal(pattern)})) AS DATE)"
            for pattern in zoned
        ]
        return f"coalesce({', '.join([*read, date_value(text, self.zone)])})" if read else date_value(text, self.zone)


@dataclass(frozen=True)
class TargetText:
    """
    The text of one target column; the keys of a column source apply in the order of its definition.

    Attributes:
        source: where the text comes from.
        column: the target column.
        header: the file's columns.
        dates: how its dates are read.
        steps: where expressions get their names.
    """

    source: ColumnSource
    column: Column
    header: Header
    dates: Dates
    steps: Steps

    def sql(self) -> str:
        """Return SQL for the text; it may refer to names of steps."""
        source = self.source
        if source.constant is not None:
            return literal(source.constant.strip())
        if source.numbered:
            return self._line_id()
        text = self._filled(self._joined())
        if source.unless is not None:
            other = column_text(names_of(source.unless), self.header)
            text = self._named(f"CASE WHEN {text} IS DISTINCT FROM {other} THEN {text} END")
        if source.fallback is not None:
            other = self._filled(self._small_guid(column_text(names_of(source.fallback), self.header)))
            text = self._named(f"coalesce({text}, {other})")
        if source.match is not None:
            text = self._named(f"nullif(regexp_extract({text}, {literal(source.match)}, 0, 'i'), '')")
        text = _replaced(text, source)
        if source.decimals is not None:
            text = _rounded(self._named(text), source.decimals)
        if self.column.kind in (Kind.DATE, Kind.MONTH):
            text = self._date(self._named(text))
        if source.total_by:
            text = self._total(self._named(text))
        return text if source.default is None else f"coalesce({text}, {literal(source.default)})"

    def _named(self, expression: str) -> str:
        return self.steps.named(expression)

    def _joined(self) -> str:
        parts = (self._small_guid(column_text(names, self.header)) for names in self.source.named)
        return self._named(f" || {literal(self.source.with_)} || ".join(parts))

    def _small_guid(self, text: str) -> str:
        """SQL for a text, in small letters and without braces where it is a GUID and the source wants that."""
        if not self.source.guid:
            return text
        text = self._named(text)
        is_guid = f"regexp_full_match({text}, {literal(GUID)}, 'i')"
        return self._named(f"CASE WHEN {is_guid} THEN lower(trim({text}, '{{}}')) ELSE {text} END")

    def _filled(self, text: str) -> str:
        """SQL for a text, null where it stands for nothing."""
        if self.source.empty:
            words = listed_texts(word.lower() for word in self.source.empty)
            text = self._named(f"CASE WHEN lower({text}) NOT IN ({words}) THEN {text} END")
        if self.source.open:
            year = f"year({self._day(text)})"
            text = self._named(f"CASE WHEN {year} IN {OPEN_YEARS} THEN NULL ELSE {text} END")
        return text

    def _day(self, text: str) -> str:
        return self._named(self.dates.day(self._named(text), self.source.formats))

    def _line_id(self) -> str:
        """
        SQL for what tells a line from others: equal lines of one file are numbered, so that each of them counts.

        A line has the same id in every form in which its file can be had: dates and numbers are written in one way.
        """
        parts = ", ".join(self._canonical(column_text(names, self.header)) for names in self.source.named)
        whole = self._named(f"nullif(concat_ws({literal(self.source.with_)}, {parts}), '')")
        kept = LONGEST_LINE_ID - 40
        is_long = f"length({whole}) > {LONGEST_LINE_ID}"
        short = self._named(f"CASE WHEN {is_long} THEN left({whole}, {kept}) || md5({whole}) ELSE {whole} END")
        # The place is counted among the rows that are chosen, so it is no step: those are computed before.
        place = f"row_number() OVER (PARTITION BY {whole} ORDER BY line ASC NULLS LAST)"
        return f"{short} || CASE WHEN {place} > 1 THEN '#' || CAST({place} AS VARCHAR) ELSE '' END"

    def _canonical(self, text: str) -> str:
        text = self._named(text)
        is_decimal = f"regexp_full_match({text}, '[+-]?\\d+\\.\\d+')"
        return self._named(
            f"CASE WHEN {is_decimal} THEN rtrim(rtrim({text}, '0'), '.') "
            f"ELSE coalesce(CAST({self._day(text)} AS VARCHAR), {text}) END"
        )

    def _total(self, text: str) -> str:
        """SQL for the sum of a number over the chosen rows with the same texts, each of which gets it."""
        number = self._named(f"TRY_CAST({text} AS BIGINT)")
        once = column_text((self.source.once_per,), self.header) if self.source.once_per else "line"
        same = ", ".join(f"lower({column_text((name,), self.header)})" for name in self.source.total_by)
        listed = f"list({{'once': lower(CAST({once} AS VARCHAR)), 'number': {number}}}) OVER (PARTITION BY {same})"
        whole = f"list_sum(list_transform(list_distinct({listed}), lambda each: each.number))"
        # A text that is no number stays, to be rejected under its own words.
        return f"CASE WHEN {number} IS NULL THEN {text} ELSE CAST({whole} AS VARCHAR) END"

    def _date(self, text: str) -> str:
        """SQL for the ISO text of a date; a text that cannot be read stays, to be rejected under its own words."""
        source = self.source
        if not (source.formats or self.dates.formats) and not source.is_dated:
            return text
        day = self._day(text)
        if source.part == "month" or (source.part is None and self.column.kind is Kind.MONTH):
            return f"coalesce(strftime({day}, '%Y-%m'), {text})"
        if source.part is not None:
            bound = f"date_trunc('month', {day})" if source.part == "first_day" else f"last_day({day})"
            return f"coalesce(CAST(CAST({bound} AS DATE) AS VARCHAR), {text})"
        if source.through_month_of is not None:
            other = self._day(self._filled(column_text(names_of(source.through_month_of), self.header)))
            day = self._named(f"greatest({day}, last_day(coalesce({other}, {day})))")
        return f"coalesce(CAST({day} AS VARCHAR), {text})"


def column_text(alternatives: Sequence[str], header: Header) -> str:
    """Return SQL for the text of the first of some columns that the file has; null where it is empty."""
    place = header.place(alternatives)
    return NOTHING if place is None else filled(source_name(place))


def listed_texts(values: Iterable[str]) -> str:
    """Return texts as SQL, for an IN."""
    return ", ".join(literal(value.strip()) for value in values)


def _replaced(text: str, source: ColumnSource) -> str:
    """SQL for what a column's own lists, then its lookup, make of a text."""
    shared = lookups()[source.lookup] if source.lookup else None
    kept = text if source.otherwise is None else f"CASE WHEN {text} IS NOT NULL THEN {literal(source.otherwise)} END"
    for values, parts in reversed(
        [(source.values, source.contains), *([(shared.values, shared.contains)] if shared else [])]
    ):
        found = [
            f"WHEN contains(lower({text}), {literal(part.lower())}) THEN {literal(new)}" for part, new in parts.items()
        ]
        kept = f"CASE {' '.join(found)} ELSE {kept} END" if found else kept
        whole = [f"WHEN {literal(old.strip().lower())} THEN {literal(new)}" for old, new in values.items()]
        kept = f"CASE lower({text}) {' '.join(whole)} ELSE {kept} END" if whole else kept
    return kept


def _rounded(text: str, decimals: int) -> str:
    """SQL for the text of a number, half away from zero where it has more decimals; other texts stay as they are."""
    is_number = f"regexp_full_match({text}, '[+-]?\\d*\\.?\\d*([eE][+-]?\\d+)?')"
    is_long = f"{is_number} AND regexp_matches({text}, '[eE]|\\.\\d{{{decimals + 1}}}')"
    number = f"CAST(round(TRY_CAST({text} AS DECIMAL(38,18)), {decimals}) AS VARCHAR)"
    return f"CASE WHEN {is_long} THEN coalesce({number}, {text}) ELSE {text} END"
