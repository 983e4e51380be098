"""The pages over the tiny program, whose numbers are worked by hand: what each role sees, and the empty states."""

import gc
import gzip
import re

import pytest
from web_sites import PASSWORD, add_user, form_token, sign_in, text_of, tiny_site

from partnerlens.access.roles import OPERATOR

EXECUTIVE = "executive_report_viewer"
VIEWER = "report_viewer"

MADE = ("jinja2", "partnerlens")
"""Where what a page is made of comes from."""

PATHS = [
    "/",
    "/partners/alder",
    "/partners/alder?product=",
    "/partners/alder/score",
    "/partners/alder/score?add.new_deployments=3",
    "/partners/alder/adoption",
    "/partners/alder/adoption/oak",
    "/operator/adoption",
    "/operator/adoption/elm",
    *(f"/partners/alder/explain/{metric}?tab={tab}" for metric in ("revenue", "nps") for tab in ("counted", "how")),
    "/partners/alder/explain/revenue?tab=not-counted",
    "/operator/loads",
    "/operator/quarantine",
    "/operator/editions",
    "/operator/scorecards",
    "/operator/audit",
    "/sign-in",
    "/nowhere",
]


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory):
    """Give the pages of the tiny program."""
    with tiny_site(tiny_home, tmp_path_factory.mktemp("tiny-pages")) as made:
        yield made


def page(site, path, who=OPERATOR, **headers):
    """Return the text of a page."""
    reply = site.client(who).get(path, headers=headers)
    assert reply.status_code == 200, reply.text
    return text_of(reply.text)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_goes_without_a_search_for_garbage(site, path):
    """Nothing of a page refers to itself: thousands of objects would wait for a search that holds everybody up."""
    client = site.client(OPERATOR)
    client.get(path)
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        client.get(path)
        gc.collect()
        left = {type(each).__qualname__ for each in gc.garbage if type(each).__module__.startswith(MADE)}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()

    assert left == set()


def test_tiles_show_the_numbers_worked_by_hand(site):
    """Revenue 1480, 40 more than in the month before; six seats; a ratio of 3 / 120."""
    said = page(site, "/partners/alder", EXECUTIVE)

    assert "$1,480.00" in said
    assert "+$40.00" in said
    assert "$40.00 more than in Feb 2024" in said
    assert "Net paid seat adds sum over 12 months 6 seats +2" in said
    assert "0.025" in said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["$1,480.00", "Mar 2024", "New customers", "1 customer"]),
        ("fr", ["1 480,00 $US", "mars 2024", "Nouveaux clients", "1 client"]),
        ("ko", ["US$1,480.00", "2024년 3월", "신규 고객", "1 곳"]),
    ],
)
def test_numbers_and_months_are_written_as_in_the_language(site, language, words):
    """Grouping, decimals, currency and months are the locale's, and so are the titles."""
    html = site.client(EXECUTIVE).get(f"/partners/alder?lang={language}").text
    said = text_of(html)

    assert [word for word in words if word not in said] == []
    assert f'<html lang="{language}"' in html


def test_the_language_is_the_addresss_then_the_cookies_then_the_browsers(site):
    """A link in Korean is Korean for everybody; what was chosen before wins over the browser."""
    client = site.client(EXECUTIVE, cookies={"partnerlens_language": "fr"})

    assert '<html lang="ko"' in client.get("/partners/alder?lang=ko", headers={"Accept-Language": "en"}).text
    assert '<html lang="fr"' in client.get("/partners/alder", headers={"Accept-Language": "ko"}).text
    assert '<html lang="ko"' in site.client(EXECUTIVE).get("/partners/alder", headers={"Accept-Language": "ko-KR"}).text


def test_a_report_viewer_sees_no_money_and_is_told_why(site):
    """The value is not in the page at all; the tile says what to do."""
    html = site.client(VIEWER).get("/partners/alder").text

    assert "1,480" not in html
    assert 'data-state="not_entitled"' in html
    assert "Ask an account admin of your company" in html
    assert "explain/revenue" not in html
    assert "/score" not in html


def test_withheld_comparisons_and_values_that_cannot_be_computed_are_told_apart(site):
    """Four accounts are too few to compare; birch has no survey response."""
    html = site.client("birch").get("/partners/birch").text

    assert html.count('data-state="withheld"') >= 1
    assert "Comparison withheld: too few partners" in html
    assert "Not computable: no survey response" in html
    assert "Not computable: no seat is assigned" in html


def test_a_cleared_filter_is_not_the_default(site):
    """An empty value means that nothing is chosen, which has an own state; without the parameter all is shown."""
    cleared = site.client(EXECUTIVE).get("/partners/alder?product=").text
    default = site.client(EXECUTIVE).get("/partners/alder").text

    assert 'data-state="filtered_out"' in cleared
    assert "Nothing is chosen" in cleared
    assert "data-metric" not in cleared
    assert default.count("data-metric") == 8


