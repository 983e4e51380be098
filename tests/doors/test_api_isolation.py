"""
The isolation matrix: every route of the application, every role, and the ids of somebody else.

It is made from the application's own routes, so that a new one cannot be forgotten.
"""

import re
import shutil
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from access.access_routes import RULES, Rule
from access.access_site import EVERYTHING, Site, make_site
from partnerlens.access.roles import OPERATOR, built_in_roles
from partnerlens.app import Workspace

READERS = [role for role in EVERYTHING if role != OPERATOR]
FOREIGN, UNKNOWN = "birch", "zzzzz"
"""The id of another partner, and one of the same length that nobody has."""

OTHERS = re.compile(rb"(?i)birch|cedar|dogwood|elm motors|fir energy|(?<![0-9a-f.])126(?![0-9a-f])")
"""Names and ids of others in the tiny program, and the revenue of cedar, which no number of alder's can be."""

VARIES = re.compile(rb"[0-9a-f]{32,256}|[A-Za-z0-9_-]{43}|lang=\w+")


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory) -> Site:
    """Return a server with a user of each role at 'alder'; the month before is published too."""
    home = shutil.copytree(tiny_home, tmp_path_factory.mktemp("isolation") / "home")
    with Workspace.open(home) as workspace:
        workspace.build("2024-02")
        workspace.publish("2024-02")
    return make_site(home)


def routes_of(site: Site) -> set[tuple[str, str]]:
    """Return method and path of every route, but for the files that are the same for everybody."""
    return {
        (method, route.path)
        for route in iter_route_contexts(site.app.routes)
        if not isinstance(getattr(route, "original_route", route), Mount) and route.path != "/static"
        for method in (route.methods or set()) - {"HEAD"}
    }


def ask(client, key: tuple[str, str], partner: str):
    """Ask a route about a partner; unpacked, since what is packed varies in length with the token of its forms."""
    rule = RULES[key]
    path = re.sub(r"\{(\w+)(:path)?\}", lambda name: rule.fill.get(name[1], partner), key[1])
    body = {"json": rule.body} if rule.body is not None else {"content": rule.file} if rule.file is not None else {}
    headers = {"Accept-Encoding": "identity"}
    return client.request(key[0], f"{path}{rule.query}", follow_redirects=False, headers=headers, **body)


@pytest.fixture(scope="module")
def of_its_own(site):
    """Give a function that returns the replies to a role about its own partner, each asked for once."""
    held: dict[str, dict[tuple[str, str], Any]] = {}

    def replies(role: str) -> dict[tuple[str, str], Any]:
        if role not in held:
            client = site.client(role)
            held[role] = {key: ask(client, key, "alder") for key in keys("reader", "partner")}
        return held[role]

    return replies


def keys(*kinds: str) -> list[tuple[str, str]]:
    """Return the routes of some kinds."""
    return sorted(key for key, rule in RULES.items() if rule.kind in kinds)


def told(reply, partner: str) -> tuple:
    """Return all that a reply tells, but for the id that was asked and what differs from one request to the next."""
    headers = {name: VARIES.sub(b"", value.encode()) for name, value in reply.headers.items() if name != "date"}
    return reply.status_code, headers, VARIES.sub(b"", reply.content).replace(partner.encode(), b"*")


def test_every_route_has_a_rule(site):
    """A route without a declared rule, and a rule without a route, fail."""
    assert set(RULES) == routes_of(site)


def test_every_route_but_the_open_ones_asks_who_is_there(site):
    """Nobody gets a problem from the API, and is sent to the sign-in from pages."""
    client = site.client()
    replies = {key: ask(client, key, "alder") for key in keys("reader", "partner", "operator") if key[0] == "GET"}

    assert {} == {
        key: reply.status_code
        for key, reply in replies.items()
        if (reply.status_code, reply.headers.get("location", "/sign-in")[:8])
        not in {(401, "/sign-in"), (303, "/sign-in")}
        and key[1] != "/metrics"
    }
    assert replies["GET", "/metrics"].status_code == 403


@pytest.mark.parametrize("role", READERS)
def test_a_foreign_partner_is_as_one_that_does_not_exist(site, role):
    """Every reply about another's id, to the last header, is the one about an id that nobody has."""
    client = site.client(role)
    differing = [
        key
        for key in keys("partner")
        if told(ask(client, key, FOREIGN), FOREIGN) != told(ask(client, key, UNKNOWN), UNKNOWN)
        or ask(client, key, FOREIGN).status_code != 404
    ]

    assert [] == differing


@pytest.mark.parametrize("role", READERS)
def test_what_is_for_operators_is_for_operators(site, role):
    """No role of a partner opens a route of the operators, whatever it is asked about."""
    client = site.client(role)

    assert {} == {
        key: reply.status_code for key in keys("operator") if (reply := ask(client, key, "alder")).status_code != 403
    }


@pytest.mark.parametrize("role", READERS)
def test_no_reply_holds_a_byte_of_another_partner(of_its_own, role):
    """Names, ids and amounts of others are in no reply about the reader's own partner."""
    found = {
        key: OTHERS.findall(VARIES.sub(b"", reply.content) + VARIES.sub(b"", str(reply.headers).encode()))
        for key, reply in of_its_own(role).items()
    }

    assert {} == {key: others for key, others in found.items() if others}


@pytest.mark.parametrize("role", READERS)
def test_a_role_opens_its_pages_and_no_others(of_its_own, role):
    """What a role opens is what roles.toml says of it."""
    holds = built_in_roles()[role]

    def opens(rule: Rule) -> bool:
        may = (holds.download or not rule.download) and (holds.revenue or not rule.money)
        return may and (not rule.page or rule.page in holds.pages)

    wrong = {
        key: reply.status_code
        for key in keys("partner")
        if ((reply := of_its_own(role)[key]).status_code == 200) != opens(RULES[key])
        or reply.status_code not in {200, 403}
    }

    assert {} == wrong


def test_a_location_opens_itself_and_not_its_account(site):
    """Who holds a role for one location sees neither the account nor that it belongs to one."""
    client = site.client("nordic")
    listed = client.get("/api/v1/partners").json()["partners"]

    assert listed == [{"partner": "alder-nord", "name": "Alder Consulting Nordic", "country": "SE", "account": None}]
    assert client.get("/api/v1/partners/alder").status_code == 404
    assert client.get("/api/v1/partners/alder-nord/answer").status_code == 200


def test_who_holds_no_role_sees_nothing(site):
    """A user without any role has an empty list, and no partner."""
    client = site.client("nobody")

    assert client.get("/api/v1/partners").json()["total"] == 0
    assert {404} == {ask(client, key, "alder").status_code for key in keys("partner")}
