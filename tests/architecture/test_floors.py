"""The floors and the shape of the house (design/architecture.md, sections 2 and 6)."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import partnerlens

REPOSITORY = Path(__file__).parents[2]
PACKAGE = Path(partnerlens.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 500
LONGEST_FUNCTION = 60
DEFINITIONS = {"facts.py", "scorecard.py"}
"""Modules that are one long definition, read like a document."""

LOADED_WHEN_NEEDED = {
    "cli/options.py": {"partnerlens.cli.commands", "partnerlens.cli.server_commands"},
    "store/ledger.py": {"partnerlens.store.migration"},
}
"""The modules that import others by name, and which: help has to be fast, and migrations are rare."""


def trees() -> dict[str, ast.Module]:
    """Return the syntax tree of every module, by its path in the package."""
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return all functions of a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def names_our_package(node: ast.AST) -> bool:
    """Return whether an import names this package."""
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").split(".")[0] == "partnerlens"
    return isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "partnerlens" for alias in node.names)


def test_modules_import_only_from_the_floors_below() -> None:
    """The contracts of .importlinter hold, and every module has a floor."""
    checked = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", checked.stdout)


def test_modules_are_short() -> None:
    """A module can be read in one sitting."""
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    long = {name for name, length in lengths.items() if length > LONGEST_MODULE}

    assert long <= DEFINITIONS


def test_functions_are_short() -> None:
    """A function fits on a screen; what is declared before its body, such as a command's options, does not count."""
    long = [
        f"{name}: {function.name}"
        for name, tree in trees().items()
        for function in functions(tree)
        if (function.end_lineno or 0) - function.body[0].lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


def test_imports_of_our_own_stand_at_the_top() -> None:
    """No function hides a dependency."""
    hidden = [
        f"{name}: {function.name}"
        for name, tree in trees().items()
        for function in functions(tree)
        for node in ast.walk(function)
        if names_our_package(node)
    ]

    assert hidden == []


def test_nothing_is_imported_for_types_alone() -> None:
    """TYPE_CHECKING hides rings of imports, so it is not used."""
    assert [name for name, tree in trees().items() if "TYPE_CHECKING" in ast.unparse(tree)] == []


def test_few_modules_are_loaded_when_they_are_needed() -> None:
    """Help stays fast, and migrations are loaded once in a store's life; nothing else is imported by name."""
    known = {".".join(("partnerlens", *path.relative_to(PACKAGE).with_suffix("").parts)) for path in MODULES}
    importing = {name: tree for name, tree in trees().items() if "import_module(" in ast.unparse(tree)}
    found = {
        name: {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in known}
        for name, tree in importing.items()
    }
    calls = sum(ast.unparse(tree).count("import_module(") for tree in importing.values())

    assert found == LOADED_WHEN_NEEDED
    assert calls == len(LOADED_WHEN_NEEDED)


def test_every_module_says_what_it_is_for() -> None:
    """A module opens with a sentence."""
    assert [name for name, tree in trees().items() if not ast.get_docstring(tree)] == []


def test_only_the_doors_catch_everything() -> None:
    """Below the doors an error that nobody expected is not swallowed; cleaning up and raising again is fine."""
    broad = [
        name
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and catches_everything(node) and not raises_again(node)
    ]

    assert set(broad) <= {"cli/options.py", "ingest/reading.py", "server/watch.py"}


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler names no error, or the root of all."""
    return handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}


def raises_again(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler ends by raising."""
    return isinstance(handler.body[-1], ast.Raise)
