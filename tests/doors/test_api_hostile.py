"""Hostile requests: each has been somebody's advisory (design/reliability.md, part 3)."""

import json
import re
import shutil
import time

import pytest

from access.access_site import EVERYTHING, Site, add_user, email, make_site
from partnerlens.access.paths import safe_path
from partnerlens.access.settings import LimitSettings, OidcSettings, ServerSettings, read_server_settings
from partnerlens.errors import DefinitionError, UsageError
from partnerlens.server.running import check_address
from partnerlens.server.visit import Cookies

EXECUTIVE = "executive_report_viewer"
PASSWORD = "correct horse battery"
TYPIST = email("typist")


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory) -> Site:
    """Return a server with small limits and one user who signs in with a password."""
    home = shutil.copytree(tiny_home, tmp_path_factory.mktemp("hostile") / "home")
    settings = ServerSettings(limits=LimitSettings(upload_bytes=2000, sign_ins=100))
    made = make_site(home, settings)
    made.register.add_user(TYPIST, "The typist", password=PASSWORD)
    made.register.grant(TYPIST, "program_operator")
    return made


def form_token(page) -> str:
    """Return the token of the forms of a page."""
    return re.search(r'name="form_token" value="([^"]+)"', page.text)[1]


def sign_in(site: Site, wanted: str = "/"):
    """Return a client that has signed in with the form, and the reply to it."""
    client = site.client()
    form = {"email": TYPIST, "password": PASSWORD, "next": wanted, "form_token": form_token(client.get("/sign-in"))}
    return client, client.post("/sign-in", data=form, follow_redirects=False)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%0d%0aSet-Cookie:a=b\r\nX: y",
        "javascript:alert(1)",
        "/\tevil",
        " /evil",
        "",
        "/" + "a" * 3000,
    ],
)
def test_nobody_is_sent_elsewhere(wanted):
    """An open redirect sends readers to whoever made the link; anything but a path of this server is the first page."""
    assert safe_path(wanted) == "/"


def test_signing_in_goes_on_inside(site):
    """The place to go on to is checked at the last moment too."""
    assert sign_in(site, "//evil.example")[1].headers["location"] == "/"
    assert sign_in(site, "/partners/alder?month=2024-03")[1].headers["location"] == "/partners/alder?month=2024-03"


def test_a_session_begins_with_a_new_key(site):
    """A key that was planted before the sign-in (session fixation) is worth nothing after it."""
    client = site.client()
    client.cookies.set("partnerlens", "planted")
    form = {"email": TYPIST, "password": PASSWORD, "form_token": form_token(client.get("/sign-in"))}
    reply = client.post("/sign-in", data=form, follow_redirects=False)

    assert reply.status_code == 303
    assert "partnerlens=planted" not in reply.headers["set-cookie"]
    assert "HttpOnly" in reply.headers["set-cookie"]
    assert "samesite=lax" in reply.headers["set-cookie"].lower()


@pytest.mark.parametrize("cookie", ["x", "0" * 43, "' OR 1=1 --", "eyJhbGciOiJub25lIn0.eyJ1c2VyIjoiYWRtaW4ifQ."])
def test_a_forged_cookie_is_nobody(site, cookie):
    """There is nothing in a cookie to forge: it names a session, or none."""
    client = site.client()
    client.cookies.set("partnerlens", cookie)

    assert client.get("/api/v1/me").status_code == 401


def test_a_form_holds_in_its_session_alone(site):
    """A form without a token, with another's, or of before the sign-in changes nothing."""
    client, _ = sign_in(site)
    other, _ = sign_in(site)
    token = form_token(client.get("/operator/editions"))
    post = {"month": "2024-03"}

    for wrong in (
        {},
        {"form_token": ""},
        {"form_token": "x"},
        {"form_token": form_token(other.get("/operator/editions"))},
    ):
        assert client.post("/operator/publish", data=post | wrong, follow_redirects=False).status_code == 403
    assert client.post("/api/v1/months/2024-03/publication").status_code == 403
    assert client.post("/api/v1/months/2024-03/publication", headers={"X-Form-Token": token}).status_code == 200
    elsewhere = {"X-Form-Token": token, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/api/v1/months/2024-03/publication", headers=elsewhere).status_code == 403


def test_a_form_is_worth_nothing_after_the_sign_out(site):
    """A replayed form of an ended session is refused."""
    client, _ = sign_in(site)
    token = form_token(client.get("/operator/editions"))
    assert client.post("/sign-out", data={"form_token": token}, follow_redirects=False).status_code == 303

    reply = client.post("/operator/publish", data={"month": "2024-03", "form_token": token}, follow_redirects=False)
    assert reply.status_code == 403
    assert client.get("/api/v1/me").status_code == 401


def test_forms_are_read_in_one_way(site):
    """Multipart bodies, which have burnt many a server's time, are not parsed at all."""
    client, _ = sign_in(site)
    reply = client.post("/operator/publish", files={"file": b"x"}, follow_redirects=False)

    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"headers": {"Host": "evil.example"}}, 400),
        ({"headers": {"X-Padding": "a" * 20_000}}, 431),
        ({"params": {"search": "a" * 9_000}}, 414),
        ({"headers": {"Content-Length": "-5"}}, 413),
    ],
)
def test_a_request_that_nobody_means_is_refused(site, options, status):
    """Another's name, oversized headers and addresses, and impossible lengths end before anybody is asked."""
    assert site.client(EXECUTIVE).get("/api/v1/partners", **options).status_code == status


