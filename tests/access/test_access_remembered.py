"""What is kept between requests is forgotten when it changes: tokens, sessions, roles, choices, what is published."""

import gc
import shutil
import time
import weakref
from datetime import UTC, datetime, timedelta

import pytest

from access.access_site import email, make_site
from partnerlens.access.choices import Choices, partner_choices
from partnerlens.access.doorkeeper import IDLE, SEEN_EVERY, Doorkeeper
from partnerlens.access.limits import Limits
from partnerlens.access.reader import Grant
from partnerlens.access.register import Register
from partnerlens.access.settings import LimitSettings
from partnerlens.app import Workspace

START = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Now:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        """Begin at noon."""
        self.at = START

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at


@pytest.fixture
def now() -> Now:
    """Return a clock."""
    return Now()


@pytest.fixture
def register(tmp_path, now):
    """Give an empty register."""
    with Register(tmp_path, clock=now) as opened:
        yield opened


@pytest.fixture
def elsewhere(register, tmp_path, now):
    """Give the same register as another process has it."""
    with Register(tmp_path, clock=now) as opened:
        yield opened


def test_token_is_known_until_the_register_is_written(register, elsewhere):
    """It is read once; a role, a revocation or a disabled user hold from the next request on, whoever wrote them."""
    register.add_user("ann@example.com", "Ann")
    token, key = register.add_token("ann@example.com", "tests")

    assert register.known_token_reader(key) is None
    assert register.token_reader(key).grants == ()
    assert register.known_token_reader(key) == register.token_reader(key)

    elsewhere.grant("ann@example.com", "report_viewer", "acme")
    assert register.known_token_reader(key) is None
    assert register.token_reader(key).grants == (Grant("report_viewer", "acme"),)
    assert register.known_token_reader(key).grants == (Grant("report_viewer", "acme"),)

    register.revoke("ann@example.com", "report_viewer", "acme")
    assert register.known_token_reader(key) is None
    assert register.token_reader(key).grants == ()

    elsewhere.revoke_token(token.id)
    assert register.known_token_reader(key) is None
    assert register.token_reader(key) is None


def test_known_token_ends_by_the_clock(register, now):
    """Nothing is written when a token expires; it holds no longer all the same."""
    register.add_user("ann@example.com", "Ann")
    _, key = register.add_token("ann@example.com", "tests", days=1)
    assert register.token_reader(key) is not None
    now.at = START + timedelta(days=1) - timedelta(seconds=1)
    assert register.known_token_reader(key) is not None

    now.at = START + timedelta(days=1)
    assert register.known_token_reader(key) is None
    assert register.token_reader(key) is None


def test_session_is_known_until_it_ends(register, elsewhere, now):
    """It is asked for again when it was seen long ago, ends when it is idle, and when its user is disabled."""
    register.add_user("ann@example.com", "Ann")
    keeper = Doorkeeper(register, Limits(LimitSettings()))
    key = keeper.let_in(register.user("ann@example.com").id, "password")

    assert keeper.known_session(key) is None
    assert keeper.session(key).user.name == "Ann"
    assert keeper.known_session(key) == keeper.session(key)

    now.at = START + SEEN_EVERY
    assert keeper.known_session(key) is None  # the register is told that it is used
    assert keeper.session(key) is not None
    assert keeper.session(key) is not None
    assert keeper.known_session(key) is not None

    now.at += IDLE
    assert keeper.known_session(key) is None
    assert keeper.session(key) is None

    now.at -= timedelta(seconds=1)
    assert keeper.session(key) is not None
    elsewhere.disable("ann@example.com")
    assert keeper.known_session(key) is None
    assert keeper.session(key) is None


def test_signing_out_and_viewing_as_another_hold_at_once(register):
    """The next request of the same session has the other eyes, or none."""
    register.add_user("oli@example.com", "Oli")
    register.grant("oli@example.com", "program_operator")
    keeper = Doorkeeper(register, Limits(LimitSettings()))
    key = keeper.let_in(register.user("oli@example.com").id, "password")
    assert keeper.session(key).reader.is_operator

    keeper.view(key, "acme", "report_viewer")
    assert keeper.session(key).reader.grants == (Grant("report_viewer", "acme"),)
    assert keeper.known_session(key).user.is_operator

    keeper.sign_out(key)
    assert keeper.known_session(key) is None
    assert keeper.session(key) is None


def test_revoked_role_closes_the_next_page(tiny_home, tmp_path):
    """Through the whole server: a page that was open is not there once another process has taken the role."""
    site = make_site(shutil.copytree(tiny_home, tmp_path / "home"))
    client = site.client("executive_report_viewer")
    assert [client.get("/partners/alder").status_code for _ in range(2)] == [200, 200]
    with Register(site.home, clock=lambda: START) as elsewhere:
        elsewhere.revoke(email("executive_report_viewer"), "executive_report_viewer", "alder")

    assert client.get("/partners/alder").status_code == 404


def test_what_is_published_is_known_until_it_changes(own_home):
    """Another process publishes: the next question sees it, and one that has begun sees what it began with."""
    with Workspace.open(own_home) as asked, Workspace.open(own_home) as other:
        other.build("2024-02")
        assert [str(each.month) for each in asked.published_months()] == ["2024-03"]
        with asked.moment():
            before = asked.published_months()
            other.publish("2024-02")

            assert asked.published_months() == before
            assert asked.answers().edition.month == before[0].month
        assert [str(each.month) for each in asked.published_months()] == ["2024-03", "2024-02"]
        assert str(asked.answers("2024-02").edition.month) == "2024-02"


def test_page_in_another_language_says_nothing_of_the_first(tiny_home, tmp_path):
    """Numbers, months and fixed messages that one language left behind are not used by another."""
    site = make_site(shutil.copytree(tiny_home, tmp_path / "home"))
    client = site.client("program_operator")
    pages = {tag: client.get(f"/partners/alder?lang={tag}").text for tag in ("en", "fr", "ko", "en")}

    assert "Mar 2024" in pages["en"]
    assert "mars 2024" in pages["fr"]
    assert "2024년 3월" in pages["ko"]
    for tag, apply in (("en", "Apply"), ("fr", "Appliquer"), ("ko", "적용")):
        assert [apply in pages[other] for other in ("en", "fr", "ko")] == [other == tag for other in ("en", "fr", "ko")]


def test_choices_are_each_edition_s_own(own_home):
    """Two editions with the same number have their own, and an edition that nobody holds is let go with them."""
    with Workspace.open(own_home) as one:
        edition = one.answers().edition
        found = partner_choices(edition, "alder")

        assert isinstance(found, Choices)
        assert partner_choices(edition, "alder") is found
        assert partner_choices(edition, "birch") != found
        with Workspace.open(own_home) as other:
            again = partner_choices(other.answers().edition, "alder")
            assert again == found
            assert again is not found
    gone = weakref.ref(edition)
    del edition, one, other
    gc.collect()

    assert gone() is None


def test_finding_count_stands_on_the_page_once_it_is_known(tiny_home, tmp_path):
    """The first page does not wait for the count; a later one has it, and the page of findings agrees."""
    site = make_site(shutil.copytree(tiny_home, tmp_path / "home"))
    client = site.client("program_operator")
    first = client.get("/partners/alder").text
    for _ in range(100):
        if "Findings · " in client.get("/partners/alder").text:
            break
        time.sleep(0.1)
    desk_count = sum(
        finding.rule.severity.name != "LOW" for finding in site.app.state.workspace.findings("alder").found
    )

    assert "Findings · " not in first
    assert f"Findings · {desk_count}<" in client.get("/partners/alder").text
