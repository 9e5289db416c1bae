"""Wrappers that only the project's own calls give away."""

from __future__ import annotations

from pathlib import Path

import pytest

from b24bridge.scan import scan, scan_text

# Each case: the files of a project, and what is found there: file, line, interface, method.
Found = list[tuple[str, int, str, str | None]]

PROJECTS: dict[str, tuple[dict[str, str], Found]] = {
    "address with two values": (
        {
            "hook.php": (
                "<?php class Portal {\n"
                "  private function ask($method, $params) {\n"
                "    if ($params) { $url = $this->hook . $method; } else { $url = $method; }\n"
                "    $c = curl_init();\n"
                "    curl_setopt($c, CURLOPT_URL, $url);\n"
                "    return curl_exec($c);\n"
                "  }\n"
                "  function deal($id) { return $this->ask('crm.deal.get', ['id' => $id]); }\n"
                "}"
            )
        },
        [("hook.php", 6, "http.rest", None), ("hook.php", 8, "wrapper.call", "crm.deal.get")],
    ),
    "address grown piece by piece": (
        {
            "b24.php": (
                "<?php class B24 {\n"
                "  function run($method, $get) {\n"
                "    $url = $this->url;\n"
                "    $url .= $method . '/';\n"
                "    return (new Http)->get($url);\n"
                "  }\n"
                "}"
            ),
            "use.php": "<?php $b24->run('user.get', []); $b24->run('config.user', []);",
        },
        [("b24.php", 5, "http.rest", None), ("use.php", 1, "wrapper.call", "user.get")],
    ),
    "another class builds the address": (
        {
            "b24.ts": (
                "export class B24 {\n"
                "  async call<T>(method: string, params = {}) {\n"
                "    const url = this.urls.of(method);\n"
                "    return this.fetchImpl(url, { method: 'POST', body: JSON.stringify(params) });\n"
                "  }\n"
                "}"
            ),
            "use.ts": "const r = await b24.call<Deal>('crm.deal.get', { id: 1 });",
        },
        [("b24.ts", 4, "http.rest", None), ("use.ts", 1, "wrapper.call", "crm.deal.get")],
    ),
    "one more hop": (
        {
            "b24.js": (
                "async function send(action) { return fetch(base() + action) }\n"
                "async function ask(method, params) { return send(method) }\n"
                "ask('crm.lead.list', {}) // Bitrix24"
            )
        },
        [
            ("b24.js", 1, "http.rest", None),
            ("b24.js", 2, "wrapper.call", None),
            ("b24.js", 3, "wrapper.call", "crm.lead.list"),
        ],
    ),
    "no call names a method": (
        {
            "b24.js": "async function send(action) { return fetch(base() + action) }\nsend('crm/deal/list') // Bitrix24 crm.deal"
        },
        [],
    ),
    "a name that is only checked": (
        {
            "b24.js": "function allowed(method) { return names.includes(method) }\nallowed('crm.deal.list') // b24"
        },
        [],
    ),
    "a name that is only logged": (
        {
            "b24.php": "<?php function note($method) { $this->log->post($method); }\nnote('crm.deal.list'); // b24"
        },
        [],
    ),
    "commands of a batch": (
        {
            "b24.js": (
                "class B24 {\n"
                "  callBatch(commands) { return this.request('/rest/batch', { cmd: pack(commands) }) }\n"
                "}"
            ),
            "use.js": "const answers = await this.b24.callBatch(commands)",
        },
        [("use.js", 1, "wrapper.batch", None)],
    ),
}


@pytest.mark.parametrize("project", PROJECTS.values(), ids=PROJECTS)
def test_the_calls_of_a_project_tell_its_wrappers(
    project: tuple[dict[str, str], Found], tmp_path: Path
) -> None:
    """A function that sends a request is a wrapper where the project passes methods to it."""
    files, expected = project
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    report = scan(tmp_path)

    found = [
        (file.path, finding.line, finding.api, finding.method)
        for file in report.files
        for finding in file.findings
    ]
    assert expected == found


def test_functions_that_call_each_other_end() -> None:
    """An address made by a function that calls itself is unknown, and no reason to stop."""
    text = (
        b"function one(x) { return two(x) }\nfunction two(x) { return one(x) }\n"
        b"fetch(one('/rest/')); fetch('/rest/crm.deal.list.json')"
    )

    report = scan_text("a.js", "javascript", text)

    assert [(3, "crm.deal.list")] == [(finding.line, finding.method) for finding in report.findings]
