"""Sets with more members than a word has bits (62) give the oracle's answers."""

from pathlib import Path
from random import Random

import pytest
from building import begin, seat_months, small_world

import oracle
import worlds
from partnerlens.document.answer import answer_document

WORD_BITS = 62


@pytest.mark.parametrize(
    ("seed", "method"), [(1, "ttm_distinct_over_12"), (2, "mean_monthly_distinct"), (3, "monthly counts")]
)
def test_seventy_products_and_more_pairs_than_a_word_has_bits(seed: int, method: str, tmp_path: Path) -> None:
    """Adds over products of two words and users over pairs of two words are counted once, under every filter."""
    settings = {} if method == "monthly counts" else {"mau_method": method}
    world = small_world(
        seed, products=70, partners=8, customers=90, months=14, monthly_counts=method == "monthly counts", **settings
    )
    month = seat_months(world)[-1]
    activity = [*world.facts["activity"], *world.facts["activity_monthly"]]
    bought = {row["product_id"] for row in world.facts["subscriptions"]}
    rng = Random(seed)
    filters = [
        {},
        {"products": tuple(sorted(bought))[:40]},
        *(worlds.random_filter(world, rng, unknown=False) for _ in range(3)),
    ]
    asked = [chosen for chosen in filters if worlds.COUNTRY_WITHOUT_FACTS not in chosen.get("countries", ())]

    assert len(world.facts["products"]) > WORD_BITS
    assert len({(row["product_id"], row["workload"]) for row in activity}) > WORD_BITS
    with begin(tmp_path / "home", world) as workspace:
        workspace.build(month)
        workspace.publish(month)
        for chosen in asked:
            for partner, expected in oracle.all_answers(world, month, **chosen).items():
                answer = answer_document(workspace.answer(partner, **chosen))
                for ours, theirs in zip(answer["metrics"], expected["metrics"], strict=True):
                    series = [{"month": point["month"], "value": point["value"]} for point in ours["series"]]

                    assert ours | {"series": series} == theirs
