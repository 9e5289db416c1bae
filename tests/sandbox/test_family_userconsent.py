"""``userconsent.*``: the standard agreement and consents."""

from __future__ import annotations

from doors import Door


def test_every_portal_has_an_agreement(door: Door) -> None:
    """The list shows id, name, activity and language."""
    (row,) = door.call("userconsent.agreement.list").result

    assert ["ID", "NAME", "ACTIVE", "LANGUAGE_ID"] == list(row)
    assert ("1", "Y", "en") == (row["ID"], row["ACTIVE"], row["LANGUAGE_ID"])


def test_text_has_the_words_put_in(door: Door) -> None:
    """``replace`` fills the placeholders of label and text."""
    words = {"button_caption": "Send", "fields": "phone"}

    answer = door.call("userconsent.agreement.text", {"id": 1, "replace": words}).result

    assert ["LABEL", "TEXT"] == list(answer)
    assert "«Send»" in answer["LABEL"]
    assert "(phone)" in answer["TEXT"]


def test_consent_is_kept(door: Door) -> None:
    """The answer is the new id, a number."""
    params = {"AGREEMENT_ID": 1, "IP": "192.168.1.100", "ORIGIN_ID": "form"}

    assert [1, 2] == [door.call("userconsent.consent.add", params).result for _ in range(2)]


def test_agreement_is_required(door: Door) -> None:
    """Code and text are those of the page "Add Consent"."""
    answer = door.call("userconsent.consent.add", {"IP": "1.1.1.1"})

    expected = {"error": "400", "error_description": "Parameter `Agreement ID` required."}
    assert (400, expected) == (answer.status, answer.json)
