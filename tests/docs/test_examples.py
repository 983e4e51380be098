"""What the pages show is what happens."""

from pathlib import Path

import docpages
import pytest
import runner

GUIDES = docpages.guide_pages()
RUN = [page for page in GUIDES if page.stem != "gcloud-invoices"]
"""The pages that run anywhere; `test_gcloud` runs the one that needs the invoices."""


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_every_example_of_a_guide_runs_and_prints_what_is_shown(page: Path, folder: Path, demo_home: Path) -> None:
    """The commands and Python of a page run in order, in an empty folder, and print what stands under them."""
    faults = [fault.text for fault in runner.run_page(page, folder, demo_home)]

    assert [] == faults, "\n\n".join(faults)


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_a_block_that_is_not_run_says_why(page: Path) -> None:
    """A note above a block is one that the runner knows, and gives a reason of some length."""
    for fence in docpages.fences(page):
        if fence.language in {"console", "python"} and fence.note and not fence.exit_code:
            assert fence.note.startswith("not run: "), f"{page.name}:{fence.line}"
            assert len(fence.note) > len("not run: ") + 10, f"{page.name}:{fence.line}"
