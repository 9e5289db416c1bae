# ruff: noqa: T201  # printing is what the script is for
"""schemathesis on the OpenAPI document that a sandbox serves; prints what it found.

Runs in the environment of the peers, not in the project's. Argument: examples for each operation.
"""

import json
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

FACTS = json.load(sys.stdin)
BASE = FACTS["webhook_url"].replace("/rest/", "/rest/api/").rstrip("/")


def main():
    """Fetch the document, send what it allows and what it does not, count."""
    context = ssl.create_default_context(cafile=FACTS["certificate"])
    with urllib.request.urlopen(f"{BASE}/rest.documentation.openapi", timeout=120, context=context) as answer:
        document = answer.read()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "openapi.json"
        file.write_bytes(document)
        options = {
            "--url": BASE,
            "--tls-verify": FACTS["certificate"],
            "--checks": "not_a_server_error",
            "--phases": "fuzzing",
            "--mode": "all",
            "--max-examples": sys.argv[1],
            "--request-timeout": "10",
            "--seed": "1",
            "--generation-database": "none",
        }
        words = [word for pair in options.items() for word in pair]
        ran = subprocess.run(
            [str(Path(sys.executable).parent / "schemathesis"), "run", str(file), *words, "--no-color"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    cases = re.search(r"(\d+) generated, (\d+) passed", ran.stdout)
    print(
        json.dumps(
            {
                "operations": len(json.loads(document)["paths"]),
                "tested": int((re.search(r"Tested: (\d+)", ran.stdout) or [0, 0])[1]),
                "cases": [int(count) for count in cases.groups()] if cases else [0, -1],
                "code": ran.returncode,
                "report": ran.stdout[-3000:] + ran.stderr[-1000:] if ran.returncode else "",
            }
        )
    )


main()
