"""Steps on the way from a source's texts to those of a table, each computed once and known by a name."""

import re

Levels = tuple[tuple[tuple[str, str], ...], ...]
"""Names with their SQL, level by level: a level refers to the columns of the source and to names of levels below."""


class Steps:
    """Collects expressions under names, so that what is read several times is written, and computed, once."""

    def __init__(self) -> None:
        """Begin without any."""
        self._names: dict[str, str] = {}
        self._levels: dict[str, int] = {}

    def named(self, expression: str) -> str:
        """Return the name under which an expression is computed; it may refer to names given before."""
        if expression in self._names:
            return self._names[expression]
        if expression in self._levels:
            return expression
        name = f'"x{len(self._names)}"'
        below = [self._levels[used] for used in re.findall(r'"x\d+"', expression) if used in self._levels]
        self._levels[name] = 1 + max(below, default=-1)
        self._names[expression] = name
        return name

    @property
    def levels(self) -> Levels:
        """The steps so far."""
        depth = 1 + max(self._levels.values(), default=-1)
        return tuple(
            tuple((name, sql) for sql, name in self._names.items() if self._levels[name] == level)
            for level in range(depth)
        )


def with_steps(relation: str, levels: Levels) -> str:
    """Return SQL for a relation with the steps as further columns."""
    for level in levels:
        added = ", ".join(f"{sql} AS {name}" for name, sql in level)
        relation = f"(SELECT *, {added} FROM {relation})"
    return relation
