"""
Measure the server: pages and answers over HTTP, with one client and with eight, on the made-up program.

    python bench/server.py --scale S         1,000 partners, 20,000 customers, about 5 million activity rows
    python bench/server.py --scale M         20,000 partners, 400,000 customers, about 100 million activity rows

The server runs as `partnerlens serve --processes N`, by default one for each core; the clients share the machine with
it, in one other process with a connection each, and read of eight partners. Each page of a partner is opened in every
process before it is timed.
`never seen` asks for a filter that nobody asked for before; `mix` asks for one of 40 filters nine times in ten. With
`--wrk` wrk asks as well (it has to be installed), and with `--browser` the first paint of the contribution page in
Chromium is measured.
"""

import argparse
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import quote, urlencode

from run import LAST, SCALES, command, load_program, quantile, report

from partnerlens.app import Workspace

PARTNERLENS = (sys.executable, "-c", "from partnerlens.cli.main import main; main()")
ROLE = "program_operator"
EMAIL = "bench@example.com"
PASSWORD = "a-password-of-the-bench"
REQUESTS = 400
CLIENTS = 8
SETTLED = 5
"""What the server begins in the background after a partner's first page is under way by then. Unit: s."""
POPULAR = 40
WRK_PATHS = 4000
WRK_SECONDS = 10


def main() -> None:
    """Run every measurement and print a table and one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=sorted(SCALES), default="S")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "data", help="folder for data")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="processes of the server")
    parser.add_argument("--wrk", action="store_true", help="let wrk ask as well, which takes less of the cores")
    parser.add_argument("--browser", action="store_true", help="measure the first paint as well")
    options = parser.parse_args()
    home = options.work / f"{options.scale}-home"
    figures: dict[str, float] = {}
    load_program(options.scale, options.work, home, figures)
    command(home, "build", str(LAST))
    command(home, "publish", str(LAST))
    with Workspace.open(home) as workspace:
        edition = workspace.answers().edition
        partners = [partner.id for partner in edition.partners]
        values = {
            "product": sorted(edition.product_names),
            "workload": sorted(edition.workloads),
            "country": sorted(edition.countries),
        }
    key = reader(home)
    log = options.work / "server.log"
    with serving(home, options.processes, log) as port:
        cookie = signed_in(port)
        asked = Asked(partners, values)
        doors = {
            "answer": (
                lambda partner, query: f"/api/v1/partners/{quote(partner)}/answer{query}",
                {"Authorization": f"Bearer {key}"},
            ),
            "contribution page": (lambda partner, query: f"/partners/{quote(partner)}{query}", {"Cookie": cookie}),
        }
        for door, (path, headers) in doors.items():
            opened(port, [path(partner, "") for partner in asked.partners], headers, options.processes)
            for clients in (1, CLIENTS):
                for kind in ("never seen", "mix"):
                    paths = [path(*asked.one(kind)) for _ in range(REQUESTS)]
                    times = run(port, paths, headers, clients=clients)
                    figures[f"{door}, {kind}, {clients} clients, p50 ms"] = quantile(times, 50) * 1000
                    figures[f"{door}, {kind}, {clients} clients, p99 ms"] = quantile(times, 99) * 1000
                    figures[f"{door}, {kind}, {clients} clients, in the server's log, p99 ms"] = logged(log, REQUESTS)
                    if options.wrk and clients == CLIENTS:
                        paths = [path(*asked.one(kind)) for _ in range(WRK_PATHS)]
                        p50, p99 = by_wrk(port, paths, headers)
                        figures[f"{door}, {kind}, {clients} clients of wrk, p50 ms"] = p50
                        figures[f"{door}, {kind}, {clients} clients of wrk, p99 ms"] = p99
        figures["contribution page, kB gzipped"] = sent(port, f"/partners/{quote(partners[0])}", cookie) / 1000
        for page in ("score", "adoption", "findings", "explain/revenue"):
            paths = [f"/partners/{quote(partner)}/{page}" for partner in asked.partners]
            first = run(port, paths, {"Cookie": cookie}, clients=1)
            opened(port, paths, {"Cookie": cookie}, options.processes)
            times = run(port, paths * 12, {"Cookie": cookie}, clients=CLIENTS)
            figures[f"{page} page, first time, p50 ms"] = quantile(first, 50) * 1000
            figures[f"{page} page, {CLIENTS} clients, p50 ms"] = quantile(times, 50) * 1000
            figures[f"{page} page, {CLIENTS} clients, p99 ms"] = quantile(times, 99) * 1000
        if options.browser:
            figures["contribution page, first paint, ms"] = first_paint(port, f"/partners/{quote(partners[0])}", cookie)
    report(options.scale, figures)


class Asked:
    """Random filters of eight partners, seeded."""

    def __init__(self, partners: list[str], values: dict[str, list[str]]) -> None:
        self.chance = random.Random(11)
        self.partners = self.chance.sample(partners, CLIENTS)
        self._values = values
        self._popular = [self._filter() for _ in range(POPULAR)]

    def one(self, kind: str) -> tuple[str, str]:
        is_known = kind == "mix" and self.chance.random() < 0.9
        return self.chance.choice(self.partners), self.chance.choice(self._popular) if is_known else self._filter()

    def _filter(self) -> str:
        chosen = [
            (name, value)
            for name, values in self._values.items()
            if self.chance.random() < 0.7
            for value in self.chance.sample(values, self.chance.randint(1, len(values)))
        ]
        return f"?{urlencode(chosen)}" if chosen else ""


def reader(home: Path) -> str:
    """Make a user that may see everything, with a token, unless it is there; return the token's key."""
    (home / "server.toml").write_text("[limits]\nrequests_per_minute = 1000000\n")
    tool = [*PARTNERLENS]
    where = ["--home", str(home)]
    subprocess.run(
        [*tool, "user", "add", EMAIL, *where], input=f"{PASSWORD}\n", text=True, capture_output=True, check=False
    )
    subprocess.run([*tool, "user", "grant", EMAIL, "--role", ROLE, *where], capture_output=True, check=False)
    made = subprocess.run(
        [*tool, "token", "create", EMAIL, "--name", "bench", *where, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(made.stdout)["key"]


@contextmanager
def serving(home: Path, processes: int, log: Path):
    """A server on a free port, until the end of the block; what it tells goes to a file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("w") as told:
        server = subprocess.Popen(
            [*PARTNERLENS, "serve", "--port", str(port), "--processes", str(processes), "--home", str(home)],
            stdout=subprocess.DEVNULL,
            stderr=told,
        )
    try:
        while True:
            try:
                if get(HTTPConnection("127.0.0.1", port), "/readyz", {})[0] == 200:
                    break
            except OSError:
                pass
            if server.poll() is not None:
                raise SystemExit("the server ended")
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def signed_in(port: int) -> str:
    """Sign in as a browser does; return the cookies."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/sign-in")
    response = connection.getresponse()
    page = response.read().decode()
    cookies = _cookies(response)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields |= {"email": EMAIL, "password": PASSWORD}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": _text(cookies),
        "Origin": f"http://127.0.0.1:{port}",
    }
    connection.request("POST", "/sign-in", urlencode(fields), headers)
    response = connection.getresponse()
    response.read()
    if response.status != 303:
        raise SystemExit(f"signing in gave {response.status}")
    return _text({**cookies, **_cookies(response)})


