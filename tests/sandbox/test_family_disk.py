"""``disk.*``: drives, folders, files, versions, and what their addresses carry."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from doors import Answered, Door

PAIR = ["picture.png", "UE5H"]


def root(door: Door) -> int:
    """Return the id of the folder of the caller's drive."""
    wanted = {"ENTITY_TYPE": "user", "ENTITY_ID": "1"}
    (drive,) = door.call("disk.storage.getlist", {"filter": wanted}).result
    return int(drive["ROOT_OBJECT_ID"])


def upload(door: Door, folder: int, name: str = "a.txt", **more: Any) -> Answered:
    """Upload three bytes."""
    params = {"id": folder, "data": {"NAME": name}, "fileContent": [name, "YWJj"], **more}
    return door.call("disk.folder.uploadfile", params)


def fetch(door: Door, url: str) -> Answered:
    """Follow an address of the portal."""
    parts = urlsplit(url)
    return door.request("GET", f"{parts.path}?{parts.query}")


def test_everybody_has_a_drive(door: Door, small: dict[str, Any]) -> None:
    """Keys are those of the page "Get Storage by Identifier"; wildcards stand in the value."""
    answer = door.call("disk.storage.getlist", {"filter": {"ENTITY_TYPE": "user"}})

    assert len(small["users"]) == answer.json["total"]
    keys = ["ID", "NAME", "CODE", "MODULE_ID", "ENTITY_TYPE", "ENTITY_ID", "ROOT_OBJECT_ID"]
    assert keys == list(answer.result[0])
    assert answer.result[0] == door.call("disk.storage.get", {"id": answer.result[0]["ID"]}).result
    found = door.call("disk.storage.getlist", {"filter": {"NAME": "%any dri%"}}).result
    assert ["Company drive"] == [row["NAME"] for row in found]


def test_drive_of_an_application(door: Door) -> None:
    """It is made when first asked for and can be renamed; a webhook has none."""
    token = door.portal.tokens()["access"]

    drive = door.token("disk.storage.getforapp", token).result

    assert "restapp" == drive["ENTITY_TYPE"]
    assert drive == door.token("disk.storage.getforapp", token).result
    renamed = door.token("disk.storage.rename", token, {"id": drive["ID"], "newName": "Мой"}).result
    assert {**drive, "NAME": "Мой"} == renamed
    text = "Access denied! Application context required"
    assert text == door.call("disk.storage.getforapp").json["error_description"]


def test_new_folder_has_numbers_where_it_is_fresh(door: Door) -> None:
    """Types are those of the page "Create Subfolder": fresh values are numbers, stored ones text."""
    parent = root(door)

    new = door.call("disk.folder.addsubfolder", {"id": parent, "data": {"NAME": "Ordner"}}).result

    kept = door.call("disk.folder.get", {"id": new["ID"]}).result
    assert (True, 0, None, str(parent)) == (
        new["ID"] == new["REAL_OBJECT_ID"],
        new["DELETED_TYPE"],
        new["DELETED_BY"],
        new["PARENT_ID"],
    )
    assert (str(new["ID"]), "0", "0") == (kept["ID"], kept["DELETED_TYPE"], kept["DELETED_BY"])
    assert kept["DETAIL_URL"].endswith("/company/personal/user/1/disk/path/Ordner")
    assert set(new) == set(kept)


def test_uploaded_file_is_downloaded_from_its_address(door: Door) -> None:
    """``DOWNLOAD_URL`` gives the bytes; a changed signature is refused."""
    file = upload(door, root(door)).result

    answer = fetch(door, file["DOWNLOAD_URL"])

    assert (200, b"abc") == (answer.status, answer.body)
    assert "a.txt" in answer.headers["content-disposition"]
    assert ("3", 1, "file") == (file["SIZE"], file["GLOBAL_CONTENT_VERSION"], file["TYPE"])
    wrong = fetch(door, file["DOWNLOAD_URL"][:-9] + "AAAAAAAAA")
    assert (403, "Access denied! Link check failed") == (wrong.status, wrong.json["error_description"])


def test_address_of_a_token_carries_the_token(door: Door) -> None:
    """An application downloads with its own authorisation."""
    file = upload(door, root(door)).result
    token = door.portal.tokens()["access"]

    url = door.token("disk.file.get", token, {"id": file["ID"]}).result["DOWNLOAD_URL"]

    assert f"auth={token}" in url
    assert b"abc" == fetch(door, url).body


