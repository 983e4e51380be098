"""The eight metrics as subjects, and the explanation of one of their values."""

from collections.abc import Callable
from fractions import Fraction
from typing import assert_never

from partnerlens.answer.answer import number_texts
from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.selection import Selection
from partnerlens.answer.values import Numbers, metric_numbers
from partnerlens.engine.protocol import Engine
from partnerlens.errors import DefinitionError
from partnerlens.explain.explanation import Explanation, Heading
from partnerlens.explain.finding import find_rows
from partnerlens.explain.ground import Ground, Question, RuleBook, Viewer
from partnerlens.explain.reasons import counted_rows
from partnerlens.explain.subject import Credited, Subject
from partnerlens.model.edition import Manifest
from partnerlens.model.metric import METRICS, MauMethod, Method, MetricId
from partnerlens.model.policy import CreditPolicy, MetricGroup
from partnerlens.model.result import Filter
from partnerlens.model.workload import WorkloadCatalog
from partnerlens.months import WINDOW_MONTHS
from partnerlens.store import Snapshot

_SALE = Credited(MetricGroup.SALE, "subscription_no")
_CUSTOMER_SALE = Credited(MetricGroup.SALE, "customer_no")
_CUSTOMER_USAGE = Credited(MetricGroup.USAGE, "customer_no")

_USER_FACTS: dict[MauMethod, tuple[str, ...]] = {
    MauMethod.TTM_DISTINCT: ("facts_users_ttm",),
    MauMethod.MEAN_MONTHLY: ("facts_users_monthly", "facts_reported_users"),
}
_USER_TABLES: dict[MauMethod, tuple[str, ...]] = {
    MauMethod.TTM_DISTINCT: ("activity", "users"),
    MauMethod.MEAN_MONTHLY: ("activity", "users", "activity_monthly"),
}


def metric_subject(metric: MetricId, method: MauMethod) -> Subject:  # noqa: PLR0911 - one return for each metric
    """Return a metric as a subject; the two user metrics depend on how users are counted."""
    match metric:
        case MetricId.REVENUE:
            return Subject(metric.value, _SALE, ("facts_revenue",), ("billing_lines", "exchange_rates"))
        case MetricId.NEW_CUSTOMERS:
            return Subject(metric.value, _CUSTOMER_SALE, ("facts_adds",), ("seats",))
        case MetricId.NET_SEAT_ADDS:
            return Subject(metric.value, _SALE, ("facts_seats",), ("seats",))
        case MetricId.CERTIFIED_PEOPLE:
            return Subject(
                metric.value, None, ("found_people",), ("exam_passes",), before=("passes",), is_snapshot=True
            )
        case MetricId.PRODUCTION_INSTANCES:
            return Subject(metric.value, _CUSTOMER_USAGE, ("facts_instances",), ("instances",), is_snapshot=True)
        case MetricId.MAU:
            return Subject(
                metric.value, _CUSTOMER_USAGE, _USER_FACTS[method], _USER_TABLES[method], before=("user_masks",)
            )
        case MetricId.MAU_PER_ASSIGNED_SEAT:
            return Subject(
                metric.value,
                _CUSTOMER_USAGE,
                (*_USER_FACTS[method], "facts_assigned"),
                (*_USER_TABLES[method], "seats"),
                before=("user_masks",),
            )
        case MetricId.NPS:
            return Subject(metric.value, _CUSTOMER_USAGE, ("facts_responses",), ("survey_responses",))
        case _:
            assert_never(metric)


EVERYTHING = Filter()
"""The filter that leaves nothing out."""

_WITH_DENOMINATOR_ROWS = frozenset({MetricId.MAU_PER_ASSIGNED_SEAT, MetricId.NPS})
"""Metrics whose denominator is added up from rows; that of ``mau`` is twelve, the months of the window."""


