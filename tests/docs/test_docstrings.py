"""The code says what it is for, and the examples in it are true."""

import ast
import doctest
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import docpages
import pytest

SOURCE = docpages.ROOT / "src"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
TESTS = sorted((docpages.ROOT / "tests").rglob("test_*.py"))


def module_name(path: Path) -> str:
    """Return a module's name, such as ``partnerlens.months``."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def public(tree: ast.AST) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    """Return the public classes and functions of a module, and the public methods of public classes."""
    for node in ast.iter_child_nodes(tree):
        is_named = isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
        if is_named and not any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in node.decorator_list):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_everything_public_of_a_module_has_a_docstring(path: Path) -> None:
    """The module, its public classes and functions, and their public methods say what they are."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [f"{path.name}:{node.lineno} {node.name}" for node in public(tree) if not ast.get_docstring(node)]

    assert ast.get_docstring(tree)
    assert [] == silent


WITH_EXAMPLES = [path for path in MODULES if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=module_name)
def test_the_examples_in_the_docstrings_of_a_module_are_true(path: Path) -> None:
    """Each example gives what stands under it."""
    outcome = doctest.testmod(importlib.import_module(module_name(path)))

    assert outcome.attempted
    assert 0 == outcome.failed


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_every_test_states_its_promise(path: Path) -> None:
    """A test's name is a sentence of at least two words, and its docstring says the rule."""
    tests = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]

    assert [] == [f"{path.name}:{node.lineno} {node.name}" for node in tests if not ast.get_docstring(node)]
    assert [] == [node.name for node in tests if len(re.findall(r"[a-z0-9]+", node.name)) < 3]
