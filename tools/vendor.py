# ruff: noqa: INP001, T201
"""
Fetch the scripts of others that the pages use, and put them with their licences into src/partnerlens/web/static/vendor.

    tools/vendor.py           fetch, check and write
    tools/vendor.py --check   say whether the files are those of the list (no network)

Needs npm. Versions and digests are pinned below; a new version is a change of both. ECharts is bundled with only the
charts that the pages draw, and only its SVG renderer.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "src" / "partnerlens" / "web" / "static" / "vendor"
PINNED = Path(__file__).parent / "vendor.json"

PACKAGES = {"htmx.org": "2.0.11", "echarts": "6.1.0", "zrender": "6.1.0", "tslib": "2.3.0"}
BUILT_WITH = {"esbuild": "0.28.2"}
MOST_BYTES = 450_000
"""Most bytes of all scripts of a page together, gzipped."""

ECHARTS = """
import * as echarts from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
echarts.use([BarChart, LineChart, AriaComponent, GridComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);
window.echarts = echarts;
"""


def main() -> int:
    """Fetch, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the pinned digests and change nothing")
    if not parser.parse_args().check:
        fetch()
        PINNED.write_text(json.dumps(digests(), indent=2) + "\n", encoding="utf-8")
    faults = [*differing(), *too_large()]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def fetch() -> None:
    """Install the packages into a folder that goes away again, and copy what is needed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = [f"{package}@{version}" for package, version in (PACKAGES | BUILT_WITH).items()]
        (folder / "package.json").write_text("{}", encoding="utf-8")
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", *wanted]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
        modules = folder / "node_modules"
        shutil.rmtree(VENDOR, ignore_errors=True)
        VENDOR.mkdir(parents=True)
        shutil.copy(modules / "htmx.org" / "dist" / "htmx.min.js", VENDOR / "htmx.js")
        (folder / "echarts-svg.mjs").write_text(ECHARTS, encoding="utf-8")
        bundle = [
            str(modules / ".bin" / "esbuild"),
            "echarts-svg.mjs",
            "--bundle",
            "--minify",
            "--format=iife",
            "--target=es2020",
            "--legal-comments=eof",
            "--define:process.env.NODE_ENV='production'",
            f"--outfile={VENDOR / 'echarts.js'}",
        ]
        subprocess.run(bundle, cwd=folder, check=True, stderr=subprocess.DEVNULL)  # noqa: S603 - our own words
        for package, version in PACKAGES.items():
            licences(modules / package, package, version)


def licences(folder: Path, package: str, version: str) -> None:
    """Copy the licence and the notice of a package, under a name that says package and version."""
    for file in sorted(folder.iterdir()):
        if file.name.upper().split(".")[0] in {"LICENSE", "LICENCE", "NOTICE"}:
            shutil.copy(file, VENDOR / f"{package}-{version}-{file.name.split('.')[0]}.txt")


def digests() -> dict[str, str]:
    """The digest of each vendored file."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(VENDOR.iterdir())}


def differing() -> list[str]:
    """Say which files are not those of the list."""
    pinned = json.loads(PINNED.read_text(encoding="utf-8"))
    found = digests()
    return [f"{name}: differs from tools/vendor.json" for name, _ in sorted(pinned.items() ^ found.items())]


def too_large() -> list[str]:
    """Say whether the scripts of a page are too many bytes."""
    scripts = [*VENDOR.glob("*.js"), *VENDOR.parent.glob("*.js")]
    total = sum(len(gzip.compress(file.read_bytes(), 9)) for file in scripts)
    return [f"the scripts have {total:,} bytes gzipped; at most {MOST_BYTES:,}"] if total > MOST_BYTES else []


if __name__ == "__main__":
    sys.exit(main())
