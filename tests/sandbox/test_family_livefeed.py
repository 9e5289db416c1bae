"""``log.blogpost.add``: messages in the news feed."""

from __future__ import annotations

from doors import Door


def test_message_gets_an_id(door: Door) -> None:
    """The answer is a number."""
    params = {"POST_MESSAGE": "Привет", "POST_TITLE": "T", "DEST": ["UA"], "FILES": [["1.txt", "YWJj"]]}

    assert [1, 2] == [door.call("log.blogpost.add", params).result for _ in range(2)]


def test_message_is_required(door: Door) -> None:
    """Code and text are those of the page "Add Message to Feed"."""
    answer = door.call("log.blogpost.add", {"POST_TITLE": "T"})

    expected = {
        "error": "SONET_CONTROLLER_LIVEFEED_BLOGPOST_ADD_ERROR",
        "error_description": "Blog post hasn't been added",
    }
    assert (400, expected) == (answer.status, answer.json)