def explain_metric(
    metric: MetricId,
    partner_id: str,
    *,
    edition: OpenEdition,
    snapshot: Snapshot,
    engine: Callable[[], Engine],
    asked: Filter = EVERYTHING,
    viewer: Viewer = "operator",
) -> Explanation:
    """
    Return the rows behind one metric of one partner, and those that were near.

    Args:
        metric: the metric.
        partner_id: the partner, an account or a location.
        edition: the edition whose number is explained.
        snapshot: the facts as they stood at the last load of the edition (``manifest.last_load``).
        engine: opens an engine; the explanation closes it.
        asked: the filter.
        viewer: operators see every candidate; partners nothing that says who else is credited, or for how much.

    Raises:
        NotFoundError: the edition knows no such partner or filter value.
        DefinitionError: the edition does not keep the definitions that it was built with.
    """
    position = edition.position(partner_id)
    selection = Selection(edition.checked(asked), edition.workloads_of)
    question = Question(partner_id, selection, viewer)
    rules = rule_book(edition)
    method = MauMethod(edition.manifest.parameters["mau_method"])
    subject = metric_subject(metric, method)
    numbers = metric_numbers(edition.partner_months(position)[edition.month], selection)[metric]
    running = engine()
    try:
        Ground(running, snapshot, edition, rules).prepare(subject, question)
        chosen = question.selection.filter
        find_rows(running, subject, by_pair=bool(chosen.products or chosen.workloads))
        heading = _heading(metric, edition, question, numbers)
        return Explanation(running, heading, _expected(metric, numbers))
    except BaseException:
        running.close()
        raise


def rule_book(edition: OpenEdition) -> RuleBook:
    """
    Return the definitions that an edition was built with.

    Raises:
        DefinitionError: the edition does not keep them.
    """
    manifest = edition.manifest
    policy, workloads = (manifest.definitions.get(name) for name in (_policy_name(manifest), "workloads"))
    if policy is None or workloads is None:
        raise DefinitionError(
            f"edition {edition.number} ({edition.month}) does not keep the rules it was built with",
            f"build the month again with 'partnerlens build {edition.month}', then publish it",
        )
    return RuleBook(
        CreditPolicy.model_validate_json(policy),
        WorkloadCatalog.model_validate_json(workloads),
        manifest.parameters["reporting_currency"],
    )


def _policy_name(manifest: Manifest) -> str:
    return f"credit policy {manifest.parameters['contribution_policy']}"


def _heading(metric: MetricId, edition: OpenEdition, question: Question, numbers: Numbers) -> Heading:
    known = METRICS[metric]
    manifest = edition.manifest
    mau_method = MauMethod(manifest.parameters["mau_method"])
    value, numerator, denominator = number_texts(numbers, 0)
    rule_set = "workloads" if metric is MetricId.CERTIFIED_PEOPLE else _policy_name(manifest)
    is_state = known.method is Method.SNAPSHOT
    return Heading(
        partner_id=question.partner_id,
        partner_name=edition.partners[edition.position(question.partner_id)].name,
        subject=metric.value,
        title=known.title,
        definition=known.definition,
        counted_rows=counted_rows(metric, mau_method),
        unit=manifest.parameters["reporting_currency"] if known.unit == "currency" else known.unit,
        method=known.method.value if known.method else manifest.parameters["mau_method"],
        month=edition.month,
        first_month=edition.month if is_state else edition.month - (WINDOW_MONTHS - 1),
        edition=edition.number,
        filter=question.selection.filter,
        viewer=question.viewer,
        value=value,
        numerator=numerator,
        denominator=denominator,
        null_reason=known.null_reason if value is None else None,
        flags=edition.flags(edition.month, known.history_months),
        rule_sets={rule_set: manifest.rule_sets[rule_set]},
        parameters=dict(manifest.parameters),
        names_people=metric_subject(metric, mau_method).names_people,
    )


def _expected(metric: MetricId, numbers: Numbers) -> dict[str, Fraction]:
    """What the rows of each side have to add up to; also where the value is null for want of a denominator."""
    if numbers.denominators is None:
        return {"numerator": numbers.value(0) or Fraction(0)}
    expected = {"numerator": Fraction(int(numbers.numerators[0]))}
    if metric in _WITH_DENOMINATOR_ROWS:
        expected["denominator"] = Fraction(int(numbers.denominators[0]))
    return expected
