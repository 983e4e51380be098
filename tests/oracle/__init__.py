"""The reference: decisions.md in plain Python, naive and slow, to compare every engine with."""

from oracle.answer import all_answers, all_values, answer, value_of, values
from oracle.metrics import METRICS
from oracle.tables import world_from_text
from oracle.world import World

__all__ = [
    "METRICS",
    "World",
    "all_answers",
    "all_values",
    "answer",
    "value_of",
    "values",
    "world_from_text",
]
