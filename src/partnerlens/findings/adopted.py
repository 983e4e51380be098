"""What findings read of adoption: usage above what was sold, unused licences, and licences that nobody bought."""

import pyarrow as pa

from partnerlens.adoption import Adoption
from partnerlens.adoption.advice import LOW_ADOPTION

_TEXT, _COUNT = pa.string(), pa.int64()
_PLACE = [("customer_id", _TEXT), ("product_id", _TEXT)]
OVER_USED = pa.schema([*_PLACE, ("cause", _TEXT), ("active", _COUNT), ("measured", _COUNT), ("amount", _COUNT)])
UNUSED = pa.schema([*_PLACE, ("sold", _COUNT), ("assigned", _COUNT), ("unused", _COUNT)])
LEFT_OUT = pa.schema([*_PLACE, ("licence", _TEXT), ("seats", _COUNT)])

NO_CAUSE = "none"


def adoption_tables(adoption: Adoption | None) -> dict[str, pa.Table]:
    """Return the relations by name; empty ones without adoption."""
    over: list[dict[str, object]] = []
    unused: list[dict[str, object]] = []
    for line in adoption.lines if adoption else ():
        place = {"customer_id": line.customer_id, "product_id": line.product_id}
        if line.excess is not None:
            counts = {
                "active": line.all.active,
                "measured": line.all.measured,
                "amount": (line.all.active or 0) - line.all.measured,
            }
            over += [{**place, "cause": cause, **counts} for cause in line.causes or (NO_CAUSE,)]
        if adoption and LOW_ADOPTION in adoption.advice.get(line.customer_id, ()) and line.unused > 0:
            unused.append({**place, "sold": line.all.sold, "assigned": line.all.assigned, "unused": line.unused})
    names = LEFT_OUT.names
    left_out = [{name: getattr(entry, name) for name in names} for entry in (adoption.left_out if adoption else ())]
    return {
        "over_used": pa.Table.from_pylist(over, OVER_USED),
        "unused": pa.Table.from_pylist(unused, UNUSED),
        "left_out": pa.Table.from_pylist(left_out, LEFT_OUT),
    }
