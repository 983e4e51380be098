"""The wheel is complete: installed alone in a fresh environment it runs the demo."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCES = REPOSITORY / "src"
KINDS = {".css", ".html", ".js", ".mako", ".po", ".py", ".sql", ".svg", ".toml", ".txt", ".typed"}
"""The files that the package is made of."""

UNREACHABLE = ("No matching distribution", "Could not find a version", "Network is unreachable", "onnect", "offline")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, as a release does."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """Python, SQL, definitions, migrations and the mark of typed code are all in it, and no tests."""
    with ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    sources = (path for path in SOURCES.rglob("*") if path.suffix in KINDS)
    expected = {path.relative_to(SOURCES).as_posix() for path in sources}

    assert names == expected
    assert "partnerlens/py.typed" in names
    assert any(name.startswith("partnerlens/store/migrations/versions/ledger_") for name in names)
    assert {Path(name).suffix for name in names} == KINDS


def test_wheel_says_what_it_is(wheel: Path) -> None:
    """Its metadata name the licence, the Python it needs and the script."""
    with ZipFile(wheel) as packed:
        texts = {Path(name).name: packed.read(name).decode() for name in packed.namelist() if ".dist-info/" in name}

    assert "License-Expression: Apache-2.0" in texts["METADATA"]
    assert "Requires-Python: >=3.11" in texts["METADATA"]
    assert "partnerlens = partnerlens.cli.main:main" in texts["entry_points.txt"]


def test_wheel_alone_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    """In an environment that holds nothing else, a small demo is made and its partner shown."""
    python = fresh_environment(tmp_path / "environment", wheel)
    program = python.with_name("partnerlens")
    demo = ["demo", "--no-serve", "--partners", "20", "--customers", "50", "--months", "14", "--home", "home"]
    made = run(program, *demo, "--json", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    partner = json.loads(made.stdout)["partner"]
    shown = run(program, "show", partner, "--json", "--home", "home", cwd=tmp_path)
    place = run(python, "-c", "import partnerlens; print(partnerlens.__file__)", cwd=tmp_path)

    assert len(json.loads(shown.stdout)["metrics"]) == 8
    assert place.stdout.startswith(str(tmp_path / "environment"))


def fresh_environment(folder: Path, wheel: Path) -> Path:
    """Return the Python of a new environment with the wheel and what it needs; skip when that is out of reach."""
    uv = shutil.which("uv") or shutil.which("uv", path=REPOSITORY / ".tools" / "bin")
    venv.create(folder, with_pip=uv is None)
    python = folder / "bin" / "python"
    installer = (
        [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install", "--no-compile"]
    )
    installed = run(*installer, "--quiet", str(wheel), cwd=folder)
    if installed.returncode and any(reason in installed.stderr for reason in UNREACHABLE):
        pytest.skip("the packages that the wheel depends on cannot be downloaded here")
    assert installed.returncode == 0, installed.stderr
    return python


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that sees nothing of this environment."""
    hidden = {"PARTNERLENS_HOME", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    variables = {name: value for name, value in os.environ.items() if name not in hidden}
    arguments = [str(part) for part in command]
    return subprocess.run(arguments, capture_output=True, text=True, cwd=cwd, env=variables, check=False)
