"""Sign-in by a real identity provider (npm oidc-provider), started by the tests."""

import hashlib
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from filelock import FileLock

from access.access_site import Site, add_user, make_site
from partnerlens.access.settings import OidcSettings, ServerSettings

PROVIDER = Path(__file__).parents[1] / "oidc"
CALLBACK = "http://localhost/sign-in/oidc/callback"
SECRET = "a-secret-of-the-tests-and-of-nothing-else"


def packages() -> Path:
    """Return the folder with the provider's packages, fetched once for each lock file."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed")
    lock = (PROVIDER / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "partnerlens-tests"
    folder = cache / f"oidc-{hashlib.sha256(lock).hexdigest()[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(PROVIDER, unfinished, ignore=shutil.ignore_patterns("node_modules"))
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=unfinished, capture_output=True, text=True, check=False, timeout=300)
            if done.returncode:
                pytest.skip("the packages of the identity provider cannot be fetched from the npm registry")
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Give the address of a running identity provider."""
    folder = packages()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = ["node", str(PROVIDER / "provider.mjs"), str(folder), port, CALLBACK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as provider:
        try:
            assert any(line.strip() == "ready" for line in provider.stdout)
            yield f"http://127.0.0.1:{port}"
        finally:
            provider.terminate()


@pytest.fixture(scope="module")
def site(issuer, tiny_home, tmp_path_factory) -> Site:
    """Return a server that trusts the provider, with the users ann and bob."""
    home = shutil.copytree(tiny_home, tmp_path_factory.mktemp("oidc") / "home")
    settings = ServerSettings(oidc=OidcSettings(issuer=issuer, client_id="partnerlens", title="Contoso"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARTNERLENS_OIDC_SECRET", SECRET)
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        made = make_site(home, settings, local_url="http://localhost")
        add_user(made.register, "ann", "report_viewer", "alder")
        add_user(made.register, "bob", "report_viewer", "alder")
        yield made


def form_token(page) -> str:
    """Return the token of the forms of a page."""
    return re.search(r'name="form_token" value="([^"]+)"', page.text)[1]


def begin(client, wanted: str = "/partners/alder") -> str:
    """Begin to sign in, and return the provider's address."""
    token = form_token(client.get("/sign-in"))
    reply = client.post("/sign-in/oidc", data={"form_token": token, "next": wanted}, follow_redirects=False)
    assert reply.status_code == 303
    return reply.headers["location"]


def at_provider(address: str, name: str) -> str:
    """Sign in at the provider as a browser would, and return where it sends the reader back to."""
    with httpx2.Client(trust_env=False) as browser:
        reply = browser.get(address)
        for _ in range(12):
            if reply.is_redirect:
                target = str(reply.next_request.url)
                if target.startswith(CALLBACK):
                    return target
                reply = browser.get(target)
                continue
            action = re.search(r'action="([^"]+)"', reply.text)[1]
            prompt = re.search(r'name="prompt" value="([^"]+)"', reply.text)[1]
            reply = browser.post(action, data={"prompt": prompt, "login": name, "password": "any"})
    raise AssertionError(reply.text)


def path_of(address: str) -> str:
    """Return path and query of an address."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_whom_the_provider_vouches_for_is_let_in(site):
    """Code, PKCE, state and nonce are used, and the reader comes to where it wanted to go."""
    client = site.client()
    address = begin(client)
    asked = parse_qs(urlsplit(address).query)
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert {"state", "nonce", "code_challenge"} <= set(asked)

    reply = client.get(path_of(at_provider(address, "ann")), follow_redirects=False)

    assert [] == [line for line in site.log.getvalue().splitlines() if "bug" in line]
    assert (reply.status_code, reply.headers["location"]) == (303, "/partners/alder")
    assert client.get("/api/v1/me").json()["email"] == "ann@example.com"


def test_a_callback_holds_once_and_in_its_own_browser(site):
    """Neither a second time, nor in another browser, nor with another state is anybody let in."""
    client, other = site.client(), site.client()
    other.get("/sign-in")
    back = path_of(at_provider(begin(client), "ann"))

    assert other.get(back, follow_redirects=False).status_code == 401
    assert client.get(back.replace("state=", "state=x"), follow_redirects=False).status_code == 401
    assert client.get(back, follow_redirects=False).status_code == 303
    client.cookies.clear()
    assert client.get(back, follow_redirects=False).status_code == 401


def test_a_code_of_somebody_else_is_refused(site):
    """A code that was begun with another verifier does not hold, so a stolen one is worth nothing."""
    mine, stolen = site.client(), site.client()
    own = parse_qs(urlsplit(begin(mine)).query)["state"][0]
    code = parse_qs(urlsplit(at_provider(begin(stolen), "ann")).query)["code"][0]

    assert mine.get(f"/sign-in/oidc/callback?state={own}&code={code}", follow_redirects=False).status_code == 401


def test_who_is_no_user_is_not_let_in(site):
    """The provider knows many; users are those that the operator has added."""
    client = site.client()
    reply = client.get(path_of(at_provider(begin(client), "stranger")), follow_redirects=False)

    assert reply.status_code == 401
    assert client.get("/api/v1/me").status_code == 401


def test_an_address_that_nobody_has_checked_lets_nobody_in(site):
    """The provider's number is bound to a user by a verified address alone."""
    client = site.client()

    assert client.get(path_of(at_provider(begin(client), "unverified-bob")), follow_redirects=False).status_code == 401


def test_a_refusal_of_the_provider_is_told_in_our_words(site):
    """What stands in the callback's address is not repeated on the page."""
    client = site.client()
    begin(client)
    reply = client.get("/sign-in/oidc/callback?error=access_denied&error_description=<script>no</script>&state=x")

    assert reply.status_code == 401
    assert "no</script>" not in reply.text
