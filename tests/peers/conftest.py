"""Other people's clients against a served sandbox: their packages, a server, a way to run them.

The packages are installed by name into a folder that is kept between runs; where that is not possible
(no network, no npm) the tests are skipped and say so.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from peer_data import portal_data
from peer_run import Run

PYTHON_PACKAGES = ["b24pysdk>=1.3,<2", "fast-bitrix24>=1.8,<2", "schemathesis>=4.30,<5"]
NODE_PACKAGES = ["@bitrix24/b24jssdk@^2.2"]
COMMAND = [sys.executable, "-c", "from b24bridge.cli import main; main()", "sandbox"]
INSTALL_S = 180
RUN_S = 100


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of these tests known."""
    config.addinivalue_line("markers", "peers: runs other people's clients; needs their packages")


def _folder(packages: list[str]) -> Path:
    root = Path(os.environ.get("B24BRIDGE_PEERS") or Path(tempfile.gettempdir()) / "b24bridge-peers")
    root.mkdir(parents=True, exist_ok=True)
    name = "\n".join([*packages, f"{sys.version_info[:2]}"])
    return root / hashlib.sha256(name.encode()).hexdigest()[:16]


def _installed(packages: list[str], install: Callable[[Path], list[list[str]]]) -> Path:
    """Return a folder with the packages; the first run installs them, others wait for it."""
    folder = _folder(packages)
    with FileLock(f"{folder}.lock"):
        done = folder / "installed"
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for command in install(folder):
                try:
                    ran = subprocess.run(
                        command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_S, check=False
                    )
                except subprocess.TimeoutExpired:
                    pytest.skip(f"{' '.join(packages)} could not be installed in {INSTALL_S} s")
                if ran.returncode:
                    reason = (ran.stderr.strip() or "no reason given").splitlines()[-1]
                    pytest.skip(f"{' '.join(packages)} could not be installed: {reason}")
            done.touch()
    return folder


@pytest.fixture(scope="session")
def python_peers() -> Path:
    """Python of a virtual environment with the Python clients."""
    folder = _installed(
        PYTHON_PACKAGES,
        lambda at: [
            [sys.executable, "-m", "venv", str(at / "venv")],
            [
                str(at / "venv/bin/python"),
                *("-m", "pip", "install", "-q", "--disable-pip-version-check", *PYTHON_PACKAGES),
            ],
        ],
    )
    return folder / "venv/bin/python"


@pytest.fixture(scope="session")
def node_peers() -> Path:
    """Folder with the JavaScript client."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed; scripts/setup --system installs it")
    options = ["--no-audit", "--no-fund", "--loglevel=error"]
    return _installed(NODE_PACKAGES, lambda _: [["npm", "install", *options, *NODE_PACKAGES]])


@pytest.fixture(scope="session")
def data_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set of the served portals."""
    file = tmp_path_factory.mktemp("peers") / "data.json"
    file.write_text(json.dumps(portal_data(), ensure_ascii=False), encoding="utf-8")
    return file


@pytest.fixture
def served(data_file: Path) -> Iterator[dict[str, Any]]:
    """Facts of a portal behind TLS, as the command prints them when it is ready."""
    options = ["serve", "--port", "0", "--tls", "--webhook-code", "peercode1", "--data", str(data_file)]
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line)
    finally:
        process.terminate()
        process.communicate(timeout=120)


@pytest.fixture
def run(served: dict[str, Any]) -> Run:
    """Return a function that runs a client's script and gives what it found."""

    def run(*command: str, **environment: str) -> Any:
        trust = dict.fromkeys(
            ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"), served["certificate"]
        )
        ran = subprocess.run(
            command,
            input=json.dumps(served),
            env={**os.environ, "NO_PROXY": "*", **trust, **environment},
            capture_output=True,
            text=True,
            timeout=RUN_S,
            check=False,
        )
        assert 0 == ran.returncode, ran.stderr[-4000:] + ran.stdout[-2000:]
        return json.loads(ran.stdout.splitlines()[-1])

    return run
