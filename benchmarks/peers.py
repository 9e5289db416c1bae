"""b24bridge beside other clients: all deals of a portal, single calls, import, size; one interleaved run.

Run on a machine that does nothing else: ``python benchmarks/peers.py --page docs/explanation/benchmarks.md``
(about 7 minutes; ``--limited`` adds one of 200,000 deals within the portal's limit). The peers are installed
by name into folders of their own, in a temporary one or in ``--environments``; B24JsSDK needs node and npm
and is left out without them. The portal is a process of its own (``cheap_portal.py``): TLS on the loopback
address, 60 ms a request, 8 ms a command, 200 ms a count, deals of 31 fields, one id of ten missing.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
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
    "b24bridge+speed": [str(HERE.parent) + "[speed]"],
    "b24pysdk": ["b24pysdk"],
    "fast-bitrix24": ["fast-bitrix24"],
    "B24JsSDK": ["@bitrix24/b24jssdk"],
}
#: Which environment a way of reading uses, the most rows for which it is worth waiting, and whether it is
#: so slow that one round must do: it waits for the portal or for its own limit nearly all the time. Behind
#: ``@`` stand the requests at once; without them it is the default, 12.
WAYS = {
    "b24bridge": ("b24bridge", 1_000_000, False),
    "floor": ("b24bridge", 1_000_000, False),
    "b24bridge@24": ("b24bridge", 1_000_000, False),
    "floor@24": ("b24bridge", 1_000_000, False),
    "b24bridge+speed": ("b24bridge+speed", 1_000_000, False),
    "b24bridge-async": ("b24bridge", 1_000_000, False),
    "b24pysdk": ("b24pysdk", 1_000_000, False),
    "fast-bitrix24": ("fast-bitrix24", 1_000_000, False),
    "B24JsSDK": ("B24JsSDK", 5_000, True),
    "crest-loop": ("b24bridge", 5_000, True),
}
#: What is compared with the same thing by hand, and the most that it may take of its wall time and CPU.
BESIDE = {"b24bridge": "floor", "b24bridge@24": "floor@24"}
DEMANDED = 1.15, 1.3
#: Those that are read within the portal's limit too, once each.
LIMITED = ("b24bridge", "b24pysdk")


def environment(folder: Path, packages: list[str]) -> Path:
    """Return the Python of a virtual environment with these packages; of JavaScript ones the folder."""
    if packages[0].startswith("@"):
        if not (folder / "node_modules").exists():
            folder.mkdir(parents=True, exist_ok=True)
            install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
            subprocess.run([*install, *packages], check=True)
        return folder
    python = folder / "bin/python"
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([*install, *packages], check=True)
    elif packages[0].startswith(str(HERE.parent)):  # our own code may have changed since
        subprocess.run([*install, "--force-reinstall", "--no-deps", str(HERE.parent)], check=True)
    return python


def weight(folder: Path) -> tuple[int, int]:
    """Return number of packages and bytes of an environment, the installer left aside."""
    modules = folder / "node_modules"
    if modules.exists():
        packages = [*modules.glob("[!.@]*/package.json"), *modules.glob("@*/*/package.json")]
        return len(packages), sum(file.stat().st_size for file in modules.rglob("*") if file.is_file())
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
    if way == "B24JsSDK":
        command = ["node", str(HERE / "peer_work.mjs"), str(python), url, kind]
    else:
        command = [str(python), str(HERE / "peer_work.py"), way.partition("+")[0], url, kind]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{way} failed:\n{ran.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def measure(
    pythons: dict[str, Path],
    certificate: Path,
    sizes: list[int],
    rounds: int,
    chosen: list[str],
    *,
    limited: bool,
) -> dict[str, Any]:
    """Return all rounds by size and way, and what the rows of each way were."""
    found: dict[str, Any] = {"lists": {}, "single": {}, "import": {}, "content": {}, "limited": {}}
    known = {way: facts for way, facts in WAYS.items() if way in chosen and facts[0] in pythons}

    def one(way: str, url: str, kind: str) -> dict[str, Any]:
        figures(url)
        told = {**work(pythons[known[way][0]], way, url, kind), **figures(url)}
        print(kind, way, {k: round(v, 2) if isinstance(v, float) else v for k, v in told.items()}, flush=True)
        return told

    for size in sizes:
        ways = [way for way, (_, most, _) in known.items() if size <= most]
        with portal(certificate, size) as url:
            for number in range(rounds):
                for way in ways[number % len(ways) :] + ways[: number % len(ways)]:
                    is_slow = known[way][2]
                    if is_slow and number:
                        continue
                    told = one(way, url, "content" if is_slow and size == min(sizes) else "list")
                    found["lists"].setdefault(str(size), {}).setdefault(way, []).append(told)
                    found["import"].setdefault(way, []).append(told["import_s"])
                    if is_slow:
                        found["content"].setdefault(way, told.get("content"))
            if size == min(sizes):
                for way in ways:
                    if not known[way][2]:
                        found["content"][way] = one(way, url, "content")["content"]
    with portal(certificate, 10, "--request-s", "0", "--command-s", "0", "--count-s", "0") as url:
        for _ in range(rounds):
            for way in (way for way in known if "@" not in way):
                found["single"].setdefault(way, []).append(one(way, url, "single")["call_cpu_s"])
    if limited:
        with portal(certificate, 200_000, "--limited") as url:
            found["limited"] = {way: one(way, url, "limited") for way in LIMITED if way in known}
    return found


def page(found: dict[str, Any], weights: dict[str, tuple[int, int]], command: str, others: float) -> str:
    """Return the page of results.

    Args:
        found: What was measured.
        weights: Packages and bytes of each environment.
        command: What reproduces it.
        others: Share of the processors that other programs took during the run.
    """
    on = machine()
    same = len(set(found["content"].values())) == 1
    lines = [
        "# Benchmarks against other clients",
        "",
        "All deals of a portal (31 fields, about 900 bytes each; TLS on the loopback address; 60 ms a",
        "request, 8 ms a command, 200 ms a counted list), raw rows, each way in a process of its own, rounds",
        "interleaved, medians. The portal refuses nothing; b24bridge runs without its limit. Reproduce it:",
        "",
        f"    {command}",
        "",
        f"Measured on {on.processor}, {on.cores} cores, {on.python}. Other programs took {others:.0%} of the",
        "processors during the run; where that is more than a tenth, trust requests, commands and ratios,",
        "then CPU, then wall time.",
        "",
        "| deals | client | rounds | wall s (lowest–highest) | × b24bridge | CPU s | peak MB | requests |"
        " commands | counted | rows, each once |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size, ways in found["lists"].items():
        own = median(one["wall_s"] for one in ways["b24bridge"])
        for way, rounds in ways.items():
            walls = [one["wall_s"] for one in rounds]
            wall, cpu, peak = (
                median(one[key] for one in rounds) for key in ("wall_s", "cpu_s", "peak_bytes")
            )
            last = rounds[-1]
            whole = all(one["rows"] == one["distinct"] == int(size) for one in rounds)
            said = "yes" if whole else f"{last['rows']:,}, {last['distinct']:,} of them different"
            lines.append(
                f"| {int(size):,} | {way} | {len(rounds)} | {wall:.2f} ({min(walls):.2f}–{max(walls):.2f})"
                f" | {wall / own:.1f} | {cpu:.2f} | {peak / 1e6:.0f} | {last['requests']}"
                f" | {last['commands']} | {last.get('counted', 0)} | {said} |"
            )
    for way, told in found["limited"].items():
        lines.append(
            f"| 200,000, limited | {way} | 1 | {told['wall_s']:.2f}"
            f" | {told['wall_s'] / found['limited']['b24bridge']['wall_s']:.1f} | {told['cpu_s']:.2f}"
            f" | {told['peak_bytes'] / 1e6:.0f} | {told['requests']} | {told['commands']}"
            f" | {told.get('counted', 0)} | {'yes' if told['distinct'] == 200_000 else 'no'},"
            f" {told.get('refused', 0)} refused |"
        )
    lines += ["", *beside_floor(found)]
    differing = ", ".join(f"{way}: {digest}" for way, digest in found["content"].items())
    lines += [
        "",
        "All fields of all rows were compared at the smallest size, by a digest: "
        + ("equal for every client." if same else f"**not equal** ({differing})."),
        "",
        "| client | CPU ms a single call (median) | import ms (CPU) | packages | MB installed |",
        "|---|---|---|---|---|",
    ]
    for way, calls in found["single"].items():
        packages, size_bytes = weights[WAYS[way][0]]
        loaded = median(found["import"][way]) * 1e3
        rest = "– | – | –" if way == "floor" else f"{loaded:.0f} | {packages} | {size_bytes / 1e6:.1f}"
        lines.append(f"| {way} | {median(calls) * 1e3:.2f} | {rest} |")
    lines += [
        "",
        "`b24bridge` is the core without extras; `b24bridge+speed` has the extra `speed` (orjson), which",
        "halves the decoding of rows. `floor` is bare httpx here. `crest-loop` is the loop of the founding",
        "modules on the `CRest` facade, which opens a connection for each call as the original does.",
        "fast-bitrix24 and B24JsSDK keep to their own limit of 50 requests and 2 a second. Of each client",
        "the fastest documented list is used: `as_list_fast`, `get_all`, `fetchList`. fast-bitrix24 hands",
        "out a list when all of it is there; the others hand out rows as they come. The peak holds the",
        "measuring script's own ids.",
        "",
    ]
    return "\n".join(lines)


def beside_floor(found: dict[str, Any]) -> list[str]:
    """Return the lines that compare the client with the same strategy by hand, round by round."""
    wall, cpu = DEMANDED
    lines = [
        "`floor` is the same strategy by hand on httpx (`benchmarks/floor.py`), without anything that makes",
        "it safe: no check, no repetition, no limit, no report. `@24`: parallelism released to 24 requests",
        f"at once (`Policy(connections=24)`); there at most {wall}× of its wall time and {cpu}× of its CPU",
        "is demanded. Medians of the ratios of neighbouring runs:",
        "",
        "| deals | client | beside | wall × floor | CPU × floor |",
        "|---|---|---|---|---|",
    ]
    for size, ways in found["lists"].items():
        for own, other in BESIDE.items():
            if other not in ways or own not in ways:
                continue
            wall, cpu = (
                median(one[key] / two[key] for one, two in zip(ways[own], ways[other], strict=True))
                for key in ("wall_s", "cpu_s")
            )
            lines.append(f"| {int(size):,} | {own} | {other} | {wall:.2f} | {cpu:.2f} |")
    return lines


def busy_s() -> float:
    """Return the processor seconds that all programs of the machine have used."""
    with Path("/proc/stat").open(encoding="ascii") as file:
        user, nice, system, _, _, irq, soft, *_ = map(int, file.readline().split()[1:])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")


def own_s() -> float:
    """Return the processor seconds of this process and of all that it started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Install, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 50_000, 200_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limited", action="store_true")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS), help="b24bridge is one")
    parser.add_argument("--page", type=Path)
    parser.add_argument("--environments", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.environments or Path(temporary)).absolute()
        needed = {WAYS[way][0] for way in given.ways}
        if not (shutil.which("node") and shutil.which("npm")):
            needed -= {"B24JsSDK"}
        chosen = {name: packages for name, packages in PACKAGES.items() if name in needed}
        pythons = {name: environment(folder / name, packages) for name, packages in chosen.items()}
        weights = {name: weight(folder / name) for name in chosen}
        authority = trustme.CA()
        trusted, certificate = Path(temporary) / "authority.pem", Path(temporary) / "portal.pem"
        authority.cert_pem.write_to_path(str(trusted))
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
            os.environ[name] = str(trusted)
        began, busy, own = time.monotonic(), busy_s(), own_s()
        found = measure(pythons, certificate, given.sizes, given.rounds, given.ways, limited=given.limited)
        seconds = (time.monotonic() - began) * (os.cpu_count() or 1)
        others = max(0.0, busy_s() - busy - own_s() + own) / seconds
    command = "python benchmarks/peers.py"
    if given.sizes != parser.get_default("sizes"):
        command += f" --sizes {' '.join(map(str, given.sizes))}"
    if given.rounds != parser.get_default("rounds"):
        command += f" --rounds {given.rounds}"
    if given.ways != parser.get_default("ways"):
        command += f" --ways {' '.join(given.ways)}"
    text = page(found, weights, command + " --limited" * given.limited, others)
    print(text)
    if given.page:
        given.page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
