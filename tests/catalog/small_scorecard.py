"""A small scorecard without faults, and a workspace that holds changed copies of it."""

from pathlib import Path

from partnerlens.catalog.catalog import Catalog

SMALL = """\
id = "small"
title = "Small"
effective_from = 2024-01-01
credit_policy = "pci-2020"

[source]
title = "A page"
where = "made up"
accessed = "2026-11"

[[tiers]]
name = "gold"
points = 80

[[tiers]]
name = "silver"
points = 60

[tracks.one]
title = "One"
products = "products"

[tracks.one.indicators.revenue]
title = "Revenue"
group = "performance"
unit = "currency"
max = 60
options.value = { kind = "revenue", threshold = 1000 }

[tracks.one.indicators.people]
title = "People"
group = "capability"
unit = "people"
max = 40
options.value = { kind = "people", exam_rule = "consultant", threshold = 5 }

[exam_rules.consultant]
all_of = ["PL-200", "elective"]

[exam_rules.elective]
any_of = ["MB-210", "MB-220"]

[product_lists.products]
names = ["A product"]
"""


def changed(*changes: tuple[str, str]) -> str:
    """Return the small scorecard with texts replaced, each of which it holds exactly once."""
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def catalog_with(home: Path, files: dict[str, str]) -> Catalog:
    """Return the catalog of a workspace with these files in its folder of scorecards."""
    for name, text in files.items():
        file = home / "catalog" / "scorecards" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Catalog(home)


def faults_of(home: Path, text: str) -> list[str]:
    """Return the faults of a scorecard ``small``, each from its line on: ``4: 'credit_policy' is ...``."""
    catalog = catalog_with(home, {"small.toml": text})
    start = str(home / "catalog" / "scorecards" / "small.toml")
    return [fault.replace(f"{start}, line ", "").replace(start, "file") for fault in catalog.check_scorecards()]
