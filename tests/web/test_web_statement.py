"""A statement says what the pages say, states what it rests on, and is for those who may take rows away."""

import hashlib
import html
import io
import json
import re
import shutil
import socket
import sys

import pytest
from pypdf import PdfReader

from access.access_site import make_site
from partnerlens.access.roles import OPERATOR
from partnerlens.web.printing import can_print, printed

EXECUTIVE = "executive_report_viewer"
TAGS = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory):
    """Return the site of the tiny program, opened once."""
    made = make_site(shutil.copytree(tiny_home, tmp_path_factory.mktemp("statement") / "home"))
    yield made
    made.register.close()
    made.app.state.workspace.close()


def words_of(content: bytes) -> str:
    """Return the text of a PDF without any spaces, since lines break anywhere."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return without_spaces(text)


def without_spaces(text: str) -> str:
    """Return a text without spaces and without places to break."""
    return re.sub(r"[\s\u200b\u00a0\u202f]+", "", text)


def found(pattern: str, page: str) -> list[str]:
    """Return what a page shows in some places."""
    return [html.unescape(TAGS.sub("", each)) for each in re.findall(pattern, page, re.DOTALL)]


@pytest.mark.parametrize("language", ["fr", "ko"])
def test_a_statement_has_the_numbers_of_the_pages(site, language):
    """Every value, range, standing, indicator and step of the path that the pages show, as the language writes it."""
    client = site.client(EXECUTIVE)
    contribution = client.get(f"/partners/alder?lang={language}").text
    score = client.get(f"/partners/alder/score?lang={language}").text
    reply = client.get(f"/partners/alder/statement?lang={language}")
    words = words_of(reply.content)

    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["content-disposition"] == "attachment; filename*=UTF-8''alder-statement-2024-03.pdf"
    figures = found(r'<p class="figure"><b>(.*?)</b>', contribution)
    spans = found(r'<li class="step[^>]*>.*?</span><span>(.*?)</span>', contribution)
    cells = found(r'<td class="number" data-label="[^"]*">(.*?)(?:<svg|</td>)', score)
    steps = found(r"<li>(.*?)</li>", re.search(r'<ol class="path-list">.*?</ol>', score, re.DOTALL)[0])
    assert (len(figures), len(spans), len(cells), len(steps)) == (8, 24, 24 + 12, 4)
    total = re.search(r'<p class="score-total"><b>(.*?)</b> <span>.*?</span> <strong>(.*?)</strong>', score).groups()
    for text in [*figures, *spans, *cells[:24], *steps, *total]:
        assert without_spaces(text) in words, text


def test_a_statement_states_what_it_rests_on(site):
    """Month, edition, scorecard version, filters, rows and digests, which are those of the API."""
    client = site.client(EXECUTIVE)
    words = words_of(client.get("/api/v1/partners/alder/statement?product=sales&month=2024-03").content)
    answer = client.get("/api/v1/partners/alder/answer?product=sales&month=2024-03").json()
    score = client.get("/api/v1/partners/alder/score?month=2024-03").json()
    rows = client.get("/api/v1/partners/alder/metrics/revenue/rows?product=sales&month=2024-03").headers

    for document in (answer, score):
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() in words
    assert f"Revenue{rows['partnerlens-rows']}" in words
    assert rows["partnerlens-digest"] in words
    for text in ("DatamonthMar2024", "Edition1", "ProductDynamicsSales", "WorkloadAll", "smb-pci-20212021-01-14"):
        assert text.lower() in words.lower(), text


def test_the_terminal_prints_the_same_statement(site, run, tmp_path):
    """The file of the command has the words of the operator's file from the server."""
    file = tmp_path / "alder.pdf"
    reply = run("statement", "alder", "--month", "2024-03", "--output", file, "--home", site.home, "--json")
    served = site.client(OPERATOR).get("/api/v1/partners/alder/statement?month=2024-03&lang=en")

    assert reply.code == 0, reply.err
    assert reply.document["bytes"] == file.stat().st_size
    assert words_of(file.read_bytes()) == words_of(served.content)


def test_a_statement_was_noted_and_is_for_roles_that_download(site):
    """A report viewer is refused on page and API, and has no link to it; what another takes is in the audit trail."""
    viewer, executive = site.client("report_viewer"), site.client(EXECUTIVE)
    for path in ("/partners/alder/statement", "/api/v1/partners/alder/statement"):
        assert viewer.get(path).status_code == 403
        assert executive.get(path.replace("alder", "birch")).status_code == 404
    assert "statement" not in viewer.get("/partners/alder").text
    assert 'href="/partners/alder/statement?month=2024-03"' in executive.get("/partners/alder").text
    entry = site.client(OPERATOR).get("/api/v1/audit?limit=1").json()["entries"][0]
    assert (entry["action"], entry["subject"], entry["detail"]) == ("export", "alder", "statement pdf")


def test_without_the_extra_the_link_is_gone_and_the_error_says_what_to_install(site, run, tmp_path, monkeypatch):
    """The same sentence in terminal, API and page."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    can_print.cache_clear()
    client = site.client(EXECUTIVE)
    try:
        page = client.get("/partners/alder").text
        problem = client.get("/api/v1/partners/alder/statement")
        told = run("statement", "alder", "--output", tmp_path / "x.pdf", "--home", site.home)
    finally:
        can_print.cache_clear()

    assert "/partners/alder/statement" not in page
    assert problem.status_code == 503
    assert problem.json()["remedy"] == "install it with \"pip install 'partnerlens[reports]'\""
    assert problem.json()["detail"] in " ".join(told.err.split())
    assert told.code == 5
    assert not (tmp_path / "x.pdf").exists()


def test_nothing_that_a_document_names_is_fetched():
    """No picture, style sheet or font of a document is asked for, here or elsewhere."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)  # noqa: FBT003
        place = f"http://127.0.0.1:{listener.getsockname()[1]}"
        content = printed(f'<link rel="stylesheet" href="{place}/a.css"><img src="{place}/b.png"><p>here</p>')
        with pytest.raises(BlockingIOError):
            listener.accept()

    assert words_of(content) == "here"
