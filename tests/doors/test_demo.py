"""`partnerlens demo`, as its users run it: a process that serves, and a link that lets one browser in, once."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

PROGRAM = ["--partners", "20", "--customers", "50", "--months", "14"]


@pytest.fixture
def demo(tmp_path):
    """Run the demo on a free port, and give the process with the link that it prints."""
    script = Path(sys.executable).with_name("partnerlens")
    words = [script, "demo", "--home", str(tmp_path / "demo"), "--port", "0", *PROGRAM]
    # A shell lets what it runs in the background ignore Ctrl-C, and that is handed down.
    heeding = signal.signal(signal.SIGINT, signal.default_int_handler)
    with (tmp_path / "messages").open("wb") as messages, subprocess.Popen(words, stderr=messages) as process:
        signal.signal(signal.SIGINT, heeding)
        yield process, link_of(process, tmp_path / "messages")
        process.kill()


def link_of(process: subprocess.Popen, messages) -> str:
    """Return the link once it is printed; fails with all messages where the process ends before."""
    for _ in range(600):
        text = "".join(messages.read_text().split())
        found = re.search(r"Open(http://127\.0\.0\.1:\d+/sign-in/once\?key=[\w-]+?)Thelink", text)
        if found:
            return found[1]
        assert process.poll() is None, text
        time.sleep(0.2)
    raise AssertionError(messages.read_text())


def test_the_demo_serves_and_its_link_lets_one_browser_in_once(demo):
    """The first browser sees all partners and opens one; a second with the same link does not; Ctrl-C ends it."""
    process, link = demo
    with httpx2.Client(follow_redirects=True) as browser:
        home = browser.get(link)
        partner = re.search(r'href="(/partners/[^"]+)"', home.text)[1]

        assert home.status_code == 200
        assert "20 partners" in home.text
        assert browser.get(home.url.join(partner)).status_code == 200
    with httpx2.Client(follow_redirects=True) as other:
        refused = other.get(link)

        assert refused.status_code == 401
        assert "this link has been used, or is none" in refused.text
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
