"""Files in fields of CRM records (sections 5.1 and 5.2)."""

from __future__ import annotations

import base64

from doors import Door

PNG = base64.b64encode(b"\x89PNG contents").decode()


def test_photo_of_a_contact_has_relative_addresses(door: Door) -> None:
    """A classic answer shows id, ``showUrl`` and ``downloadUrl``; ``remove`` takes the file away."""
    fields = {"NAME": "x", "PHOTO": {"fileData": ["a.png", PNG]}}
    contact = door.call("crm.contact.add", {"fields": fields}).result
    photo = door.call("crm.contact.get", {"id": contact}).result["PHOTO"]

    page = f"/bitrix/components/bitrix/crm.contact.show/show_file.php?ownerId={contact}&fieldName=PHOTO"
    assert ["id", "showUrl", "downloadUrl"] == list(photo)
    assert f"{page}&dynamic=N&fileId={photo['id']}" == photo["showUrl"]
    removal = {"PHOTO": {"id": photo["id"], "remove": "Y"}}
    door.call("crm.contact.update", {"id": contact, "fields": removal})
    assert None is door.call("crm.contact.get", {"id": contact}).result["PHOTO"]


def test_file_of_an_item_is_downloaded(door: Door) -> None:
    """``urlMachine`` of an item answers the bytes that were sent."""
    door.call("crm.deal.userfield.add", {"fields": {"FIELD_NAME": "F", "USER_TYPE_ID": "file"}})
    params = {"entityTypeId": 2, "fields": {"title": "x", "ufCrmF": ["a.png", PNG]}}

    file = door.call("crm.item.add", params).result["item"]["ufCrmF"]
    sent = door.request("GET", file["urlMachine"].removeprefix(door.portal.base_url))

    assert ["id", "url", "urlMachine"] == list(file)
    assert b"\x89PNG contents" == sent.body


def test_files_of_a_multiple_field_are_kept_by_id(door: Door) -> None:
    """The example of ``crm.item.update``: one file is named by its id, another is new."""
    field = {"FIELD_NAME": "FS", "USER_TYPE_ID": "file", "MULTIPLE": "Y"}
    door.call("crm.deal.userfield.add", {"fields": field})
    added = {"entityTypeId": 2, "fields": {"title": "x", "ufCrmFs": [["a", PNG], ["b", PNG]]}}
    item = door.call("crm.item.add", added).result["item"]
    first, second = (file["id"] for file in item["ufCrmFs"])

    changed = {"entityTypeId": 2, "id": item["id"], "fields": {"ufCrmFs": [{"id": second}, ["c", PNG]]}}
    files = door.call("crm.item.update", changed).result["item"]["ufCrmFs"]

    assert [second] == [file["id"] for file in files[:1]]
    assert 2 == len(files)
    assert first not in [file["id"] for file in files]
