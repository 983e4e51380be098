"""What only a process of its own can show: imports, pipes, exit codes of bugs, completion, the environment."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

PARTNERLENS = Path(sys.executable).with_name("partnerlens")
HEAVY = ("alembic", "duckdb", "jinja2", "numpy", "pandas", "pyarrow", "pydantic", "rich", "sqlalchemy")


def partnerlens(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    """Run the installed script."""
    variables = {"COLUMNS": "100"} | options.pop("variables", {})
    environment = {name: value for name, value in os.environ.items() if name != "PARTNERLENS_HOME"} | variables
    command = [str(PARTNERLENS), *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120, **options)


def test_help_loads_no_engine_and_no_tables():
    """Help and completion come at once because nothing heavy is imported for them."""
    program = (
        "import sys\n"
        "from partnerlens.cli.main import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert shown.stdout.splitlines()[-1] == "[]"


def test_script_tells_its_version():
    """The installed script answers."""
    shown = partnerlens("--version")

    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "partnerlens 0.1.0\n", "")


@pytest.mark.parametrize("form", [["--json"], []], ids=["json", "table"])
def test_broken_pipe_is_quiet(form, tiny_home):
    """A reader that leaves early is no fault: nothing on standard error, exit code 0."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        ended = subprocess.run(
            [str(PARTNERLENS), "values", "revenue", "--home", str(tiny_home), *form],
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )

    assert (ended.returncode, ended.stderr) == (0, "")


def test_variable_names_the_workspace(run, tiny_home, tmp_path):
    """PARTNERLENS_HOME stands in for --home, and --home wins over it."""
    by_variable = run("editions", "--json", PARTNERLENS_HOME=str(tiny_home))
    by_option = run("editions", "--home", tmp_path, PARTNERLENS_HOME=str(tiny_home))

    assert [edition["month"] for edition in by_variable.document] == ["2024-03"]
    assert by_option.code == 4


def test_workspace_is_in_the_present_folder_by_default(tmp_path):
    """Without --home and variable the workspace is ./partnerlens-home."""
    made = partnerlens("init", cwd=tmp_path)

    assert made.returncode == 0
    assert (tmp_path / "partnerlens-home" / "program.toml").is_file()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["show", "--json"], "Missing argument 'PARTNER'."),
        (["build", "2024-03", "--months", "few", "--json"], "Invalid value for '--months'"),
        (["--json", "show"], "No such option: --json"),
        (["shwo", "--json"], "No such command 'shwo'."),
    ],
)
def test_wrong_words_are_a_document_too(arguments, problem):
    """Faults that the parser finds are told as JSON when JSON was asked for."""
    ended = partnerlens(*arguments)
    error = json.loads(ended.stdout)["error"]

    assert (ended.returncode, error["code"]) == (2, "wrong_use")
    assert error["problem"].startswith(problem)
    assert problem in ended.stderr


def test_wrong_words_without_json_leave_standard_output_empty():
    """People read a fault on standard error."""
    ended = partnerlens("show")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Missing argument 'PARTNER'" in ended.stderr


def test_bug_is_told_in_full_and_has_its_own_exit_code():
    """What no text was written for ends with a traceback and exit code 5, never with 1 (rejected rows)."""
    program = (
        "import sys\n"
        "import partnerlens.cli.commands as commands\n"
        "commands.TABLES = None\n"
        "sys.argv = ['partnerlens', 'template', 'seats', '--json']\n"
        "from partnerlens.cli.main import main\n"
        "main()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert ended.returncode == 5
    assert json.loads(ended.stdout)["error"]["code"] == "internal"
    assert "Traceback (most recent call last)" in ended.stderr


def test_full_disk_is_a_matter_of_resources(run, own_home, tmp_path):
    """A file that cannot grow stops the load with exit code 5, and nothing is loaded."""
    lines = [f"C{number},{sha256(b'%d' % number).hexdigest()},US" for number in range(20_000)]
    (tmp_path / "customers.csv").write_text("customer_id,name,country\n" + "\n".join(lines), encoding="utf-8")
    before = run("loads", "--json", "--home", own_home).document
    program = (
        "import resource, sys\n"
        "from partnerlens.cli.main import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        f"sys.argv[1:] = ['load', {str(tmp_path / 'customers.csv')!r}, '--home', {str(own_home)!r}]\n"
        "main()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert ended.returncode == 5, ended.stderr
    assert ended.stderr.startswith("error: ")
    assert "Traceback" not in ended.stderr
    assert run("loads", "--json", "--home", own_home).document == before


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_is_printed(shell):
    """Each shell gets a script that names the program."""
    printed = partnerlens(variables={"_PARTNERLENS_COMPLETE": f"source_{shell}"})

    assert "_PARTNERLENS_COMPLETE" in printed.stdout
    assert "partnerlens" in printed.stdout


def test_completion_knows_the_commands():
    """The shell asks for words that begin with what is typed."""
    asked = {"_PARTNERLENS_COMPLETE": "complete_bash", "COMP_WORDS": "partnerlens lo", "COMP_CWORD": "1"}
    offered = partnerlens(variables=asked)

    assert offered.stdout.split() == ["load", "loads"]
