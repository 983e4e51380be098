"""Run the statements of a subject: the build's own steps for credit, then the facts, and what became of each."""

from partnerlens.build.step import step_sql
from partnerlens.engine.protocol import Engine
from partnerlens.explain.ground import PEOPLE_AHEAD
from partnerlens.explain.statement import explain_sql
from partnerlens.explain.subject import Credited, Subject
from partnerlens.explain.term import register_lasting
from partnerlens.model.ahead import YEAR


def find_rows(engine: Engine, subject: Subject, *, by_pair: bool) -> None:
    """
    Find the rows of a subject and keep them as the relation ``found``.

    Args:
        engine: where the relations of the ground are; see ``Ground.prepare``.
        subject: what is explained.
        by_pair: whether the filter names products or workloads; otherwise those of activity are not read.
    """
    find_option(engine, subject, by_pair=by_pair)
    register_lasting(engine, PEOPLE_AHEAD if subject.credited is None else YEAR)


def find_option(engine: Engine, subject: Subject, *, by_pair: bool = False) -> None:
    """Find the rows of a subject, as ``find_rows``, but for what reads the later months of them."""
    credited = subject.credited
    if credited is None:
        for name in (*subject.before, "found"):
            engine.keep(name, explain_sql(subject.facts[0] if name == "found" else name))
        return
    for step in (*credited.steps, *subject.steps):
        engine.keep(step, step_sql(step, {}))
    judge(engine, credited, subject.facts, before=subject.before, by_pair=by_pair, loss_rule=subject.loss_rule)


def judge(
    engine: Engine,
    credited: Credited,
    facts: tuple[str, ...],
    *,
    before: tuple[str, ...] = (),
    by_pair: bool = False,
    loss_rule: str = "",
) -> None:
    """
    Find what became of candidate facts, and keep it as the relation ``found``; the steps of credit have been run.

    Args:
        engine: where they are.
        credited: how the facts are credited.
        facts: the files whose rows together are the candidates.
        before: files that these read, in order.
        by_pair: whether the filter names products or workloads.
        loss_rule: for lost customers, whom a loss is charged to.
    """
    names = {"key": credited.key, "group": credited.group.value, "credit": credited.relation, "keys": credited.keys}
    for name in ("credit", "own_associations"):
        engine.keep(name, explain_sql(name, **names))
    for name in before:
        engine.keep(name, explain_sql(name, by_pair=by_pair))
    engine.keep("judged", explain_sql("judged", facts=facts, loss_rule=loss_rule, **names))
    engine.keep("standing", explain_sql(f"standing_{credited.key}", **names))
    engine.keep("taken", explain_sql("taken", **names))
    engine.keep("found", explain_sql("found", **names))
