"""Methods of ``telephony.*`` (pages "Register External Call", "Finish External Call", "Attach Record")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import calls, customers, lines

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]


def _prepare(portal: Portal) -> None:
    prepare(portal, lines.LINES, calls.CALLS)
    portal.transfers.declare("telephony", upload=calls.receive_record)


FAMILY = Family(
    "telephony",
    [
        Method("telephony.externalLine.add", lines.add, "telephony", auth="token"),
        Method("telephony.externalLine.get", lines.get, "telephony", auth="token"),
        Method("telephony.externalLine.update", lines.update, "telephony", auth="token"),
        Method("telephony.externalLine.delete", lines.delete, "telephony", auth="token"),
        Method("telephony.externalCall.register", calls.register, "telephony"),
        Method("telephony.externalCall.finish", calls.finish, "telephony", auth="token"),
        Method("telephony.externalCall.show", calls.show, "telephony"),
        Method("telephony.externalCall.hide", calls.show, "telephony"),
        Method("telephony.externalCall.attachRecord", calls.attach_record, "telephony"),
        Method("telephony.externalCall.searchCrmEntities", customers.search, "telephony"),
        Method("telephony.call.attachTranscription", calls.transcribe, "telephony"),
    ],
    prepare=_prepare,
)
