"""The help texts, so that every change of them is read."""

import pytest

from commandlist import all_commands

COMMANDS = sorted(all_commands())


@pytest.mark.parametrize("command", ["", *COMMANDS], ids=["partnerlens", *COMMANDS])
def test_help_text(command, run, snapshot):
    """Each command says what it does and what its options mean."""
    shown = run(*command.split(), "--help", columns=80)

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == snapshot


def test_help_names_every_command_of_the_contract():
    """The commands of facts.md that exist are the ones that help lists."""
    assert set(COMMANDS) == {
        "adoption",
        "band",
        "bridge",
        "build",
        "compact",
        "demo",
        "difference",
        "doctor",
        "editions",
        "explain",
        "findings",
        "init",
        "load",
        "loads",
        "mismatches",
        "publish",
        "quarantine",
        "reconcile",
        "replay",
        "sample",
        "score",
        "scorecards",
        "scores",
        "serve",
        "show",
        "statement",
        "template",
        "token create",
        "token list",
        "token revoke",
        "user add",
        "user disable",
        "user grant",
        "user list",
        "user password",
        "user revoke",
        "values",
    }
