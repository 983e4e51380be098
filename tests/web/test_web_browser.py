"""The pages in a real browser: with and without scripts, by keyboard, in both themes, and nothing from elsewhere."""

import json
import shutil
from pathlib import Path

import pytest
from web_sites import PASSWORD, make_site, served

from partnerlens.access.roles import OPERATOR

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = {
    "light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # Themes differ in colours alone.
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: install Debian's package 'chromium'"),
    pytest.mark.xdist_group("browser"),
]

PARTNER = "P001"
PAGES = [
    "/",
    f"/partners/{PARTNER}",
    f"/partners/{PARTNER}?product=",
    f"/partners/{PARTNER}/score?set.net_new_revenue=15000",
    f"/partners/{PARTNER}/adoption",
    f"/partners/{PARTNER}/adoption/C0033",
    f"/partners/{PARTNER}/explain/revenue",
    f"/partners/{PARTNER}/explain/mau_per_assigned_seat?tab=not-counted",
    f"/partners/{PARTNER}/explain/nps?tab=how",
    f"/partners/{PARTNER}/explain/revenue?tab=since",
    f"/partners/{PARTNER}/indicators/mau_growth?tab=leaving",
    f"/partners/{PARTNER}/difference/mau_per_assigned_seat?before=1&after=2",
    f"/partners/{PARTNER}/band/new_customers",
    "/operator/adoption?trials=on",
    f"/partners/{PARTNER}/findings",
    f"/partners/{PARTNER}/findings?code=D-10",
    "/operator/loads",
    "/operator/quarantine",
    "/operator/editions",
    "/operator/publish?month=2026-04",
    "/operator/scorecards",
    "/operator/audit",
    "/nowhere",
]


@pytest.fixture(scope="module")
def address(sample_home, tmp_path_factory):
    """Serve a copy of the sample program with an operator and an executive viewer, and give its address."""
    home = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("browser") / "home"))
    site = make_site(home)
    for who, role, partner in (("boss", OPERATOR, None), ("ana", "executive_report_viewer", PARTNER)):
        site.register.add_user(f"{who}@example.com", f"The {who}", password=PASSWORD)
        site.register.grant(f"{who}@example.com", role, partner)
    with served(site) as address:
        yield address
    site.register.close()
    site.app.state.workspace.close()


