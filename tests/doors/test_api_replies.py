"""What the API replies: the numbers of the terminal, tags, pages, problems, files, changes that are made once."""

import hashlib
import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from access.access_site import Site, make_site
from partnerlens.app import Workspace
from partnerlens.client import Client
from partnerlens.errors import ConflictError, ForbiddenError, NotFoundError, SignInError, UsageError
from partnerlens.model.metric import MetricId

EXECUTIVE = "executive_report_viewer"
OPERATOR = "program_operator"
SEATS = "month,subscription_id,state,sold_seats,assigned_seats,active_seats"


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory) -> Site:
    """Return a server over a copy of the tiny program."""
    return make_site(shutil.copytree(tiny_home, tmp_path_factory.mktemp("replies") / "home"))


@pytest.fixture
def ask(site):
    """Give a function that returns a typed client of a user."""
    return lambda who: Client("http://localhost", site.tokens[who], http=site.client())


def test_the_api_says_what_the_terminal_says(site, ask, run):
    """Answer, score and explanation are the same documents from both doors, for operators."""
    client = ask(OPERATOR)
    explained = client.explain("alder", "revenue", limit=1000)
    shown = run("explain", "alder", "revenue", "--home", site.home, "--json").document

    assert client.answer("alder") == run("show", "alder", "--home", site.home, "--json").document
    assert client.score("alder") == run("score", "alder", "--home", site.home, "--json").document
    assert {name: explained.get(name) for name in shown} == shown
    assert [*client.values("nps")] == run("values", "nps", "--home", site.home, "--json").document
    assert client.editions() == run("editions", "--home", site.home, "--json").document


def test_lists_go_on_until_they_are_whole(site):
    """Each page tells how many there are and where the next is; nothing is left out, and nothing comes twice."""
    client, path, seen = site.client(OPERATOR), "/api/v1/partners?limit=2", []
    while path:
        reply = client.get(path)
        page = reply.json()
        seen += [partner["partner"] for partner in page["partners"]]
        assert page["total"] == 5
        assert (f'<{page["next"]}>; rel="next"' == reply.headers.get("link")) == bool(page["next"])
        path = page["next"]

    assert seen == ["alder", "alder-nord", "birch", "cedar", "dogwood"]


def test_the_rows_of_all_pages_add_up(ask):
    """Rows that come page by page are those of the whole, in the same order."""
    client = ask(EXECUTIVE)
    pages = [client.explain("alder", "revenue", limit=7, offset=offset)["rows"] for offset in range(0, 21, 7)]

    assert [row for page in pages for row in page] == [*client.rows("alder", "revenue")]
    assert sum(float(row["amount"]) for row in client.rows("alder", "revenue")) == 1480


def test_a_tag_is_one_readers(site):
    """The same document has another tag for another reader, and only one's own saves the body."""
    path = "/api/v1/months"
    mine, other = site.client(EXECUTIVE), site.client("birch")
    tag = mine.get(path).headers["etag"]

    assert mine.get(path).json() == other.get(path).json()
    assert other.get(path).headers["etag"] != tag
    assert mine.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert other.get(path, headers={"If-None-Match": tag}).status_code == 200
    assert mine.get(path).headers["cache-control"] == "private, no-cache"
    assert mine.get(path).headers["vary"] == "Cookie, Authorization"


def test_two_readers_at_once_get_their_own(site):
    """Threads that ask for different readers at the same time never see each other's answers."""
    partner = {EXECUTIVE: "alder", "birch": "birch", "nordic": "alder-nord"}

    def asked(number: int) -> bool:
        who = [*partner][number % 3]
        reply = site.client(who).get(f"/api/v1/partners/{partner[who]}/answer?country={['US', 'DE'][number % 2]}")
        listed = site.client(who).get("/api/v1/partners").json()["partners"]
        return reply.json()["partner"] == partner[who] and partner[who] in {entry["partner"] for entry in listed}

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(asked, range(24)))


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "parquet", "ndjson"])
def test_files_hold_what_the_number_is(site, tmp_path, ask, file_format):
    """Every format has the rows of the number, and the headers tell how many, their sum and their digest."""
    file = tmp_path / f"revenue.{file_format}"
    told = ask(EXECUTIVE).export("alder", "revenue", file, file_format=file_format)
    content = file.read_bytes()

    assert told["rows"] == "19"
    if file_format != "ndjson":
        assert told["sum"] == "1480"
    if file_format == "csv":
        assert told["digest"] == hashlib.sha256(content).hexdigest()
        assert len(content.splitlines()) == 20
    if file_format == "xlsx":
        assert len(load_workbook(io.BytesIO(content)).sheetnames) == 2
    if file_format == "parquet":
        assert pq.read_table(io.BytesIO(content)).num_rows == 19
    if file_format == "ndjson":
        assert sum(float(json.loads(line)["amount"]) for line in content.splitlines()) == 1480
    entry = site.register.entries(limit=1, offset=0).entries[0]
    assert (entry.action, entry.subject, entry.detail) == ("export", "alder", f"revenue {file_format}")