def _cookies(response) -> dict[str, str]:
    given = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
    return dict(cookie.split(";")[0].split("=", 1) for cookie in given)


def _text(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def get(connection: HTTPConnection, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    return response.status, response.read()


def sent(port: int, path: str, cookie: str) -> int:
    """The bytes of a page as it travels, compressed."""
    return len(get(HTTPConnection("127.0.0.1", port), path, {"Cookie": cookie, "Accept-Encoding": "gzip"})[1])


def run(port: int, paths: list[str], headers: dict[str, str], *, clients: int) -> list[float]:
    """The seconds of each request; every client has a connection and asks without pause."""
    left = iter(paths)
    lock = threading.Lock()
    times: list[float] = []

    def work() -> None:
        connection = HTTPConnection("127.0.0.1", port)
        while True:
            with lock:
                path = next(left, None)
            if path is None:
                return
            started = time.perf_counter()
            status, _ = get(connection, path, headers)
            times.append(time.perf_counter() - started)
            if status != 200:
                raise SystemExit(f"{path} gave {status}")

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != len(paths):
        raise SystemExit("a client failed")
    return times


def opened(port: int, paths: list[str], headers: dict[str, str], processes: int) -> None:
    """Open each page in every process (clients that come at once are shared among them), and let them settle."""
    for _ in range(2):
        for path in paths:
            run(port, [path] * processes * 2, headers, clients=processes * 2)
        time.sleep(SETTLED)


def logged(log: Path, requests: int) -> float:
    """The 99th percentile of how long the latest requests took by the server's own log, in milliseconds."""
    lines = log.read_text().splitlines()[-requests:]
    times = [json.loads(line)["ms"] for line in lines]
    return quantile(times, 99)


def by_wrk(port: int, paths: list[str], headers: dict[str, str]) -> tuple[float, float]:
    """The median and the 99th percentile in milliseconds as wrk measures them, with eight connections."""
    script = f"""
        local paths, number = {{{", ".join(map(json.dumps, paths))}}}, 0
        {"".join(f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}; " for name, value in headers.items())}
        request = function() number = number % #paths + 1; return wrk.format("GET", paths[number]) end
        done = function(summary, latency)
            local faults = summary.errors.status + summary.errors.timeout + summary.errors.read
            local p50, p99 = latency:percentile(50) / 1000, latency:percentile(99) / 1000
            io.write(string.format("%d %.3f %.3f", faults, p50, p99))
        end
    """
    with NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        words = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{WRK_SECONDS}s", "-s", file.name, f"http://127.0.0.1:{port}"]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    faults, p50, p99 = told.splitlines()[-1].split()
    if faults != "0":
        raise SystemExit(f"{faults} requests of wrk failed")
    return float(p50), float(p99)


def first_paint(port: int, path: str, cookie: str) -> float:
    """The median time to the first contentful paint of a page that the browser has not seen, in milliseconds."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (needed with --browser alone)

    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for _ in range(5):
            context = browser.new_context()
            pairs = (pair.split("=", 1) for pair in cookie.split("; "))
            context.add_cookies(
                [{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"} for name, value in pairs]
            )
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{port}{path}")
            # The page's own policy forbids it to wait for an expression, so the painting is asked for.
            while not (painted := page.evaluate("performance.getEntriesByName('first-contentful-paint')")):
                time.sleep(0.02)
            times.append(painted[0]["startTime"])
            context.close()
        browser.close()
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    main()
