"""
Rows as lines of CSV: what a CSV file holds, and what the digest of every format is made of.

A line is the fields of a row with a comma between, and a line feed at its end; the text is UTF-8 without a mark at
its start. A field is

- empty for null, and for an empty text, which is null everywhere in a program's facts;
- ``true`` or ``false``;
- a whole number, or a decimal in full, without exponent and trailing zeros;
- a day as ``YYYY-MM-DD``;
- a text as it is, but with an apostrophe before it when a spreadsheet would take it for a formula.

A field with a comma, a quotation mark or a line end stands in quotation marks, its own ones doubled (RFC 4180).
"""

import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.units import decimal_text

FORMULA = r"\A'*[=+\-@\t\r\n＝＋－＠]"  # noqa: RUF001 - spreadsheets take the wide forms for formulas too
"""
What a text begins with that a spreadsheet may run as a formula.

Apostrophes may stand before it, so that taking one away always gives back the text that was meant.
"""

PLAIN_NUMBER = r"\A[+-]?[0-9]+(\.[0-9]+)?\z"
"""A text that is a number and nothing more; it needs no apostrophe."""

NEEDS_QUOTES = '[",\r\n]'


def header_line(schema: pa.Schema) -> bytes:
    """Return the first line: the names of the columns."""
    fields = _quoted(_without_formulas(pa.array(schema.names, pa.string())))
    return (",".join(fields.to_pylist()) + "\n").encode()


def row_lines(batch: pa.RecordBatch) -> bytes:
    """Return the lines of a batch's rows."""
    if not batch.num_rows or not batch.num_columns:
        return b""
    fields = [_fields(column) for column in batch.columns]
    lines = pc.binary_join_element_wise(*fields, ",", null_handling="replace", null_replacement="")
    return ("\n".join(lines.to_pylist()) + "\n").encode()


def check_types(schema: pa.Schema) -> None:
    """
    Make sure that every column can be written exactly.

    Raises:
        TypeError: a column holds binary floating point, or something else that has no exact text.
    """
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not (is_text(kind) or is_number(kind) or pa.types.is_boolean(kind) or _is_day_or_null(kind)):
            raise TypeError(f"column '{field.name}' holds {kind}, which has no exact text")


def is_text(kind: pa.DataType) -> bool:
    """Return whether a type holds texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_number(kind: pa.DataType) -> bool:
    """Return whether a type holds exact numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_decimal(kind))


def decoded(column: pa.Array) -> pa.Array:
    """Return a column's own values where it holds codes into a dictionary, else the column."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def plain_texts(column: pa.Array) -> pa.Array:
    """Return the values of a column as exact texts, neither guarded nor quoted; null stays null."""
    column = decoded(column)
    if pa.types.is_decimal(column.type):
        # The text that Arrow makes of a decimal may have an exponent.
        encoded = column.dictionary_encode()
        texts = [None if value is None else decimal_text(value) for value in encoded.dictionary.to_pylist()]
        return pa.array(texts, pa.string()).take(encoded.indices)
    return column.cast(pa.string())


def _fields(column: pa.Array) -> pa.Array:
    values = decoded(column)
    texts = plain_texts(values)
    return _quoted(_without_formulas(texts)) if is_text(values.type) else texts


def _without_formulas(texts: pa.Array) -> pa.Array:
    begins = pc.match_substring_regex(texts, FORMULA)
    if not pc.any(begins).as_py():
        return texts
    risky = pc.and_not(begins, pc.match_substring_regex(texts, PLAIN_NUMBER))
    return pc.if_else(risky, pc.binary_join_element_wise("'", texts, ""), texts)


def _quoted(texts: pa.Array) -> pa.Array:
    needs = pc.match_substring_regex(texts, NEEDS_QUOTES)
    if not pc.any(needs).as_py():
        return texts
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(needs, pc.binary_join_element_wise('"', doubled, '"', ""), texts)


def _is_day_or_null(kind: pa.DataType) -> bool:
    return bool(pa.types.is_date32(kind) or pa.types.is_null(kind))
