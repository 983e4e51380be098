"""Scorecards that a program names and that do not exist or have faults: who says so, and who need not."""

from pathlib import Path

import pytest

SETTING = 'scorecards = ["smb-pci-2021"]'


def name_scorecards(home: Path, names: str) -> None:
    """Write the setting as the first line of program.toml."""
    program = home / "program.toml"
    text = program.read_text().replace(SETTING, "")
    program.write_text(f"# ours\nscorecards = [{names}]\n{text}")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ('"smb-pci-2012"', "is 'smb-pci-2012': there is no such scorecard; did you mean 'smb-pci-2021'?"),
        ('"smb-pci-2021", "grove"', "'scorecards.1' is 'grove': there is no such scorecard; known are cba-2019,"),
        (
            '"cba-pci@2021-02-05"',
            "is 'cba-pci@2021-02-05': it has no such version; did you mean '2021-02-04' or '2021-06-01'?",
        ),
    ],
)
def test_unknown_scorecard_is_told_by_doctor_and_build(run, own_home: Path, names: str, words: str) -> None:
    """Both name file, line, value and near names; the build starts nothing, and answers go on."""
    name_scorecards(own_home, names)

    checked = {check["check"]: check for check in run("doctor", "--home", own_home, "--json").document}
    built = run("build", "2024-03", "--home", own_home, "--json")

    assert (checked["scorecards"]["passed"], built.code) == (False, 3)
    for told in (checked["scorecards"]["finding"], built.document["error"]["problem"]):
        assert told.startswith(f"{own_home}/program.toml, line 2: ")
        assert words in told
    assert run("show", "alder", "--home", own_home).code == 0


def test_faulty_scorecard_is_told_before_any_month_is_built(run, own_home: Path) -> None:
    """A scorecard of the workspace with a fault is told with its own file and line, before its time too."""
    folder = own_home / "catalog" / "scorecards"
    folder.mkdir(parents=True)
    (folder / "grove.toml").write_text('id = "grove"\neffective_from = 2030-01-01\ntitel = "Grove"\n')
    name_scorecards(own_home, '"grove"')
    editions = run("editions", "--home", own_home).out

    built = run("build", "2024-03", "--home", own_home)

    assert built.code == 3
    assert "grove.toml, line 3" in built.err
    assert run("editions", "--home", own_home).out == editions
    assert run("values", "revenue", "--home", own_home).code == 0


def test_named_scorecards_are_listed(run, tiny_home: Path) -> None:
    """The check-up says which scorecards the program applies."""
    checked = {check["check"]: check for check in run("doctor", "--home", tiny_home, "--json").document}

    assert checked["scorecards"]["finding"] == "the program applies smb-pci-2021"