def test_bodies_are_limited_announced_or_not(site):
    """A body over the limit is refused by its announced length, and when it goes on beyond it."""
    operator = site.client("program_operator")
    announced = operator.post("/api/v1/loads?name=seats.csv", content=b"a" * 2001)
    streamed = operator.post("/api/v1/loads?name=seats.csv", content=(b"a" * 500 for _ in range(5)))
    asked = operator.post("/api/v1/partners/alder/score", content=b" " * 70_000)

    assert {(reply.status_code, reply.json()["code"]) for reply in (announced, streamed, asked)} == {(413, "too_large")}


def test_who_may_not_load_sends_nothing(site):
    """Somebody who is no operator is refused whatever the body holds."""
    too_much = b"a" * 1999
    reply = site.client(EXECUTIVE).post("/api/v1/loads?name=seats.csv", content=too_much)

    assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "name", ["../../x.csv", "/etc/passwd", "..%2Fx.csv", "x\r\nY: z.csv", ".hidden.csv", "a.sh", "CON"]
)
def test_a_file_name_leads_nowhere(site, name):
    """A path in place of a name is refused."""
    reply = site.client("program_operator").post("/api/v1/loads", params={"name": name}, content=b"x")

    assert reply.status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/static/../../../pyproject.toml", "/static/%2e%2e/%2e%2e/site.py", "/static//etc/passwd", "/static/..%5csite.py"],
)
def test_static_files_are_those_of_the_folder(site, path):
    """A path that climbs out of the folder finds nothing."""
    assert site.client().get(path).status_code == 404


def test_a_header_cannot_be_written_into(site):
    """What is asked comes back in no header, and a file's name is encoded."""
    client = site.client(EXECUTIVE)
    reply = client.get("/api/v1/partners/alder%0d%0aX-Evil:1/metrics/revenue/rows")
    assert "x-evil" not in reply.headers
    assert reply.status_code == 404
    name = client.get("/api/v1/partners/alder/metrics/revenue/rows").headers["content-disposition"]
    assert name == "attachment; filename*=UTF-8''alder-revenue-2024-03.csv"


def test_a_formula_in_a_name_is_text_in_the_file(tiny_home, tmp_path, run):
    """A customer who is called like a command does not run in the reader's spreadsheet (CWE-1236)."""
    home = shutil.copytree(tiny_home, tmp_path / "home")
    named = tmp_path / "customers.csv"
    named.write_text("customer_id,name,country\noak,=cmd|' /C calc'!A0,US\n")
    more = tmp_path / "seats.csv"
    more.write_text("month,subscription_id,state,sold_seats,assigned_seats,active_seats\n2024-03,s1,active,14,8,\n")
    for command in (("load", named), ("load", more), ("build", "2024-03"), ("publish", "2024-03")):
        assert run(*command, "--home", home).code == 0
    text = make_site(home).client(EXECUTIVE).get("/api/v1/partners/alder/metrics/revenue/rows").text

    assert "'=cmd|" in text
    assert ",=cmd" not in text


def test_browsers_are_told_to_be_careful_with_everything(site):
    """The policy has no exception, and stands on pages, problems, files and bugs alike."""
    client = site.client(EXECUTIVE)
    for path in ("/", "/api/v1/me", "/api/v1/nothing", "/sign-in", "/nothing", "/healthz"):
        headers = client.get(path, follow_redirects=False).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


def test_the_log_names_nobody(site):
    """Lines tell route, status and time, and neither path, query, address nor partner."""
    site.client(EXECUTIVE).get("/api/v1/partners/alder/answer?country=US&search=secret")
    lines = [json.loads(line) for line in site.log.getvalue().splitlines()]

    assert lines[-1]["route"] == "/api/v1/partners/{partner:path}/answer"
    assert {"request_id", "status", "ms"} <= set(lines[-1])
    assert not re.search("alder|secret|example.com|typist|country=", site.log.getvalue())


def test_a_bug_tells_its_number_and_nothing_else(site, monkeypatch):
    """An error that nobody expected is a problem without its text, which stands in neither log nor reply."""

    def broken(*_arguments, **_options):
        raise RuntimeError("alder owes 1480")

    monkeypatch.setattr(site.app.state.workspace, "answer", broken)
    reply = site.client(EXECUTIVE).get("/api/v1/partners/alder/answer")

    assert (reply.status_code, reply.json()["code"]) == (500, "internal")
    assert "1480" not in reply.text + site.log.getvalue().splitlines()[-1]
    assert '"error": "RuntimeError"' in site.log.getvalue()