def test_upload_address_takes_the_file_as_a_form(door: Door) -> None:
    """Without a content there is an address, as the page "How to Upload Files" says."""
    params = {"id": root(door), "data": {"NAME": "b.bin"}}
    offered = door.call("disk.folder.uploadfile", params).result
    assert "file" == offered["field"]
    target = urlsplit(offered["uploadUrl"])
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'

    kind = ("Content-Type", "multipart/form-data; boundary=b")
    body = head + b"\x00\xff\r\n\x80\r\n--b--\r\n"
    sent = door.request("POST", f"{target.path}?{target.query}", body, [kind]).result

    assert ("b.bin", "5") == (sent["NAME"], sent["SIZE"])
    assert b"\x00\xff\r\n\x80" == fetch(door, sent["DOWNLOAD_URL"]).body


def test_same_name_is_refused_or_numbered(door: Door) -> None:
    """``generateUniqueName`` adds a number before the ending."""
    folder = root(door)
    upload(door, folder)

    refused = upload(door, folder)
    numbered = upload(door, folder, generateUniqueName=True)

    expected = {"error": "DISK_OBJ_22000", "error_description": "A file with this name already exists"}
    assert (400, expected) == (refused.status, refused.json)
    assert "a (1).txt" == numbered.result["NAME"]


def test_children_are_filtered_and_ordered(door: Door) -> None:
    """Operators stand before the name; what is thrown away is not shown."""
    folder = root(door)
    numbers = [upload(door, folder, f"{name}.txt").result["ID"] for name in "cab"]
    door.call("disk.file.markdeleted", {"id": numbers[0]})

    params = {"id": folder, "filter": {"TYPE": "file", ">=CREATE_TIME": "2000-01-01"}}
    answer = door.call("disk.folder.getchildren", {**params, "order": {"NAME": "DESC"}})

    assert (["b.txt", "a.txt"], 2) == ([row["NAME"] for row in answer.result], answer.json["total"])


def test_thrown_away_folder_comes_back_with_its_content(door: Door) -> None:
    """The mark is a number in the answer that sets it, and text afterwards."""
    folder = door.call("disk.folder.addsubfolder", {"id": root(door), "data": {"NAME": "F"}}).result["ID"]
    file = upload(door, folder).result["ID"]

    gone = door.call("disk.folder.markdeleted", {"id": folder}).result
    assert (3, "4") == (
        gone["DELETED_TYPE"],
        door.call("disk.file.get", {"id": file}).result["DELETED_TYPE"],
    )

    back = door.call("disk.folder.restore", {"id": folder}).result
    assert (0, "0") == (
        back["DELETED_TYPE"],
        door.call("disk.file.get", {"id": file}).result["DELETED_TYPE"],
    )


def test_folder_is_copied_and_moved_with_its_content(door: Door) -> None:
    """A copy has new ids, a moved folder keeps its own."""
    parent = root(door)
    one, two = (
        door.call("disk.folder.addsubfolder", {"id": parent, "data": {"NAME": name}}).result["ID"]
        for name in "AB"
    )
    upload(door, one)

    copied = door.call("disk.folder.copyto", {"id": one, "targetFolderId": two}).result

    inside = door.call("disk.folder.getchildren", {"id": copied["ID"]}).result
    assert ["a.txt"] == [row["NAME"] for row in inside]
    assert str(two) == copied["PARENT_ID"]
    third = door.call("disk.folder.addsubfolder", {"id": two, "data": {"NAME": "C"}}).result["ID"]
    moved = door.call("disk.folder.moveto", {"id": one, "targetFolderId": third}).result
    assert (str(one), third) == (moved["ID"], moved["PARENT_ID"])


@pytest.mark.parametrize("verb", ["copyto", "moveto"])
def test_folder_is_not_put_into_itself(door: Door, verb: str) -> None:
    """A folder below itself would have no end: it is refused and stays where it was."""
    parent = root(door)
    outer = door.call("disk.folder.addsubfolder", {"id": parent, "data": {"NAME": "A"}}).result["ID"]
    inner = door.call("disk.folder.addsubfolder", {"id": outer, "data": {"NAME": "B"}}).result["ID"]

    refused = [door.call(f"disk.folder.{verb}", {"id": outer, "targetFolderId": n}) for n in (outer, inner)]

    assert [400, 400] == [answer.status for answer in refused]
    assert str(parent) == door.call("disk.folder.get", {"id": outer}).result["PARENT_ID"]