def test_errors_are_problems_in_the_words_of_the_terminal(site, ask, run):
    """Code, problem and remedy are those that the command line prints."""
    told = run("values", "revenue", "--product", "saless", "--home", site.home, "--json").document["error"]
    reply = site.client(OPERATOR).get("/api/v1/values/revenue?product=saless")
    problem = reply.json()

    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")
    assert (problem["code"], problem["detail"], problem["remedy"]) == (told["code"], told["problem"], told["remedy"])
    assert problem["request_id"] == reply.headers["x-request-id"]
    with pytest.raises(NotFoundError, match="no partner 'birch'"):
        ask(EXECUTIVE).answer("birch")
    with pytest.raises(ForbiddenError):
        ask("sales_agent").answer("alder")
    with pytest.raises(UsageError, match="month"):
        ask(EXECUTIVE).answer("alder", month="June")
    with pytest.raises(SignInError):
        Client("http://localhost", "x", http=site.client()).me()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/partners/alder/answer?month=2024-13", "'month' is '2024-13'"),
        ("/partners?limit=0", "'limit' is '0'"),
        ("/partners?limit=1&limit=many", "'limit' is 'many'"),
        ("/partners/alder/metrics/revenu", "'metric' is 'revenu'"),
        ("/partners/alder/metrics/revenue/rows?format=exe", "'format' is 'exe'"),
        ("/partners/alder/answer?product=", "product"),
    ],
)
def test_a_parameter_that_does_not_fit_is_told(site, path, words):
    """Every parameter has one parser, which says what was given and what it should be."""
    reply = site.client(EXECUTIVE).get(f"/api/v1{path}")

    assert (reply.status_code, reply.json()["code"]) == (400, "wrong_use")
    assert words in reply.json()["detail"]


def test_a_load_with_a_key_is_made_once(site, ask):
    """The same key with the same file gets the first reply; with another file it is refused."""
    file = site.home / "files" / "survey_responses.csv"
    loads = len(site.app.state.workspace.loads())
    first = ask(OPERATOR).load(file, key="load-0001")
    again = site.client(OPERATOR).post(
        f"/api/v1/loads?name={file.name}", content=file.read_bytes(), headers={"Idempotency-Key": "load-0001"}
    )

    assert (again.json(), again.headers["idempotent-replayed"]) == (first, "true")
    assert len(site.app.state.workspace.loads()) == loads
    with pytest.raises(ConflictError, match="another request"):
        ask(OPERATOR).load(site.home / "files" / "partners.csv", key="load-0001")


def test_a_faulty_load_tells_its_fault_again(site, ask):
    """An error is the reply of its key as well."""
    texts = set()
    for _ in range(2):
        reply = site.client(OPERATOR).post(
            "/api/v1/loads?name=seats.csv", content=b"no,such\n1,2\n", headers={"Idempotency-Key": "load-0002"}
        )
        texts.add((reply.status_code, reply.json()["code"], reply.json()["detail"]))

    ((status, code, _),) = texts
    assert (status, code) == (422, "wrong_data")


def test_an_edition_published_elsewhere_is_seen_without_a_restart(tiny_home, tmp_path, run):
    """The server answers from the edition that another process has published since."""
    site = make_site(shutil.copytree(tiny_home, tmp_path / "home"))
    client = site.client(EXECUTIVE)
    before = client.get("/api/v1/partners/alder/answer").json()["edition"]
    more = tmp_path / "seats.csv"
    more.write_text(f"{SEATS}\n2024-03,s1,active,14,8,\n")
    for command in (("load", more), ("build", "2024-03"), ("publish", "2024-03")):
        assert run(*command, "--home", site.home).code == 0

    for _ in range(200):
        after = client.get("/api/v1/partners/alder/answer").json()["edition"]
        if after != before:
            break
    assert after == before + 1


def test_every_metric_is_in_the_description(site):
    """The description of the API is OpenAPI 3.1, names each metric, and needs no sign-in."""
    described = site.client().get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    assert {metric.value for metric in MetricId} == set(described["components"]["schemas"]["MetricId"]["enum"])


def test_server_that_takes_requests_has_read_what_it_answers_from(tiny_home, tmp_path):
    """No reader waits for the first reading; a program of which nothing is published is served all the same."""
    warm = make_site(shutil.copytree(tiny_home, tmp_path / "warm"))
    with TestClient(warm.app, base_url="http://localhost") as client:
        (warm.home / "store" / "results").rename(tmp_path / "elsewhere")
        asked = client.get(
            "/api/v1/partners/alder/answer", headers={"Authorization": f"Bearer {warm.tokens[OPERATOR]}"}
        )
        assert asked.status_code == 200

    Workspace.init(tmp_path / "empty").close()
    with TestClient(make_site(tmp_path / "empty").app, base_url="http://localhost") as client:
        assert client.get("/readyz").status_code == 503
