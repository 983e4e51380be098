"""The rows behind a number: those that counted, and those that were near but did not, each with its reason."""

from partnerlens.explain.explanation import Explanation, SideTotal
from partnerlens.explain.metrics import explain_metric
from partnerlens.explain.reasons import METRIC_REASONS, REASONS, Reason
from partnerlens.explain.row import Row

__all__ = ["METRIC_REASONS", "REASONS", "Explanation", "Reason", "Row", "SideTotal", "explain_metric"]
