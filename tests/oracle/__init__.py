"""The reference: decisions.md in plain Python, naive and slow, to compare every engine with."""

from oracle.answer import all_answers, all_values, answer, value_of, values
from oracle.explanation import counted_sum, explained
from oracle.metrics import METRICS
from oracle.path import CheapestPath, path_cost
from oracle.scores import gate_people, history_short, inputs_of, market_class, measured, score
from oracle.tables import world_from_text
from oracle.world import World

__all__ = [
    "METRICS",
    "CheapestPath",
    "World",
    "all_answers",
    "all_values",
    "answer",
    "counted_sum",
    "explained",
    "gate_people",
    "history_short",
    "inputs_of",
    "market_class",
    "measured",
    "path_cost",
    "score",
    "value_of",
    "values",
    "world_from_text",
]
