"""Formulas over the columns of a file, by which a figure can be computed again from its parts."""

import ast
from collections.abc import Callable
from dataclasses import dataclass

NUMBER = "DECIMAL(28,9)"
"""The SQL type of every step: nine decimals, and 19 digits before the point; what does not fit is not computed."""

FACTOR = "DECIMAL(19,9)"
"""The SQL type of a factor: the product of two is exact before it is brought to ``NUMBER``."""

_STEP = f"CAST(0.01 AS {FACTOR})"

_SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}

ROUNDING = ("rounddown", "floor")
"""Functions of one number, to two decimals: towards zero, and towards the smaller number."""


@dataclass(frozen=True)
class Formula:
    """
    A checked formula: columns, numbers, ``+ - * /``, and the functions ``rounddown`` and ``floor``.

    Attributes:
        text: as written.
        columns: the columns that it reads, in the order in which they come up.
    """

    text: str
    columns: tuple[str, ...]

    def sql(self, number: Callable[[str], str]) -> str:
        """
        Return SQL for the formula's value, null where a part is missing or is divided by zero.

        Args:
            number: gives SQL for the number that a column holds.
        """
        return _sql(_tree(self.text), number)


def parse_formula(text: str) -> Formula:
    """
    Return the formula that a text holds.

    Raises:
        ValueError: it is none; the message says what is wrong.

    >>> parse_formula("rounddown(Price * Rate) * Quantity").columns
    ('Price', 'Rate', 'Quantity')
    """
    tree = _tree(text)
    columns: dict[str, None] = {}

    def number(name: str) -> str:
        columns[name] = None
        return name

    _sql(tree, number)
    return Formula(text, tuple(columns))


def _tree(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"'{text}' is no formula: {error.msg}") from error


def _sql(node: ast.expr, number: Callable[[str], str]) -> str:
    match node:
        case ast.Name(id=name):
            return f"TRY_CAST({number(name)} AS {NUMBER})"
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return f"CAST({value} AS {NUMBER})"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
            return _step(_sql(left, number), _SIGNS[type(op)], _sql(right, number))
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in ROUNDING:
            whole = _sql(inner, number)
            rest = f"({whole} % {_STEP})"
            rest = rest if name == "rounddown" else f"(({rest} + {_STEP}) % {_STEP})"
            return f"TRY_CAST({whole} - {rest} AS {NUMBER})"
        case _:
            raise ValueError(
                f"'{ast.unparse(node)}' has no place in a formula: it has columns, numbers, + - * / and "
                f"{' and '.join(ROUNDING)}"
            )


def _step(left: str, sign: str, right: str) -> str:
    if sign == "/":
        return f"TRY_CAST(CAST({left} AS DOUBLE) / nullif(CAST({right} AS DOUBLE), 0) AS {NUMBER})"
    if sign == "*":
        left, right = (f"TRY_CAST({side} AS {FACTOR})" for side in (left, right))
    return f"TRY_CAST({left} {sign} {right} AS {NUMBER})"