def test_an_answer_that_takes_too_long_is_given_up(tiny_home, tmp_path, monkeypatch):
    """The reader is told after the time that the settings give."""
    home = shutil.copytree(tiny_home, tmp_path / "home")
    slow = make_site(home, ServerSettings(limits=LimitSettings(answer_seconds=0.3)))
    monkeypatch.setattr(slow.app.state.workspace, "answer", lambda *_arguments, **_options: time.sleep(1.5))
    with slow.client(EXECUTIVE) as client:
        reply = client.get("/api/v1/partners/alder/answer")

        assert (reply.status_code, reply.json()["code"]) == (503, "too_slow")


def test_a_reader_who_asks_too_often_waits(tiny_home, tmp_path):
    """The limit is each reader's own."""
    home = shutil.copytree(tiny_home, tmp_path / "home")
    small = make_site(home, ServerSettings(limits=LimitSettings(requests_per_minute=3)))
    replies = [small.client(EXECUTIVE).get("/api/v1/me") for _ in range(4)]

    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    assert replies[-1].headers["retry-after"] == "60"
    assert small.client("birch").get("/api/v1/me").status_code == 200


def test_figures_are_for_operators_and_this_machine(site):
    """A reader gets none; an operator does, and they name routes alone."""
    assert site.client(EXECUTIVE).get("/metrics").status_code == 403
    text = site.client("program_operator").get("/metrics").text
    assert "partnerlens_requests_total" in text
    assert "alder" not in text


def test_nobody_listens_to_the_network_in_the_open():
    """Others reach the server through a proxy with TLS, or not at all."""
    public = ServerSettings(public_url="https://partners.example.com")
    for host, proxy, settings in (
        ("0.0.0.0", None, public),
        ("0.0.0.0", "10.0.0.1", ServerSettings()),
        ("::", None, ServerSettings()),
        ("127.0.0.1", "a proxy", public),
    ):
        with pytest.raises(UsageError):
            check_address(host, proxy, settings)
    check_address("0.0.0.0", "10.0.0.1", public)
    check_address("127.0.0.1", None, ServerSettings())


def test_there_is_no_secret_to_leave_at_its_default(tmp_path):
    """Cookies hold random keys, so no secret signs them; a setting for one is refused as unknown."""
    (tmp_path / "server.toml").write_text('secret_key = "change me"\n')

    with pytest.raises(DefinitionError, match="not a known key"):
        read_server_settings(tmp_path)
    assert Cookies.of(ServerSettings(public_url="https://p.example.com")).session == "__Host-partnerlens"


@pytest.mark.parametrize("issuer", ["http://id.example.com", "ftp://x", "file:///etc/passwd"])
def test_an_identity_provider_is_asked_by_https(issuer):
    """What it says cannot be changed on the way."""
    with pytest.raises(ValueError, match="https"):
        OidcSettings(issuer=issuer)


def test_there_is_no_account_until_somebody_adds_one(tiny_home, tmp_path):
    """A new server has no user, and no page over the network to make one."""
    home = shutil.copytree(tiny_home, tmp_path / "home")
    fresh = make_site(home)
    names = {user.email for user in fresh.register.users()}

    assert names == {email(who) for who in (*EVERYTHING, "birch", "nordic", "nobody")}
    assert {fresh.client().get(path).status_code for path in ("/setup", "/install", "/register", "/signup")} == {404}


def test_what_an_operator_does_is_written_down(site):
    """Signing in, viewing as another, and failing to sign in leave entries; no password does."""
    client, _ = sign_in(site)
    token = form_token(client.get("/operator/editions"))
    viewed = client.post(
        "/view-as", data={"partner": "alder", "role": "report_viewer", "form_token": token}, follow_redirects=False
    )
    assert viewed.status_code == 303
    assert client.get("/api/v1/me").json()["grants"] == [
        {"role": "report_viewer", "partner": "alder", "locations": None}
    ]
    assert client.get("/api/v1/audit").status_code == 403
    ended = client.post("/view-as/end", data={"form_token": form_token(client.get("/"))}, follow_redirects=False)
    assert ended.status_code == 303
    entries = client.get("/api/v1/audit?limit=2").json()["entries"]

    assert [(entry["action"], entry["subject"], entry["email"]) for entry in entries] == [
        ("view_as", "alder", TYPIST),
        ("sign_in", "", TYPIST),
    ]
    assert PASSWORD not in str(site.register.entries(limit=1000, offset=0))


def test_a_user_cannot_grow_its_own_rights(site):
    """No route gives a role, and a token reads unless it was made to write."""
    add_user(site.register, "reading", "program_operator", None)
    _, key = site.register.add_token(email("reading"), "tests")
    reply = site.client().post("/api/v1/months/2024-03/publication", headers={"Authorization": f"Bearer {key}"})

    assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")
