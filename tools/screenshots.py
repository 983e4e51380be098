# ruff: noqa: INP001, T201
"""
Make the pictures of the documentation from the demo: docs/images/*.png.

    tools/screenshots.py                 make the demo in a folder that goes away again, and take every picture
    tools/screenshots.py --home FOLDER   of a demo that is there already

Needs Chromium (Debian's package 'chromium') and the development environment.
"""

import argparse
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from partnerlens.access.roles import OPERATOR
from partnerlens.access.settings import ServerSettings
from partnerlens.app.demo import make_demo
from partnerlens.errors import ConflictError
from partnerlens.server.site import create_app
from partnerlens.server.watch import make_log

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READER = "reader@example.com"
COLOURS = 128
"""Colours of a picture: enough for pages, and a third of the size."""


@dataclass(frozen=True)
class Picture:
    """
    One picture.

    Attributes:
        name: its file's name, without the ending.
        path: the page, with PARTNER for the demo's telling partner.
        language: ``en``, ``fr`` or ``ko``.
        theme: ``light`` or ``dark``.
        width: of the window.
        height: of the window, and so of the picture.
    """

    name: str
    path: str
    language: str = "en"
    theme: str = "light"
    width: int = 1280
    height: int = 900


PICTURES = (
    Picture("contribution", "/partners/PARTNER", height=1080),
    Picture("contribution-ko-dark", "/partners/PARTNER", "ko", "dark", 390, 844),
    Picture("score", "/partners/P001/score", height=1180),
    Picture("explain-fr", "/partners/PARTNER/explain/revenue?tab=not-counted", "fr", height=640),
    Picture("customers", "/partners/P001/adoption", height=1180),
    Picture("partners", "/", height=700),
)


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="the demo's workspace")
    home = parser.parse_args().home
    chromium = shutil.which("chromium")
    if chromium is None:
        print("there is no chromium on this machine; install Debian's package 'chromium'", file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "demo"
        if home:
            shutil.copytree(home, copy)
        demo = make_demo(copy, partners=60, customers=400, months=26, seed=7, progress=lambda *_: None)
        with served(demo.home) as (address, token), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
            for picture in PICTURES:
                take(browser, picture, address, token, demo.partner_id)
            browser.close()
    return 0


@contextmanager
def served(home: Path) -> Iterator[tuple[str, str]]:
    """Serve a workspace, and give its address with an operator's token."""
    app = create_app(home, settings=ServerSettings(), log=make_log(StringIO()))
    register = app.state.register
    with suppress(ConflictError):  # the demo that was copied has served for pictures before
        register.add_user(READER, "Ada Reader")
        register.grant(READER, OPERATOR, None)
    token = register.add_token(READER, "pictures")[1]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}", token
    server.should_exit = True
    thread.join(10)


def take(browser: Browser, picture: Picture, address: str, token: str, partner: str) -> None:
    """Take one picture."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        extra_http_headers={"Authorization": f"Bearer {token}", "Accept-Language": picture.language},
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "partnerlens_theme", "value": picture.theme, "url": address}])
    page = context.new_page()
    page.goto(address + picture.path.replace("PARTNER", partner))
    page.wait_for_load_state("networkidle")
    image = Image.open(BytesIO(page.screenshot())).convert("P", palette=Image.Palette.ADAPTIVE, colors=COLOURS)
    file = IMAGES / f"{picture.name}.png"
    image.save(file, optimize=True)
    print(f"{file.relative_to(ROOT)} {file.stat().st_size // 1024} kB")
    context.close()


if __name__ == "__main__":
    sys.exit(main())
