"""The JSON documents are as the reference lists them, field by field."""

import io
import json
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import docpages
import pytest
import runner

from commandlist import all_commands

DOCUMENTS = {
    document["command"]: document["fields"]
    for document in tomllib.loads((docpages.ROOT / "tools" / "json_documents.toml").read_text(encoding="utf-8"))[
        "document"
    ]
}
ASKED = {
    "sample": "sample files --partners 4 --customers 4 --months 1",
    "init": "init --home new",
    "template": "template seats",
    "load": "load seats.csv --home HOME; load usage.csv --home HOME",
    "loads": "loads --home HOME",
    "quarantine": "quarantine --home HOME",
    "mismatches": "mismatches --home HOME",
    "build": "build 2026-06 --home HOME",
    "publish": "publish 2026-06 --dry-run --home HOME; publish 2026-06 --home HOME",
    "editions": "editions --home HOME; editions --prune --home HOME",
    "compact": "compact --home HOME",
    "show": "show P028 --home HOME; show P028 --product CE-SALES --workload 'Customer Engagement' --country KR "
    "--home HOME",
    "values": "values revenue --home HOME",
    "band": "band P028 revenue --home HOME; band P028 certified_people --home HOME",
    "score": "score P028 --roll-off --home HOME; score P004 --home HOME",
    "scores": "scores --home HOME",
    "scorecards": "scorecards --home HOME",
    "explain": "explain P028 revenue --home HOME; explain P028 net_new_revenue --scorecard smb-pci-2021 --home HOME; "
    "explain P028 net_new_revenue --scorecard smb-pci-2021 --leaving --home HOME",
    "adoption": "adoption --home HOME; adoption P028 --home HOME; adoption P028 --customer C0243 --home HOME",
    "difference": "difference P028 revenue 11 12 --home HOME",
    "bridge": "bridge P028 revenue --home HOME",
    "findings": "findings P028 --home HOME; findings P028 --code D-10 --code D-14 --home HOME",
    "reconcile": "reconcile P028 books.csv --home HOME",
    "statement": "statement P028 --output statement.pdf --home HOME",
    "replay": "replay 12 --home HOME",
    "doctor": "doctor --home HOME",
    "user add": "user add ann@example.com --no-password --home HOME",
    "user grant": "user grant ann@example.com --role report_viewer --partner P028 --home HOME",
    "user list": "user list --home HOME",
    "user password": "user password ann@example.com --home HOME",
    "token create": "token create ann@example.com --name nightly --home HOME",
    "token list": "token list --home HOME",
    "token revoke": "token revoke TOKEN --home HOME",
    "user disable": "user disable ann@example.com --home HOME",
    "user revoke": "user revoke ann@example.com --role report_viewer --partner P028 --home HOME",
    "any command that fails": "show NOBODY --home HOME",
}
"""How each document is asked for, once or twice, of a workspace with a rejected row."""

OPEN = {
    "released": "{table}",
    "rule_sets": "{name}",
    "parameters": "{name}",
    "not_counted": "{reason}",
    "reasons": "{reason}",
    "causes": "{cause}",
    "kinds": "{kind}",
    "unconverted": "{currency}",
    "methods": "{method}",
}
"""Objects whose keys are data, with what stands for a key."""


def paths(value: Any, place: str = "") -> Iterator[str]:
    """Return the path of each field of a document, as the reference writes it; empty lists count as one field."""
    if isinstance(value, dict):
        for key, inner in value.items():
            shown = OPEN.get(place.rpartition(".")[2], key)
            yield from paths(inner, f"{place}.{shown}" if place else shown)
        if not value:
            yield f"{place}.{OPEN.get(place.rpartition('.')[2], '')}"
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{place}[]")
        if not value:
            yield f"{place}[]"
    else:
        yield place


@pytest.fixture(scope="module")
def documents(demo_home: Path, tmp_path_factory) -> dict[str, Any]:
    """Each document, asked for in order in a copy of the demo."""
    folder = tmp_path_factory.mktemp("json")
    home = folder / "home"
    shutil.copytree(demo_home, home)
    file = folder / "seats.csv"
    file.write_text(
        "month,subscription_id,state,sold_seats,assigned_seats\n2026-06,S01010,active,9,1\n2026-06,S01010x,active,9,1\n",
        encoding="utf-8",
    )
    usage = folder / "usage.csv"
    usage.write_text(
        "SubscriptionId,SubscriptionStartDate,SubscriptionEndDate,SubscriptionStatus,Month,RevSumCategoryName,SKU,"
        "FreeVsPaidSKU,SalesModel,CustomerName,CustomerTenantId,MPNId,PartnerName,PartnerAttachType,AvailableSeats,"
        "AssignedSeats,ActiveSeats,DeploymentOpportunity,ActiveUsagePercent,Extra\n"
        "S9,2026-01-01,,Active,2026-06-01,x,SALES,Paid,CSP,Contoso,T9,P900,Contoso,CSP,9,4,3,6,33.3,x\n",
        encoding="utf-8",
    )
    books = folder / "books.csv"
    books.write_text("month,subscription,amount,currency\n2026-06,S01010,9,\n2026-06,S01010,9,ZAR\n", encoding="utf-8")
    _lower_silver(home)
    found: dict[str, list[Any]] = {}
    for command, asked in ((command, part) for command, parts in ASKED.items() for part in parts.split(";")):
        places = {
            "HOME": str(home),
            "seats.csv": str(file),
            "books.csv": str(books),
            "usage.csv": str(usage),
            "statement.pdf": str(folder / "statement.pdf"),
            "files": str(folder / "files"),
            "new": str(folder / "new"),
            "TOKEN": found["token create"][-1]["token"] if "token create" in found else "",
        }
        words = [places.get(word, word) for word in shlex.split(asked)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
            _, printed = runner.partnerlens([*words, "--json"], messages=False)
        found.setdefault(command, []).append(json.loads(printed))
    return found


def _lower_silver(home: Path) -> None:
    """Let a tier be reached by fewer points from the next build on, so that publishing changes tiers."""
    name = "smb-pci-2021"
    text = files("partnerlens.catalog").joinpath("scorecards", f"{name}.toml").read_text(encoding="utf-8")
    assert "points = 60" in text
    own = home / "catalog" / "scorecards" / f"{name}.toml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(text.replace("points = 60", "points = 10"), encoding="utf-8")


@pytest.mark.parametrize("command", ASKED)
def test_a_json_document_has_the_fields_of_the_reference(documents: dict[str, Any], command: str) -> None:
    """No field is missing on the page, and none stands there that is never printed."""
    printed = {path for document in documents[command] for path in paths(document)}
    filled = {path for path in printed if not any(other.startswith(f"{path}.") for other in printed)}

    assert set(DOCUMENTS[command]) == filled


def test_the_json_document_of_every_command_is_in_the_reference(documents: dict[str, Any]) -> None:
    """Each command has its document; what `demo` prints is made of the same parts as the others."""
    assert set(all_commands()) - {"serve"} == {*documents, "demo"} - {"any command that fails"}
    assert set(DOCUMENTS) == {*documents, "demo"}
