"""
Put what commands print now into the pages that show it: ``python tests/docs/refresh.py``.

Digests, times and other things that change from run to run become ``...``. An output that the page shows in part
keeps its part: the first or the last lines.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import docpages
import runner

CHANGING = re.compile(
    r"\b[0-9a-f]{12}\b|\b[0-9a-f]{64}\b|\d{4}-\d\d-\d\d \d\d:\d\d|(?<=\"built_at\": \")[^\"]+|(?<=ok  Partnerlens  ).*"
    r"|(?<=ok  engine       ).*|(?<=ok  disk         )[\d,.]+|(?<=\d, |s, )[\d,.]+(?= MB)"
)


def shown_output(printed: str, before: list[str]) -> list[str]:
    """Return the lines that a page shows of an output, in the part that it showed before."""
    lines = [CHANGING.sub("...", line.rstrip()) for line in printed.strip("\n").splitlines()]
    if before and before[-1] == "...":
        return [*lines[: len(before) - 1], "..."]
    if before and before[0] == "...":
        return ["...", *lines[len(lines) - len(before) + 1 :]]
    return lines


def refresh(page: Path, faults: list[runner.Fault]) -> None:
    """Put the outputs of the commands at fault into a page, the last one first."""
    lines = page.read_text(encoding="utf-8").split("\n")
    for fault in reversed(faults):
        if fault.printed is None:
            sys.stderr.write(f"{fault.text}\n")
            continue
        end = fault.line
        while not lines[end].startswith(("$ ", "```")):
            end += 1
        lines[fault.line : end] = shown_output(fault.printed, lines[fault.line : end])
    page.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    """Refresh the pages whose examples print something else than is shown."""
    os.environ["COLUMNS"] = runner.WIDTH
    os.environ.pop("PARTNERLENS_HOME", None)
    with tempfile.TemporaryDirectory() as scratch:
        demo_home = Path(scratch) / "demo"
        runner.made_demo(demo_home)
        for number, page in enumerate([docpages.ROOT / "README.md", *docpages.guide_pages()]):
            folder = Path(scratch) / str(number) / "project"
            folder.mkdir(parents=True)
            if "gcloud" in page.stem:
                continue
            os.chdir(folder)
            if page.name == "README.md":
                shutil.copytree(demo_home, folder / "partnerlens-home")
                faults = runner.run_pictures(page, folder)
            else:
                faults = runner.run_page(page, folder, demo_home)
            if faults:
                sys.stdout.write(f"{page.relative_to(docpages.ROOT)}: {len(faults)} outputs\n")
                refresh(page, faults)


if __name__ == "__main__":
    main()
