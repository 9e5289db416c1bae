"""b24bridge beside other clients: all deals of a portal, single calls, import, size; one interleaved run.

Run: ``python benchmarks/peers.py [--sizes 5000 50000 200000] [--rounds 3] [--page FILE.md]``.
The peers are installed by name into virtual environments of their own, in a temporary folder or in
``--environments``. The portal is a process of its own (``cheap_portal.py``): TLS on the loopback address,
60 ms a request, 8 ms a command, 200 ms a count, deals of 31 fields, one id of ten missing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import trustme

from b24bridge.bench.machine import machine

HERE = Path(__file__).parent
PACKAGES = {
    "b24bridge": [str(HERE.parent)],
    "b24pysdk": ["b24pysdk"],
    "fast-bitrix24": ["fast-bitrix24"],
}
#: Which environment a way of reading uses, and the most rows for which it is worth waiting.
WAYS = {
    "b24bridge": ("b24bridge", 1_000_000),
    "b24bridge-async": ("b24bridge", 1_000_000),
    "b24pysdk": ("b24pysdk", 1_000_000),
    "fast-bitrix24": ("fast-bitrix24", 1_000_000),
    "crest-loop": ("b24bridge", 5_000),
}


def environment(folder: Path, packages: list[str]) -> Path:
    """Return the Python of a virtual environment with these packages."""
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
        subprocess.run(install, check=True)
    return python


def weight(folder: Path) -> tuple[int, int]:
    """Return number of packages and bytes of an environment, the installer left aside."""
    site = next(folder.glob("lib/python*/site-packages"))
    tools = ("pip", "setuptools", "_distutils", "pkg_resources", "distutils", "__pycache__")
    kept = [entry for entry in site.iterdir() if not entry.name.startswith(tools)]
    size = sum(
        file.stat().st_size
        for entry in kept
        for file in ([entry] if entry.is_file() else entry.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    )
    return sum(entry.name.endswith(".dist-info") for entry in kept), size


@contextmanager
def portal(certificate: Path, deals: int, *options: str) -> Iterator[str]:
    """Serve so many deals and yield the address of the webhook."""
    command = [sys.executable, str(HERE / "cheap_portal.py"), "--deals", str(deals), *options]
    command += ["--certificate", str(certificate)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"https://127.0.0.1:{process.stdout.readline().strip()}/rest/1/code/"
        finally:
            process.communicate()


def figures(url: str) -> dict[str, int]:
    """Return what the portal counted since it was last asked."""
    with urllib.request.urlopen(url + "figures") as answer:  # our own portal
        told: dict[str, int] = json.load(answer)
    return told


def work(python: Path, way: str, url: str, kind: str) -> dict[str, Any]:
    """Return what one client did in a process of its own."""
    command = [str(python), str(HERE / "peer_work.py"), way, url, kind]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{way} failed:\n{ran.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def measure(pythons: dict[str, Path], certificate: Path, sizes: list[int], rounds: int) -> dict[str, Any]:
    """Return all rounds, by size and way."""
    found: dict[str, Any] = {"lists": {}, "single": {}, "import": {}}
    for size in sizes:
        ways = [way for way, (_, most) in WAYS.items() if size <= most]
        with portal(certificate, size) as url:
            for number in range(rounds):
                for way in ways[number % len(ways) :] + ways[: number % len(ways)]:
                    figures(url)
                    told = {**work(pythons[WAYS[way][0]], way, url, "list"), **figures(url)}
                    found["lists"].setdefault(str(size), {}).setdefault(way, []).append(told)
                    found["import"].setdefault(way, []).append(told["import_s"])
                    print(size, way, {k: round(v, 2) for k, v in told.items() if k != "content"}, flush=True)
    with portal(certificate, 10, "--request-s", "0", "--command-s", "0", "--count-s", "0") as url:
        for _ in range(rounds):
            for way, (name, _) in WAYS.items():
                told = work(pythons[name], way, url, "single")
                found["single"].setdefault(way, []).append(told["call_cpu_s"])
    return found


def page(found: dict[str, Any], weights: dict[str, tuple[int, int]], command: str, load: str) -> str:
    """Return the page of results."""
    on = machine()
    lines = [
        "# Benchmarks against other clients",
        "",
        "All deals of a portal (31 fields, about 900 bytes each; TLS on the loopback address; 60 ms a",
        "request, 8 ms a command, 200 ms a counted list), raw rows, each way in a process of its own,",
        "rounds interleaved, the best of each. The portal refuses nothing; b24bridge runs without its limit.",
        "Reproduce it:",
        "",
        f"    {command}",
        "",
        f"Measured on {on.processor}, {on.cores} cores, {on.python}. Load of the machine before the run and",
        f"after it: {load}. Where that is more than 1, other programs ran at the same time: trust requests,",
        "commands and ratios, then CPU, then wall time.",
        "",
        "| deals | client | wall s | CPU s | peak MB | requests | commands | counted | rows, each once |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for size, ways in found["lists"].items():
        contents = {one["content"] for rounds in ways.values() for one in rounds}
        for way, rounds in ways.items():
            wall, cpu = (min(one[key] for one in rounds) for key in ("wall_s", "cpu_s"))
            peak = median(one["peak_bytes"] for one in rounds) / 1e6
            last = rounds[-1]
            whole = all(one["rows"] == one["distinct"] == int(size) for one in rounds) and len(contents) == 1
            said = "yes" if whole else f"{last['rows']:,}, {last['distinct']:,} of them different"
            lines.append(
                f"| {int(size):,} | {way} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {last['requests']}"
                f" | {last['commands']} | {last.get('counted', 0)} | {said} |"
            )
    lines += [
        "",
        "| client | CPU ms a single call | import ms (CPU) | packages | MB installed |",
        "|---|---|---|---|---|",
    ]
    for way, (name, _) in WAYS.items():
        packages, size_bytes = weights[name]
        single, loaded = min(found["single"][way]) * 1e3, min(found["import"][way]) * 1e3
        lines.append(f"| {way} | {single:.2f} | {loaded:.0f} | {packages} | {size_bytes / 1e6:.1f} |")
    lines += [
        "",
        "`crest-loop` is the loop of the founding modules on the `CRest` facade, which opens a connection",
        "for each call as the original does. `b24bridge` here is the core without extras; where orjson is",
        "installed, the CPU of long lists is about a third lower. fast-bitrix24 (with its own limit of 50",
        "requests and 2 a second; it fails without) hands out a list when all of it is there; b24bridge and",
        "b24pysdk hand out rows as they come. The peak holds the measuring script's own set of ids.",
        "The single calls of b24bridge-async include the start of the event loop and of the connection.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Install, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 50_000, 200_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--environments", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.environments or Path(temporary)
        pythons = {name: environment(folder / name, packages) for name, packages in PACKAGES.items()}
        weights = {name: weight(folder / name) for name in PACKAGES}
        authority = trustme.CA()
        trusted, certificate = Path(temporary) / "authority.pem", Path(temporary) / "portal.pem"
        authority.cert_pem.write_to_path(str(trusted))
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
        os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = str(trusted)
        before = os.getloadavg()[0]
        found = measure(pythons, certificate, given.sizes, given.rounds)
        load = f"{before:.1f} and {os.getloadavg()[0]:.1f}"
    sizes = " ".join(map(str, given.sizes))
    text = page(found, weights, f"python benchmarks/peers.py --sizes {sizes} --rounds {given.rounds}", load)
    print(text)
    if given.page:
        given.page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
