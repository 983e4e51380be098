"""Run the statements of a subject: the build's own steps for credit, then the facts, and what became of each."""

from partnerlens.build.step import step_sql
from partnerlens.engine.protocol import Engine
from partnerlens.explain.statement import explain_sql
from partnerlens.explain.subject import Subject


def find_rows(engine: Engine, subject: Subject, *, by_pair: bool) -> None:
    """
    Find the rows of a subject and keep them as the relation ``found``.

    Args:
        engine: where the relations of the ground are; see ``Ground.prepare``.
        subject: what is explained.
        by_pair: whether the filter names products or workloads; otherwise those of activity are not read.
    """
    credited = subject.credited
    if credited is None:
        for name in (*subject.before, "found"):
            engine.keep(name, explain_sql(subject.facts[0] if name == "found" else name))
        return
    for step in credited.steps:
        engine.keep(step, step_sql(step, {}))
    names = {"key": credited.key, "group": credited.group.value, "credit": credited.relation, "keys": credited.keys}
    for name in ("credit", "own_associations"):
        engine.keep(name, explain_sql(name, **names))
    for name in subject.before:
        engine.keep(name, explain_sql(name, by_pair=by_pair))
    engine.keep("judged", explain_sql("judged", facts=subject.facts, **names))
    engine.keep("standing", explain_sql(f"standing_{credited.key}", **names))
    engine.keep("taken", explain_sql("taken", **names))
    engine.keep("found", explain_sql("found", **names))
