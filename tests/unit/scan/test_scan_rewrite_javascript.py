"""Repairs of JavaScript: loops over pages, checks, addresses; and that the repaired program works."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from b24bridge.sandbox import Portal
from b24bridge.scan.rewrite import fix_text, fix_tree

CREST = Path(__file__).parents[2] / "e2e" / "crest_like.php"
Check = Callable[..., None]
CALL = """\
const call = (method, params) =>
  fetch(`${hook}/rest/1/abcdef123456/${method}`, { method: 'POST', body: JSON.stringify(params) }).then((r) => r.json());
"""


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """One repair changes a source into another, and then has nothing more to do."""

    def run(name: str, before: str, after: str, path: str = "a.js") -> None:
        place = tmp_path / path
        place.write_bytes(dedent(before).encode())

        list(fix_tree(tmp_path, only={name}, write=True))

        assert dedent(after) == place.read_bytes().decode()
        assert [] == list(fix_tree(tmp_path, only={name}))

    return run


def test_next_is_taken_out_of_the_result_of_fetch_and_of_axios(check: Check) -> None:
    """``next`` stands beside ``result``; axios puts both under ``data``."""
    check(
        "paging-next",
        """\
        async function read(start) {
          let r;
          do {
            r = await (await fetch(`${hook}/rest/1/abcdef123456/crm.deal.list?start=${start}`)).json();
            start = r?.result?.next; // next
          } while (r.result.next);
          let all;
          do {
            all = await axios.post(hook + '/rest/1/abcdef123456/crm.deal.list', { start: start });
            start = all.data.result.next;
          } while (start);
        }
        """,
        """\
        async function read(start) {
          let r;
          do {
            r = await (await fetch(`${hook}/rest/1/abcdef123456/crm.deal.list?start=${start}`)).json();
            start = r?.next; // next
          } while (r.next);
          let all;
          do {
            all = await axios.post(hook + '/rest/1/abcdef123456/crm.deal.list', { start: start });
            start = all.data.next;
          } while (start);
        }
        """,
    )


def test_a_loop_over_one_answer_asks_again(check: Check) -> None:
    """With the indentation of the file, and a check of the new answer."""
    check(
        "paging-request",
        CALL
        + """\
async function read() {
\tlet page = await call('crm.item.list', { entityTypeId: 140, start });
\tdo {
\t\tkeep(page.result.items);
\t} while (page.next);
}
""",
        CALL
        + """\
