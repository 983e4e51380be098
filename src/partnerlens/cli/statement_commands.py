"""What the command that prints a statement does."""

from pathlib import Path
from typing import Any

from partnerlens.access.audit import AuditPage
from partnerlens.access.desk import Desk
from partnerlens.access.reader import Grant, Reader
from partnerlens.access.roles import OPERATOR
from partnerlens.app.workspace import Workspace
from partnerlens.cli.commands import run_with
from partnerlens.cli.reply import DONE, Reply
from partnerlens.web.question import Question
from partnerlens.web.statement import check_language, statement_file


class _NoTrail:
    """The audit trail of a terminal: whoever has the workspace's files is not audited by it."""

    def record(self, reader: Reader, action: str, subject: str = "", detail: str = "") -> None:
        """Write nothing down."""

    def entries(self, *, limit: int, offset: int) -> AuditPage:  # noqa: ARG002 - a trail without entries
        """Return none."""
        return AuditPage((), 0)


def run(command: str, *, as_json: bool, arguments: dict[str, Any]) -> int:
    """Run the command and return its exit code; see ``commands.run``."""
    return run_with({"statement": _statement}[command], as_json=as_json, arguments=arguments)


def _statement(
    reply: Reply,
    *,
    home: Path,
    partner: str,
    output: Path,
    month: str | None,
    scorecard: str | None,
    chosen: dict[str, list[str]],
    language: str,
) -> int:
    check_language(language)
    filters = {name: tuple(values) or None for name, values in chosen.items()}
    question = Question(partner, month=month).changed(**filters)
    with Workspace.open(home, resident=False) as workspace:
        reader = Reader("", "", "", (Grant(OPERATOR, None),))
        desk = Desk(workspace, reader, _NoTrail())
        name, content = statement_file(desk, question, scorecard=scorecard, language=language)
    output.write_bytes(content)
    reply.give({"file": str(output), "statement": name, "bytes": len(content)}, f"'{output}' is the statement")
    return DONE