def test_a_filter_that_leaves_nothing_says_so(site):
    """The partner has nothing of the other product: the page says so and offers the way back."""
    html = site.client(EXECUTIVE).get("/partners/alder?product=finance").text

    assert "The filter leaves nothing" in html
    assert 'href="/partners/alder"' in html


def test_a_filter_becomes_a_chip_that_removes_it(site):
    """Each chosen value can be taken away alone."""
    html = site.client(EXECUTIVE).get("/partners/alder?product=sales&country=US").text

    assert 'class="chip" href="/partners/alder?country=US"' in html
    assert 'class="chip" href="/partners/alder?product=sales"' in html


def test_only_values_with_data_are_offered(site):
    """Alder has the one product, so the other one is not in the list."""
    html = site.client(EXECUTIVE).get("/partners/alder").text

    assert 'name="product" value="sales"' in html
    assert 'name="product" value="finance"' not in html


def test_a_link_to_another_edition_says_what_has_changed(site):
    """A shared link pins the edition; when another one answers, the page says so."""
    said = page(site, "/partners/alder?month=2024-03&edition=77", EXECUTIVE)

    assert "This link was made from edition 77." in said


def test_counted_rows_add_up_to_the_number(site):
    """Two customers: 12 x 100, and 40 in seven months; the sum row is the number in the title."""
    said = page(site, "/partners/alder/explain/revenue", EXECUTIVE)

    assert "Revenue: $1,480.00, made of 19 rows of 2 customers" in said
    assert "oak United States 12 rows $1,200.00" in said
    assert "yew United States 7 rows $280.00" in said
    assert "All counted rows 19 rows $1,480.00" in said


def test_a_ratio_shows_both_of_its_sums(site):
    """Three users above the line, ten seats times twelve below it."""
    said = page(site, "/partners/alder/explain/mau_per_assigned_seat", EXECUTIVE)

    assert "3 ÷ 120 = 0.025" in said


def test_rows_of_a_customer_are_listed_in_pages_without_losing_any(site):
    """The rows of one customer stand behind its sum."""
    said = page(site, "/partners/alder/explain/revenue?customer=yew", EXECUTIVE)

    assert said.count("A billed line, or a credit") == 7


def test_what_did_not_count_says_what_would_make_it_count(site):
    """A month before the window is a reason with a sentence of its own, and a remedy."""
    said = page(site, "/partners/alder/explain/revenue?tab=not-counted", EXECUTIVE)

    assert "The fact lies in the twelve months before the window. outside_window" in said
    assert "It belonged to an earlier window; nothing brings it back." in said


def test_names_of_people_are_left_out_without_the_right_to_them(site):
    """A report viewer sees that two people count, and not who they are."""
    shown = page(site, "/partners/alder/explain/certified_people", EXECUTIVE)
    hidden = page(site, "/partners/alder/explain/certified_people", VIEWER)

    assert "ann" in shown.split()
    assert "ann" not in hidden.split()
    assert "Names of people and users are left out" in hidden


def test_files_are_offered_to_those_who_may_take_them(site):
    """The links to exports stand on the page of an executive viewer alone."""
    path = "/partners/alder/explain/new_customers"

    assert "/rows?format=csv&amp;counted=true" in site.client(EXECUTIVE).get(path).text
    assert "/rows?format" not in site.client(VIEWER).get(path).text


def test_a_supposed_score_shows_the_real_one_beside_it(site):
    """Two points for a deployment: five more are ten points more; the link back drops them."""
    real = page(site, "/partners/alder/score", EXECUTIVE)
    supposed = page(site, "/partners/alder/score?add.new_deployments=5", EXECUTIVE)
    before = float(re.search(r"([\d.]+) of 100 points", real)[1])
    after = float(re.search(r"([\d.]+) of 100 points", supposed)[1])

    assert after == before + 10
    assert "What if: these numbers are not the partner's." in supposed
    assert "Back to the real score" in supposed


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/partners/alder?month=June", 400),
        ("/partners/alder?month=1999-01", 404),
        ("/partners/alder?country=XX", 404),
        ("/partners/alder?edition=x", 400),
        ("/partners/alder/score?add.new_deployments=many", 400),
        ("/partners/alder/score?add.nothing=1", 400),
        ("/partners/alder/score?set.net_new_revenue=much", 400),
        ("/partners/alder/score?set.nothing=1", 400),
        ("/partners/alder/explain/nothing", 400),
        ("/partners/alder/explain/revenue?tab=other", 400),
        ("/partners/alder/explain/revenue?page=0", 400),
        ("/partners/unknown", 404),
        ("/nowhere", 404),
    ],
)
def test_faults_are_pages_with_problem_and_remedy(site, path, status):
    """What cannot be asked is said in words, with the status and a way back."""
    reply = site.client(EXECUTIVE).get(path)

    assert status == reply.status_code
    assert "Traceback" not in reply.text
    assert 'data-state="error"' in reply.text
    assert "To the first page" in reply.text


