"""What comes of it at the customers: deployed instances and survey responses."""

import numpy as np
import pyarrow as pa

from partnerlens.sample.arrays import OPEN_END, Whole, chance, pick
from partnerlens.sample.contracts import PAID
from partnerlens.sample.text import dates, numbered, taken, words
from partnerlens.sample.vocabulary import PRODUCTS
from partnerlens.sample.world import World

_KINDS = ("production", "sandbox")
_PRODUCTION, _SANDBOX = range(len(_KINDS))
_RESPONSES_A_YEAR = 0.9
_USUAL_SCORE = 8.1


def instance_rows(world: World) -> pa.Table:
    """Return the rows of ``instances``: for most customers and deployed products, some with several."""
    rng = world.plan.random("instances")
    rows = _deploying(rng, world)
    production = 1 + chance(rng, 0.1, size=len(rows)).astype(np.int64)
    sandbox = pick(rng, [45, 40, 15], size=len(rows))
    owner = np.concatenate([np.repeat(rows, production), np.repeat(rows, sandbox)])
    kind = np.repeat([_PRODUCTION, _SANDBOX], [production.sum(), sandbox.sum()])
    order = np.argsort(owner, kind="stable")
    owner, kind = owner[order], kind[order]
    size = len(owner)
    deployed = world.subscriptions.start[owner] + 2 + 20 * (kind == _PRODUCTION)
    deployed = deployed + rng.exponential(60, size).astype(np.int64)
    retired = deployed + 40 + rng.exponential(500, size).astype(np.int64)
    is_retired = chance(rng, 0.2, size=size) & (retired <= world.plan.last_day)
    rows_of_all = pa.table(
        {
            "instance_id": numbered("N", np.arange(1, size + 1), width=len(str(size)) + 1),
            "customer_id": taken(world.customers.ids, world.subscriptions.customer[owner]),
            "product_id": words(world.subscriptions.product[owner], [product.code for product in PRODUCTS]),
            "kind": words(kind, _KINDS),
            "deployed_on": dates(deployed),
            "retired_on": dates(np.where(is_retired, retired, OPEN_END)),
        }
    )
    return rows_of_all.filter(pa.array(deployed <= world.plan.last_day))


def survey_rows(world: World) -> pa.Table:
    """Return the rows of ``survey_responses``: kinder to some partners than to others."""
    rng = world.plan.random("surveys")
    first = np.maximum(world.subscriptions.start, world.plan.first_day)
    last = np.minimum(world.subscriptions.end, world.plan.last_day)
    days = np.maximum(last - first + 1, 0)
    owner = np.repeat(np.arange(len(days)), rng.poisson(days / 365 * _RESPONSES_A_YEAR))
    size = len(owner)
    customer = world.subscriptions.customer[owner]
    partner = world.customers.partner[customer]
    liking = np.where(partner >= 0, world.partners.liking[partner], -0.3)
    score = np.clip(np.rint(_USUAL_SCORE + liking + rng.normal(0.0, 1.9, size)), 0, 10)
    return pa.table(
        {
            "response_id": numbered("R", np.arange(1, size + 1), width=len(str(size)) + 1),
            "customer_id": taken(world.customers.ids, customer),
            "product_id": words(world.subscriptions.product[owner], [product.code for product in PRODUCTS]),
            "responded_on": dates(first[owner] + (rng.random(size) * days[owner]).astype(np.int64)),
            "score": pa.array(score.astype(np.int64)),
        }
    )


def product_rows() -> pa.Table:
    """Return the rows of ``products``."""
    return pa.table(
        {
            "product_id": [product.code for product in PRODUCTS],
            "name": [product.name for product in PRODUCTS],
            "family": [product.family for product in PRODUCTS],
            "workloads": [";".join(product.workloads) for product in PRODUCTS],
        }
    )


def _deploying(rng: np.random.Generator, world: World) -> Whole:
    """Return the first paid subscription to each product that a customer deploys; some never do."""
    subscriptions = world.subscriptions
    is_deployed = np.array([product.is_deployed for product in PRODUCTS])[subscriptions.product]
    rows = np.flatnonzero(is_deployed & (subscriptions.licence == PAID))
    # Subscriptions are sorted by customer and start, so the first of a kind is the earliest.
    kinds = subscriptions.customer[rows] * len(PRODUCTS) + subscriptions.product[rows]
    rows = np.sort(rows[np.unique(kinds, return_index=True)[1]])
    return rows[chance(rng, 0.85, size=len(rows))]