async function read() {
\tlet page = await call('crm.item.list', { entityTypeId: 140, start });
\tdo {
\t\tkeep(page.result.items);
\t\tif (!page.next) {
\t\t\tbreak;
\t\t}
\t\tpage = await call('crm.item.list', { entityTypeId: 140, start: page.next });
\t\tif (page.error !== undefined) {
\t\t\tthrow new Error('crm.item.list: ' + (page.error_description || page.error));
\t\t}
\t} while (true);
}
""",
    )


def test_a_start_that_never_moves_is_moved(check: Check) -> None:
    """The line ends of the file stay."""
    before = (
        CALL
        + "async function read() {\n  let start = 0, page;\n  do {\n"
        + "    page = await call('user.get', { start });\n    keep(page.result);\n  } while (page.next);\n}\n"
    ).replace("\n", "\r\n")

    kept = "    keep(page.result);\r\n"
    check("paging-start", before, before.replace(kept, f"{kept}    start = page.next;\r\n"))


def test_a_loop_that_waits_for_more_pages_of_bx24_is_one_step(check: Check) -> None:
    """``next()`` returns at once, so the loop would never end; the callback is called again."""
    check(
        "paging-callback",
        """\
        <template><p>while (res.more()) {}</p></template>
        <script setup>
        BX24.callMethod('crm.deal.list', {}, (res) => {
          deals.push(...res.data());
          while (res.more()) {
            res.next();
          }
        });
        </script>
        """,
        """\
        <template><p>while (res.more()) {}</p></template>
        <script setup>
        BX24.callMethod('crm.deal.list', {}, (res) => {
          deals.push(...res.data());
          if (res.more()) {
            res.next();
          }
        });
        </script>
        """,
        path="a.vue",
    )


def test_an_answer_of_fetch_gets_a_check(check: Check) -> None:
    """The portal tells errors in the body, which fetch takes for a success."""
    check(
        "error-check",
        """\
        async function read() {
            const deal = await (await fetch(hook + '/rest/1/abcdef123456/crm.deal.get.json?id=7')).json();
            show(deal.result);
        }
        """,
        """\
        async function read() {
            const deal = await (await fetch(hook + '/rest/1/abcdef123456/crm.deal.get.json?id=7')).json();
            if (deal.error !== undefined) {
                throw new Error('crm.deal.get: ' + (deal.error_description || deal.error));
            }
            show(deal.result);
        }
        """,
    )


URL = "https://p.example.com/rest/1/k3jh5g2v9x0qpt71/"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"const x = require('x');\nconst hook = '{URL}';\n",
            "const x = require('x');\nconst hook = process.env.C_REST_WEB_HOOK_URL;\n",
        ),
        (
            f'import fs from "node:fs";\nsend("{URL}crm.deal.get?id=" + id);\n',
            'import fs from "node:fs";\nsend(process.env.C_REST_WEB_HOOK_URL + "crm.deal.get?id=" + id);\n',
        ),
        (
            f"const d = import.meta.env.DEV;\nsend(`{URL}${{method}}.json`);\n",
            "const d = import.meta.env.DEV;\nsend(`${import.meta.env.VITE_C_REST_WEB_HOOK_URL}${method}.json`);\n",
        ),
        (
            f"const a = process.env.VUE_APP_A;\nsend('{URL}profile'.trim());\n",
            "const a = process.env.VUE_APP_A;\n"
            "send((process.env.VUE_APP_C_REST_WEB_HOOK_URL + 'profile').trim());\n",
        ),
    ],
)
def test_a_webhook_leaves_the_source_for_the_settings_that_the_file_has(before: str, after: str) -> None:
    """Node, Vite and Vue CLI; the value is known by its name, without a prefix for code."""
    change = fix_text("a.js", "javascript", before, only={"webhook-url"})

    assert change is not None
    assert after == change.after
    assert [URL] == [value for _, value in change.secrets]
    assert change.secrets[0][0].endswith("C_REST_WEB_HOOK_URL")
    assert "." not in change.secrets[0][0]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("webhook-url", f"const hook = '{URL}';"),
        ("webhook-url", f"require('x'); f({{'{URL}': 1}});"),
        ("webhook-url", f"require('x'); // '{URL}'"),
        ("webhook-url", "require('x'); const u = 'https://p.example.com/rest/1/your_code/';"),
        (
            "paging-callback",
            "BX24.callMethod('a.list', {}, (r) => { while (r.more()) { r.next(); break; } });",
        ),
        ("paging-callback", "BX24.callMethod('a.list', {}, (r) => { while (r.more()) { keep(r); } });"),
        ("paging-callback", "BX24.callMethod('a.list', {}, (r) => { while (q.more()) { q.next(); } });"),
        ("paging-callback", "BX24.callMethod('a.list', {}, (r) => { if (r.more()) { r.next(); } });"),
        (
            "error-check",
            "async () => { const a = await (await fetch(h + '/rest/1/abcdef12/a.get')).json(); return a; }",
        ),
        (
            "error-check",
            "async () => { const a = await (await fetch(h + '/rest/1/abcdef12/a.get')).json(); if (a.result) {} }",
        ),
        (
            "error-check",
            "async () => { const a = await fetch(h + '/rest/1/abcdef12/a.get'); show(a.status); }",
        ),
        (
            "error-check",
            "async () => { const a = await axios.get(h + '/rest/1/abcdef12/a.get'); show(a.data); }",
        ),
        (
            "paging-request",
            CALL
            + "async () => { const a = await call('a.list', {x: 1}); do { f(a.result); } while (a.next); };",
        ),
        (
            "paging-request",
            CALL + "async () => { let a = await call('a.list', p); do { f(a.result); } while (a.next); };",
        ),
        (
            "paging-start",
            CALL
            + "const start = 0; async () => { let a; do { a = await call('a.list', {start}); } while (a.next); };",
        ),
        (
            "paging-next",
            CALL
            + "async () => { let a; do { a = await call('a.list', {start: s}); s = a.next; } while (s); };",
        ),
    ],
)
def test_does_nothing_here(check: Check, name: str, source: str) -> None:
    """A repair that is not sure leaves the source alone."""
    check(name, source, source)


NODE = """\
import process from 'node:process';

