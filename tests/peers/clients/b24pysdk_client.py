# ruff: noqa: B018, T201  # asking for a result sends the request; printing is what the script is for
"""The official Python SDK against a sandbox; reads the portal's facts, prints what it found.

Runs in the environment of the peers, not in the project's.
"""

import json
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from b24pysdk import BitrixApp, BitrixToken, BitrixWebhook, Client
from b24pysdk import errors as sdk_errors
from b24pysdk.api.requesters.bitrix_oauth_requester import BitrixOAuthRequester
from b24pysdk.credentials import OAuthEventData, OAuthPlacementData

FACTS = json.load(sys.stdin)
DOMAIN = urlsplit(FACTS["base_url"]).netloc
SERVER = FACTS["oauth_server"]

# The SDK knows one authorisation server by name.
BitrixOAuthRequester._OAUTH_TOKEN_URL = f"{SERVER}/oauth/token/"
BitrixOAuthRequester._APP_INFO_URL = f"{SERVER}/rest/app.info/"

APP = BitrixApp(client_id=FACTS["client_id"], client_secret=FACTS["client_secret"])


def admin(name, given=None):
    """Ask the sandbox itself."""
    body = None if given is None else json.dumps(given).encode()
    with urllib.request.urlopen(FACTS["admin_url"] + name, body, timeout=120) as answer:
        return json.load(answer)


