"""The parents of partners: known, and never more than one level deep, in whatever order the rows stand."""

import pyarrow as pa

from partnerlens.ingest.references import PARENT, known_rows
from partnerlens.ingest.stage import Stage


def judge_parents(stage: Stage) -> None:
    """
    Note in ``_missing`` of ``resolved`` the partners whose parent does not fit.

    A parent has to be known, in the store or among the rows that go on, and has no parent itself; a partner that
    has locations gets no parent. Rows are taken out until the rest fits, so the order of rows does not matter.
    """
    engine = stage.engine
    known = known_rows(stage, "partners")
    engine.scan("stored", stage.snapshot.files("partners"), {"partner_no": "BIGINT", "parent_partner_no": "BIGINT"})
    stored = dict(
        engine.rows(
            f"SELECT own.id, parent.id FROM stored JOIN {known} own ON partner_no = own.no "
            f"LEFT JOIN {known} parent ON parent_partner_no = parent.no"
        )
    )
    rows = {
        partner: (rid, parent)
        for rid, partner, parent in engine.rows(f"SELECT rid, partner_id, {PARENT} FROM resolved")
    }
    faults = _faults(stored, {partner: parent for partner, (_, parent) in rows.items()})
    if faults:
        found = pa.table(
            {
                "rid": pa.array([rows[partner][0] for partner in faults], pa.int64()),
                "fault": pa.array([f"{PARENT}\x1f{rule}" for rule in faults.values()], pa.string()),
            }
        )
        engine.register("parent_faults", found)
        engine.execute("UPDATE resolved SET _missing = fault FROM parent_faults p WHERE resolved.rid = p.rid")
        engine.drop("parent_faults")


def _faults(stored: dict[str, str | None], new: dict[str, str | None]) -> dict[str, str]:
    """The rule that each new row breaks, by partner; both arguments map partners to parents."""
    accepted = dict(new)
    faults: dict[str, str] = {}
    while True:
        state = stored | accepted
        children = {partner: parent for partner, parent in accepted.items() if parent is not None}
        found = {partner: "unknown_reference" for partner, parent in children.items() if parent not in state}
        if not found:
            found = {partner: "nested_parent" for partner, parent in children.items() if state[parent] is not None}
        if not found:
            holders = {parent for parent in state.values() if parent is not None}
            found = {partner: "nested_parent" for partner in children if partner in holders}
        if not found:
            return faults
        faults |= found
        for partner in found:
            del accepted[partner]
