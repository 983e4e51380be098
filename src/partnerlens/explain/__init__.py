"""The rows behind a number: those that counted, and those that were near but did not, each with its reason."""

from partnerlens.explain.bridge import BridgeSide, bridge_sides
from partnerlens.explain.difference import CHANGE_CAUSES, Difference
from partnerlens.explain.explanation import Explanation, SideTotal
from partnerlens.explain.metrics import explain_metric
from partnerlens.explain.reasons import INDICATOR_REASONS, METRIC_REASONS, REASONS, Reason
from partnerlens.explain.row import Row

__all__ = [
    "CHANGE_CAUSES",
    "INDICATOR_REASONS",
    "METRIC_REASONS",
    "REASONS",
    "BridgeSide",
    "Difference",
    "Explanation",
    "Reason",
    "Row",
    "SideTotal",
    "bridge_sides",
    "explain_metric",
]