def test_another_partners_page_is_that_of_a_partner_that_does_not_exist(site):
    """Nothing but the name asked for differs."""
    foreign = site.client("birch").get("/partners/alder")
    unknown = site.client("birch").get("/partners/xxxxx")
    drawn = re.compile(r'<span class="id">[0-9a-f]{32}</span>|name="form_token" value="[^"]+"')

    assert foreign.status_code == unknown.status_code == 404
    assert drawn.sub("", foreign.text).replace("alder", "xxxxx") == drawn.sub("", unknown.text)


@pytest.mark.parametrize("path", [path for path in PATHS if path.startswith("/operator")])
def test_the_operators_pages_are_for_operators(site, path):
    """A partner's reader is told so, with nothing of the page."""
    assert site.client(OPERATOR).get(path).status_code == 200
    assert site.client(EXECUTIVE).get(path).status_code == 403


def test_who_has_one_partner_starts_there_and_who_has_none_is_told_what_to_do(site):
    """The first page is the one that is of use."""
    assert site.client("birch").get("/", follow_redirects=False).headers["location"] == "/partners/birch"
    assert "No partner is open to you" in page(site, "/", "nobody")
    site.tokens["agent"] = add_user(site.register, "agent", "sales_agent", "birch")
    assert site.client("agent").get("/", follow_redirects=False).headers["location"] == "/partners/birch/adoption"


def test_a_list_of_several_partners_starts_with_pages_that_the_role_opens(site):
    """A sales agent of two partners is led to their customers, which the role opens."""
    site.tokens["two"] = add_user(site.register, "two", "sales_agent", "birch")
    site.register.grant("two@example.com", "sales_agent", "cedar")
    html = site.client("two").get("/").text

    assert re.findall(r'href="(/partners/[^"]+)"', html) == ["/partners/birch/adoption", "/partners/cedar/adoption"]


def test_partners_are_listed_by_value_and_found_by_name(site):
    """The operator's list starts with the largest revenue; a search holds names and ids."""
    said = page(site, "/")
    found = page(site, "/?search=birch")

    assert said.index("Alder Consulting") < said.index("Birch & Sons") < said.index("Cedar Systems")
    assert "1 partner" in found
    assert "Cedar" not in found


@pytest.mark.parametrize("path", PATHS)
def test_pages_hold_no_inline_script_or_style_and_are_small(site, path):
    """The policy of the page allows neither; and no page is more than 40 kB of HTML, gzipped."""
    who = None if path == "/sign-in" else OPERATOR
    html = site.client(who).get(path).text

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]* src=)|javascript:", html)
    assert len(gzip.compress(html.encode())) <= 40_000
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', html)


def test_what_is_searched_for_is_written_as_text(site):
    """A script in a search stays a text."""
    html = site.client(OPERATOR).get("/?search=<script>alert(1)</script>").text

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_preferences_are_kept_in_cookies_and_lead_back_to_this_server_alone(site):
    """A theme is kept; an address of another server is not followed."""
    client = site.client(EXECUTIVE)
    kept = client.get("/preferences?theme=dark&next=/partners/alder", follow_redirects=False)
    away = client.get("/preferences?theme=dark&next=//evil.example", follow_redirects=False)

    assert kept.headers["location"] == "/partners/alder"
    assert "partnerlens_theme=dark" in kept.headers["set-cookie"]
    assert away.headers["location"] == "/"
    assert 'data-theme="dark"' in client.get("/partners/alder").text
    assert client.get("/preferences?theme=pink").status_code == 400


def test_an_operator_builds_publishes_and_sees_as_a_partner(tiny_home, tmp_path):
    """Forms with a token change something; without one they do not. The view as a partner has a banner that ends it."""
    with tiny_site(tiny_home, tmp_path) as made:
        made.register.add_user("boss@example.com", "The boss", password=PASSWORD)
        made.register.grant("boss@example.com", OPERATOR, None)
        client = made.client()
        sign_in(client, "boss@example.com")
        token = form_token(client.get("/operator/editions").text)

        assert client.post("/operator/build", data={"month": "2024-02", "months": "1"}).status_code == 403
        built = client.post("/operator/build", data={"month": "2024-02", "months": "1", "form_token": token})
        assert "Feb 2024 is built." in text_of(built.text)
        published = client.post("/operator/publish", data={"month": "2024-02", "form_token": token})
        assert "Feb 2024 is published." in text_of(published.text)
        fault = client.post("/operator/build", data={"month": "2024-02", "months": "x", "form_token": token})
        assert fault.status_code == 400

        form = {"partner": "alder", "role": VIEWER, "next": "/partners/alder", "form_token": token}
        seen = client.post("/view-as", data=form)
        assert "You see what this partner sees: alder (report_viewer)" in text_of(seen.text)
        assert "1,480" not in seen.text
        ended = client.post("/view-as/end", data={"next": "/partners/alder", "form_token": form_token(seen.text)})
        assert "1,480" in ended.text
        assert "view_as" in text_of(client.get("/operator/audit").text)
