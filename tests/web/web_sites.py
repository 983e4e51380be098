"""Pages of the tiny and of the sample program, for the tests of the web."""

import re
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parent.parent / "access"))

from access_site import PASSWORD, Site, add_user, make_site

__all__ = ["PASSWORD", "Site", "add_user", "form_token", "make_site", "served", "sign_in", "text_of", "tiny_site"]

TAGS = re.compile(r"<[^>]+>")
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def text_of(html: str) -> str:
    """Return what a page says, without its tags, in one line."""
    return " ".join(TAGS.sub(" ", html).replace("&#39;", "'").replace("&amp;", "&").split())


def form_token(html: str) -> str:
    """Return the token of the forms of a page."""
    found = TOKEN.search(html)
    assert found
    return found[1]


def sign_in(client: TestClient, email: str) -> None:
    """Sign a user in with the password that all of the tests have."""
    token = form_token(client.get("/sign-in").text)
    reply = client.post("/sign-in", data={"email": email, "password": PASSWORD, "next": "/", "form_token": token})
    assert reply.status_code == 200, reply.text


@contextmanager
def tiny_site(tiny_home: Path, folder: Path) -> Iterator[Site]:
    """Give the pages of a copy of the tiny program."""
    home = Path(shutil.copytree(tiny_home, folder / "home"))
    site = make_site(home)
    yield site
    site.register.close()
    site.app.state.workspace.close()


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve a site on this machine, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(site.app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
