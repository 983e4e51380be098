"""Replies travel packed where the reader can unpack them, and a page tells no secret by its length."""

import re
import shutil

import pytest

from access.access_site import Site, email, make_site
from partnerlens.access.secrets import form_token, is_form_token, new_key

TYPIST = email("typist")
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory) -> Site:
    """Return a server with one user."""
    made = make_site(shutil.copytree(tiny_home, tmp_path_factory.mktemp("packed") / "home"))
    made.register.add_user(TYPIST, "The typist", password=PASSWORD)
    return made


def test_page_is_packed_for_a_reader_that_unpacks_and_plain_for_others(site) -> None:
    """The sign-in page and the scripts take a fraction of their length, and say the same."""
    client = site.client()
    for path in ("/sign-in", "/static/vendor/echarts.js"):
        plain = client.get(path, headers={"Accept-Encoding": "identity"})
        packed = client.get(path, headers={"Accept-Encoding": "gzip"})

        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert packed.num_bytes_downloaded < len(plain.content) / 2
        assert packed.content[:200] == plain.content[:200]


def test_form_token_is_another_on_each_page_and_each_is_good(site) -> None:
    """A form with the token of an earlier page signs in; one that was changed in a single place does not."""
    client = site.client()
    first, second = (re.search(r'name="form_token" value="([^"]+)"', client.get("/sign-in").text)[1] for _ in range(2))
    form = {"email": TYPIST, "password": PASSWORD, "next": "/"}
    changed = first[:-1] + ("0" if first[-1] != "0" else "1")

    assert first != second
    assert client.post("/sign-in", data={**form, "form_token": changed}, follow_redirects=False).status_code == 403
    assert client.post("/sign-in", data={**form, "form_token": first}, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("given", ["", "zz", "00", "00" * 32, "00" * 64, "00" * 65, "ü"])
def test_what_is_no_token_is_none(given) -> None:
    """Texts of any length and of other letters are refused without a fault."""
    assert not is_form_token(given, new_key())


def test_token_belongs_to_its_key() -> None:
    """The token of one visit is none of another."""
    key = new_key()

    assert is_form_token(form_token(key), key)
    assert not is_form_token(form_token(new_key()), key)
