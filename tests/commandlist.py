"""The commands of the command line, those of groups included."""

from typing import Any

import typer.main

from partnerlens.cli.main import app


def all_commands(group: Any = None, prefix: str = "") -> dict[str, Any]:
    """Return every command by its words, such as ``user add``; a group is no command."""
    found: dict[str, Any] = {}
    for name, command in (group or typer.main.get_command(app)).commands.items():
        words = f"{prefix}{name}"
        found |= all_commands(command, f"{words} ") if hasattr(command, "commands") else {words: command}
    return found