const address = 'https://p.example.com/rest/1/k3jh5g2v9x0qpt71/';
const call = (method, params) =>
  fetch(address + method, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  }).then((r) => r.json());

async function misplaced() {
  const rows = [];
  let start = 0;
  let r;
  do {
    r = await (
      await fetch('https://p.example.com/rest/1/k3jh5g2v9x0qpt71/crm.item.list.json?entityTypeId=140&start=' + start)
    ).json();
    rows.push(...r.result.items);
    start = r.result.next;
  } while (r.result.next);
  return rows.length;
}

async function stale() {
  const rows = [];
  let page = await call('crm.item.list', { entityTypeId: 140, start: 0 });
  do {
    rows.push(...page.result.items);
  } while (page.next);
  return rows.length;
}

async function unmoved() {
  const rows = [];
  let start = 0;
  let page;
  do {
    page = await call('crm.item.list', { entityTypeId: 140, start });
    rows.push(...page.result.items);
  } while (page.next);
  return rows.length;
}

async function unchecked() {
  const r = await (
    await fetch('https://p.example.com/rest/1/k3jh5g2v9x0qpt71/crm.deal.get.json?id=999999')
  ).json();
  return r.result;
}

process.stdout.write(
  JSON.stringify([await misplaced(), await stale(), await unmoved(), await unchecked().catch((e) => e.message)]),
);
"""


@pytest.mark.node
@pytest.mark.portal_data("small")
def test_the_repaired_script_reads_all_pages(served_portal: Portal, tmp_path: Path) -> None:
    """Of 120 tickets the script read 50, or 50 again and again; an error went unseen."""
    script = tmp_path / "pages.mjs"
    script.write_text(NODE, "utf-8")

    list(fix_tree(tmp_path, write=True))
    done = subprocess.run(
        ["node", str(script)],
        env={**os.environ, "C_REST_WEB_HOOK_URL": served_portal.webhook_url},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )

    assert [120, 120, 120, "crm.deal.get: Not found"] == json.loads(done.stdout)
    assert [] == list(fix_tree(tmp_path))


PHP = """\
<?php
define('C_REST_WEB_HOOK_URL', 'https://p.example.com/rest/1/k3jh5g2v9x0qpt71/');
require $argv[1];
$start = 0;
$rows = [];
do {
    $r = CRest::call('crm.item.list', ['entityTypeId' => 140, 'start' => $start]);
    $rows = array_merge($rows, $r['result']['items']);
    $start = $r['result']['next'] ?? 0;
} while (isset($r['result']['next']));
$page = CRest::call('crm.item.list', ['entityTypeId' => 140]);
$more = [];
do {
    $more = array_merge($more, $page['result']['items']);
} while (isset($page['next']));
echo json_encode([count($rows), count($more)]);
"""


@pytest.mark.php
@pytest.mark.portal_data("small")
def test_the_repaired_php_reads_all_pages(served_portal: Portal, tmp_path: Path) -> None:
    """The same in PHP."""
    script = tmp_path / "pages.php"
    script.write_text(PHP, "utf-8")

    list(fix_tree(tmp_path, write=True))
    done = subprocess.run(
        ["php", str(script), str(CREST)],
        env={**os.environ, "C_REST_WEB_HOOK_URL": served_portal.webhook_url},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )

    assert b"[120,120]" == done.stdout
    assert [] == list(fix_tree(tmp_path))