@pytest.fixture(scope="module")
def browser():
    """Start Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def doors(browser, address):
    """Sign each user in once, and give what the browser then holds."""
    held = {}
    for who in ("boss", "ana"):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("#email", f"{who}@example.com")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_selector("form[action='/sign-out']", state="attached")
        held[who] = context.storage_state()
        context.close()
    return held


@pytest.fixture
def visit(browser, address, doors):
    """Give a function that opens a page as a user; what the browser complains of fails the test."""
    contexts, faults = [], []

    def heard(request):
        if not request.url.startswith(address):
            faults.append(f"asks elsewhere: {request.url}")

    def open_page(path, who="ana", width=1280, height=900, **options):
        context = browser.new_context(
            storage_state=doors[who], viewport={"width": width, "height": height}, base_url=address, **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", heard)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type in {"error", "warning"} else None)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "status of 404" not in fault] == []


def values(page):
    """Return the numbers of the tiles."""
    return page.locator(".figure b").all_text_contents()


def test_a_filter_changes_the_tiles_and_the_address_without_leaving_the_page(visit):
    """A ticked product is at once in the numbers, in a chip and in the address; Escape clears it."""
    page = visit(f"/partners/{PARTNER}")
    before = values(page)
    page.evaluate("window.same = true")
    page.click("details.picker summary >> nth=0")
    page.locator("#choices-product input").first.check()
    page.wait_for_selector(".chip")

    assert "product=" in page.url
    assert values(page) != before
    assert page.evaluate("window.same")
    assert page.locator("#announce").text_content()

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_selector(".chip", state="detached")
    assert values(page) == before


def test_a_list_of_choices_can_be_searched(visit):
    """Typing hides the choices that do not hold the text."""
    page = visit(f"/partners/{PARTNER}")
    page.keyboard.press("/")
    page.locator("input[data-narrows=choices-product]").fill("zzz")

    assert page.locator("#choices-product label:visible").count() == 0


def test_months_are_stepped_by_arrows_and_chosen_from_the_list(visit):
    """The arrow to the left shows the month before; the list shows any."""
    page = visit(f"/partners/{PARTNER}")
    june = values(page)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**month=2026-05**")
    may = values(page)
    page.select_option("#month", "2026-06")
    page.wait_for_url("**month=2026-06**")
    page.wait_for_function(f"document.querySelector('.figure b').textContent === {json.dumps(june[0])}")

    assert may != june
    assert values(page) == june


def test_keys_explain_a_number_and_list_themselves(visit):
    """E opens the rows of the tile in focus; the question mark lists the keys; both can be turned off."""
    page = visit(f"/partners/{PARTNER}")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    page.locator("[data-metric=mau] .steps, [data-metric=mau] a").first.focus()
    page.keyboard.press("e")
    page.wait_for_url("**/explain/mau**")

    page.go_back()
    page.keyboard.press("l")
    years = page.locator("[data-metric] details[data-year]")
    assert page.locator("[data-metric] details[data-year][open]").count() == years.count() == 8
    page.locator("[data-metric=nps] summary").first.focus()
    page.keyboard.press("l")
    assert page.locator("[data-metric] details[data-year][open]").count() == 7
    page.keyboard.press("x")
    page.wait_for_url("**/explain/nps?tab=since")

    page.keyboard.press("?")
    page.click("dialog a.button")
    page.wait_for_load_state()
    page.keyboard.press("?")
    assert not page.locator("dialog#keys").is_visible()


def test_a_number_opens_into_rows_that_can_be_taken_away(visit):
    """Why, then a customer, then a file with as many rows as the page says."""
    page = visit(f"/partners/{PARTNER}")
    page.click("[data-metric=revenue] [data-why]")
    total = page.locator("tfoot td").nth(1).text_content()
    page.click("text=Export")
    with page.expect_download() as download:
        page.click("text=Counted · CSV")
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()

    rows = [line for line in lines if line.startswith(("revenue,", '"revenue",'))]
    assert total.split()[0].replace(",", "") == str(len(rows))


def test_what_if_moves_the_score_at_once_and_keeps_it_in_the_address(visit):
    """Units of an indicator are added without a new page; the link gives the same score again."""
    page = visit(f"/partners/{PARTNER}/score")
    page.fill("#add-net_customer_adds", "2")
    page.press("#add-net_customer_adds", "Tab")
    page.wait_for_selector("#reset a")
    supposed = page.locator(".score-total b").text_content()

    assert "add.net_customer_adds=2" in page.url
    again = visit(page.url)
    assert again.locator(".score-total b").text_content() == supposed


def test_language_and_theme_are_chosen_by_links(visit):
    """Both are kept while reading on."""
    page = visit(f"/partners/{PARTNER}")
    page.click("details.menu summary >> nth=0")
    page.click("text=한국어")
    page.wait_for_selector("html[lang=ko]")
    page.click("details.menu >> text=테마")
    page.click("text=어둡게")
    page.wait_for_selector("html[data-theme=dark]")
    page.goto(f"/partners/{PARTNER}/score")

    assert page.locator("html[lang=ko][data-theme=dark]").count() == 1


def test_everything_works_without_scripts(visit):
    """Filters by a button, the month by a link, menus and tabs: with scripts turned off."""
    page = visit(f"/partners/{PARTNER}", java_script_enabled=False)
    before = values(page)
    page.click("details.picker summary >> nth=0")
    page.locator("#choices-product input").first.check()
    page.click("button:has-text('Apply')")

    assert "product=" in page.url
    assert values(page) != before
    page.click("#month-steps [rel=prev]")
    assert "month=2026-05" in page.url
    page.click("[data-metric=revenue] [data-why]")
    page.click("nav.tabs a >> nth=-1")
    assert page.locator(".strip .in").count() == 12


def test_the_chart_of_twelve_months_is_drawn_when_it_is_opened(visit):
    """The library is asked for only then; its drawing has the twelve values."""
    page = visit(f"/partners/{PARTNER}")
    assert page.evaluate("typeof window.echarts") == "undefined"
    page.click("[data-metric=revenue] summary:has-text('12 months')")
    page.wait_for_selector("[data-metric=revenue] .chart svg")

    assert page.locator("[data-metric=revenue] .chart svg path").count() > 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(visit, theme):
    """WCAG 2.2 AA and best practice, with all that can be opened open."""
    page = visit(f"/preferences?theme={theme}&next=/", who="boss")
    found = {}
    for path in [*PAGES, "/partners/P002?lang=ko", "/partners/P002/score?lang=fr"]:
        page.goto(path)
        page.evaluate("document.querySelectorAll('.tile details').forEach((fold) => { fold.open = true })")
        page.evaluate(AXE)
        result = page.evaluate(f"axe.run(document, {json.dumps(RULES[theme])})")
        if result["violations"]:
            found[path] = [(rule["id"], rule["nodes"][0]["html"][:150]) for rule in result["violations"]]

    assert found == {}


def test_at_400_percent_nothing_has_to_be_scrolled_sideways(visit):
    """A window of 320 pixels holds every page."""
    page = visit("/", who="boss", width=320, height=640)
    wide = {}
    for path in PAGES:
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[path] = width

    assert wide == {}


def test_a_signed_out_reader_is_sent_to_the_form_and_back(visit):
    """Signing out ends the session; the page that was asked for comes after signing in again."""
    page = visit(f"/partners/{PARTNER}/score")
    page.context.clear_cookies()
    page.goto(f"/partners/{PARTNER}/score")
    page.fill("#email", "ana@example.com")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Sign in')")
    page.wait_for_url(f"**/partners/{PARTNER}/score")

    assert page.locator(".score-total").count() == 1