def messages(count, action):
    """Return the forms that an action makes the portal send to an application's address."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            query = urlsplit(self.path).query
            received.append({**dict(parse_qsl(query)), **dict(parse_qsl(body))})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.timeout = 20
    action(f"http://127.0.0.1:{server.server_port}/handler")
    for _ in range(count):
        server.handle_request()
    server.server_close()
    return received


def refusal(function):
    """Return the class and the code of what the SDK raises."""
    try:
        function()
    except sdk_errors.BitrixSDKException as error:
        return [type(error).__name__, getattr(error, "error", "")]
    return ["nothing", ""]


def rows(found):
    """Return id, title and amount of each deal."""
    return [[row["ID"], row["TITLE"], row["OPPORTUNITY"]] for row in found]


def install():
    """Event and page of an installation, as the SDK reads them."""
    (event,) = messages(1, lambda url: admin("install", {"address": url}))
    (page,) = messages(1, lambda url: admin("install", {"address": url, "kind": "page"}))
    admin("finish", {})
    told = OAuthEventData.from_dict(event)
    opened = OAuthPlacementData.from_dict(page)
    by_event = BitrixToken.from_oauth_event_data(told, APP)
    by_page = BitrixToken.from_oauth_placement_data(opened, APP)
    # The SDK drops the port of the endpoint.
    by_event.domain = DOMAIN
    info = by_event.get_app_info().result
    opened.validate_against_app_info(info)
    return {
        "event": told.event,
        "language": told.data["LANGUAGE_ID"],
        "application_token": told.auth.application_token == FACTS["application_token"],
        "member_id": told.auth.member_id == opened.member_id == info.install.member_id == FACTS["member_id"],
        "users": [Client(token).user.current().result["ID"] for token in (by_event, by_page)],
        "client_id": info.client_id == FACTS["client_id"],
    }


def event(token):
    """A write is told to a bound handler."""
    client = Client(token)

    def write(url):
        client.event.bind(event="ONCRMDEALADD", handler=url).result
        client.crm.deal.add(fields={"TITLE": "told"}).result

    (form,) = messages(1, write)
    unbound = client.event.unbind(event="ONCRMDEALADD").result
    told = OAuthEventData.from_dict(form)
    teller = BitrixToken.from_oauth_event_data(told, APP)
    teller.domain = DOMAIN
    deal = teller.call_method("crm.deal.get", {"id": told.data["FIELDS"]["ID"]})
    client.crm.deal.delete(bitrix_id=int(told.data["FIELDS"]["ID"])).result
    return [told.event, deal["result"]["TITLE"], unbound]


def crud(client):
    """Create, read, change, delete, in both dialects."""
    deal = client.crm.deal.add(fields={"TITLE": 'Новая "сделка" & co', "OPPORTUNITY": 12.5}).result
    client.crm.deal.update(bitrix_id=deal, fields={"TITLE": "other"}).result
    got = client.crm.deal.get(bitrix_id=deal).result
    deleted = client.crm.deal.delete(bitrix_id=deal).result
    item = client.crm.item.add(entity_type_id=2, fields={"title": "item", "opportunity": 1}).result["item"]
    changed = client.crm.item.update(bitrix_id=item["id"], entity_type_id=2, fields={"title": "i2"}).result[
        "item"
    ]
    client.crm.item.delete(bitrix_id=item["id"], entity_type_id=2).result
    return [
        type(deal).__name__,
        got["TITLE"],
        got["OPPORTUNITY"],
        deleted,
        changed["title"],
        refusal(lambda: client.crm.deal.get(bitrix_id=deal).result),
        refusal(lambda: client.crm.item.get(bitrix_id=item["id"], entity_type_id=2).result),
    ]


def lists(client):
    """All deals by each way the SDK has."""
    select = ["ID", "TITLE", "OPPORTUNITY"]
    token = client.get_token()
    page = client.crm.deal.list(select=select, order={"ID": "ASC"})
    items = client.crm.item.list(entity_type_id=2, select=["id", "title", "opportunity"])
    return {
        "as_list": rows(page.as_list().result),
        "as_list_fast": rows(client.crm.deal.list(select=select).as_list_fast().result),
        "as_list_fast_down": rows(client.crm.deal.list(select=select).as_list_fast(descending=True).result),
        "call_list": rows(
            token.call_list("crm.deal.list", {"select": select, "order": {"ID": "ASC"}})["result"]
        ),
        "items": [
            [str(row["id"]), row["title"], f"{row['opportunity']:.2f}"] for row in items.as_list().result
        ],
        "tasks": [row["title"] for row in client.tasks.task.list(order={"ID": "asc"}).as_list().result],
    }


def batch(client):
    """More commands than one request can hold, named ones, and one that fails."""
    many = {f"d{n}": client.crm.deal.get(bitrix_id=3 * n) for n in range(1, 121)}
    found = client.call_batches(many).result
    mixed = client.call_batch(
        {"a": client.server.time(), "b": client.crm.deal.get(bitrix_id=1)}, halt=False
    ).result
    return {
        "ids": [found.result[name]["ID"] for name in many],
        "errors": {name: error["error_description"] for name, error in mixed.result_error.items()},
        "ok": sorted(mixed.result),
    }


def errors(client, token):
    """What the SDK raises for the portal's refusals."""
    wrong = Client(BitrixWebhook(domain=DOMAIN, webhook_token="1/wrong"))
    found = {
        "method": refusal(lambda: token.call_method("no.such.method")),
        "webhook": refusal(lambda: wrong.profile().result),
        "webhook_event": refusal(lambda: client.event.get().result),
        "token": refusal(
            lambda: BitrixToken(domain=DOMAIN, auth_token="x", bitrix_app=APP).call_method("profile")
        ),
        "argument": refusal(
            lambda: token.call_method("crm.item.list", {"entityTypeId": 2, "filter": {"nope": 1}})
        ),
        "grant": refusal(lambda: APP.refresh_oauth_token("x")),
        "client": refusal(lambda: BitrixApp(client_id="x", client_secret="y").refresh_oauth_token("x")),
        "secret": refusal(
            lambda: BitrixApp(client_id=FACTS["client_id"], client_secret="y").refresh_oauth_token("x")
        ),
    }
    for preset in ("rate_limit", "operating_limit", "html_502", "internal"):
        admin("faults", [{"preset": preset, "method": "profile"}])
        found[preset] = refusal(lambda: token.call_method("profile", max_retries=1))
    admin("faults", [{"preset": "rate_limit", "method": "profile", "nth": [1, 2]}])
    found["retried"] = token.call_method("profile", max_retries=3, initial_retry_delay=0.01)["result"]["ID"]
    admin("faults", [])
    return found


def renewal():
    """A token that is too old is renewed in the middle of the work."""
    token = BitrixToken(
        domain=DOMAIN,
        auth_token=FACTS["access_token"],
        refresh_token=FACTS["refresh_token"],
        expires=datetime.now(UTC) + timedelta(hours=1),
        expires_in=3600,
        bitrix_app=APP,
    )
    before = Client(token).profile().result["ID"]
    admin("oauth", {"expire": True})
    after = Client(token).profile().result["ID"]
    return token, [before, after, token.auth_token != FACTS["access_token"]]


def main():
    """Do everything and print it."""
    webhook = Client(
        BitrixWebhook(domain=DOMAIN, webhook_token="/".join(FACTS["webhook_url"].split("/")[-3:-1]))
    )
    token, renewed = renewal()
    print(
        json.dumps(
            {
                "renewal": renewed,
                "install": install(),
                "event": event(token),
                "crud": crud(webhook),
                "crud_by_token": crud(Client(token)),
                "lists": lists(webhook),
                "batch": batch(webhook),
                "errors": errors(webhook, token),
            }
        )
    )


main()
