"""An edition is computed again byte by byte, though facts were corrected and rules changed after it."""

from decimal import Decimal
from pathlib import Path

from building import add, begin, small_world

from oracle import World
from partnerlens.app import Workspace

NEW_RULES = """
extends = "2021-01-14"
effective_from = 2021-01-14
change = "Half of the revenue is enough."
tracks.smb.indicators.net_new_revenue.options.value.threshold = 15000
product_lists.qualifying.families = ["Customer Engagement"]
"""


def change_everything(workspace: Workspace, lines: list[dict]) -> None:
    """Correct billed amounts, replace the version of the scorecard, and raise the fewest partners of a band."""
    corrected = [line | {"amount": line["amount"] + Decimal("1234.56")} for line in lines]
    add(workspace, World({"billing_lines": corrected}), "corrections")
    folder = workspace.home / "catalog" / "scorecards" / "smb-pci-2021"
    folder.mkdir(parents=True)
    (folder / "2021-01-14.toml").write_text(NEW_RULES)
    program = workspace.home / "program.toml"
    program.write_text(program.read_text().replace("k = 1", "k = 2"))


def test_editions_before_and_after_changes_replay_to_the_same_bytes(tmp_path: Path) -> None:
    """Each edition stands on the facts and rules of its own time, whatever came after."""
    world = small_world(21, end="2022-06", scores=True)
    with begin(tmp_path, world) as workspace:
        month = max(row["month"] for row in world.facts["seats"])
        lines = [row for row in world.facts["billing_lines"] if row["billing_month"] == month]
        (before,) = workspace.build(month)
        change_everything(workspace, lines)
    with Workspace.open(tmp_path) as workspace:
        (after,) = workspace.build(month)
        replays = [workspace.replay(edition.number) for edition in (before, after)]

    assert after.number == before.number + 1
    for replay in replays:
        assert [(table.month, table.name) for table in replay.tables if not table.is_equal] == []
    published = [{(table.month, table.name): table.published for table in replay.tables} for replay in replays]
    changed = {place[1] for place, digest in published[0].items() if published[1][place] != digest}

    assert {"revenue", "score smb-pci-2021"} <= changed
