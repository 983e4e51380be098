"""The page of a partner in a terminal, whole, as a block of text."""

import re

import pytest

ASKED = {
    "an account with everything": ["alder"],
    "a filter that leaves nothing": ["birch", "--workload", "Customer Engagement", "--country", "US"],
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_page_of_a_partner(asked, run, tiny_home, snapshot):
    """Every number of the page is worked by hand in ``tiny``; no line reaches beyond the width."""
    shown = run("show", *asked, "--home", tiny_home, columns=100)
    page = re.sub(r"as of \d{4}-\d\d-\d\d \d\d:\d\d", "as of TODAY", shown.out)
    lines = [line.rstrip() for line in page.splitlines()]

    assert "\n".join(lines) == snapshot
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in shown.out