def test_versions_are_kept_and_restored(door: Door) -> None:
    """The newest comes first; restoring makes a new version of the old content."""
    file = upload(door, root(door)).result["ID"]
    params = {"id": file, "fileContent": ["a.txt", "eHl6eg=="]}

    assert 2 == door.call("disk.file.uploadversion", params).result["GLOBAL_CONTENT_VERSION"]

    newest, first = door.call("disk.file.getversions", {"id": file}).result
    assert ("4", "3") == (newest["SIZE"], first["SIZE"])
    assert b"abc" == fetch(door, first["DOWNLOAD_URL"]).body
    assert first["ID"] == door.call("disk.version.get", {"id": first["ID"]}).result["ID"]
    restored = door.call("disk.file.restorefromversion", {"id": file, "versionId": first["ID"]}).result
    assert (3, "3") == (restored["GLOBAL_CONTENT_VERSION"], restored["SIZE"])


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        ("disk.file.get", {}, ("ERROR_ARGUMENT", "Invalid value of parameter {Parameter #0}")),
        ("disk.folder.get", {}, ("ERROR_ARGUMENT", "Invalid value of parameter {Parameter #1}")),
        ("disk.version.get", {}, ("ERROR_ARGUMENT", "Invalid value of parameter `id`")),
        ("disk.file.get", {"id": 9999}, ("ERROR_NOT_FOUND", "Could not find entity with id 9999.")),
        ("disk.storage.get", {"id": 9999}, ("ERROR_NOT_FOUND", "Could not find entity with id 9999.")),
        ("disk.file.search", {"QUERY": "a"}, ("INVALID_QUERY", "Search query is invalid. (INVALID_QUERY).")),
    ],
)
def test_refusals_have_the_portals_codes(
    door: Door, method: str, params: dict[str, Any], expected: tuple[str, str]
) -> None:
    """Files count their parameters from 0, folders from 1."""
    answer = door.call(method, params)

    assert 400 == answer.status
    assert expected == (answer.json["error"], answer.json["error_description"])


def test_search_finds_by_a_part_of_the_name(door: Door) -> None:
    """Newest first, without a total."""
    folder = root(door)
    for name in ("report-1.txt", "other.txt", "Report-2.txt"):
        upload(door, folder, name)

    answer = door.call("disk.file.search", {"QUERY": "report", "TYPE": "file"})

    assert ["Report-2.txt", "report-1.txt"] == [row["NAME"] for row in answer.result]
    assert "total" not in answer.json


def test_fields_are_described(door: Door) -> None:
    """``getFields`` says what can be filtered by."""
    expected = {"TYPE": "integer", "USE_IN_FILTER": False, "USE_IN_SHOW": True}

    assert expected == door.call("disk.folder.getfields").result["REAL_OBJECT_ID"]
    assert "REAL_OBJECT_ID" not in door.call("disk.file.getfields").result
    assert ["user", "common", "group"] == door.call("disk.storage.gettypes").result


def test_filter_that_is_no_array_is_refused_by_its_position(door: Door) -> None:
    """A parameter is counted from the id."""
    error = door.call("disk.folder.getchildren", {"id": root(door), "filter": "x"}).json

    assert ("ERROR_ARGUMENT", "Invalid value of parameter {Parameter #1}") == (
        error["error"],
        error["error_description"],
    )


def test_attached_object_is_the_file_of_a_task(door: Door) -> None:
    """A file that a task has is found with the task; another one is not attached."""
    file = upload(door, root(door)).result["ID"]
    fields = {"TITLE": "Отчёт", "RESPONSIBLE_ID": 1, "UF_TASK_WEBDAV_FILES": [f"n{file}"]}
    task = door.call("tasks.task.add", {"fields": fields}).result["task"]["id"]

    attached = door.call("disk.attachedObject.get", {"id": file}).result
    other = door.call("disk.attachedObject.get", {"id": 999}).json["error"]

    assert (str(task), "tasks_task", "a.txt") == (
        attached["ENTITY_ID"],
        attached["ENTITY_TYPE"],
        attached["NAME"],
    )
    assert "ERROR_NOT_FOUND" == other
