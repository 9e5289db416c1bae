"""What a caller may send on: its list of methods, applied to everything that a request would run."""

from __future__ import annotations

from b24bridge.gateway.settings import Caller
from b24bridge.gateway.translate import Asked, Refusal

__all__ = ["allowed"]


def allowed(caller: Caller, asked: Asked) -> Asked:
    """Return the request as it may go on; batches of callers with limits are written anew.

    Raises:
        Refusal: The caller may not run one of its methods.
    """
    for method in asked.methods:
        if not caller.may(method, asked.api):
            what = f"call {method}" if method else "send commands that cannot be read"
            raise Refusal(403, "ACCESS_DENIED", f"The gateway does not let {caller.name} {what}.")
    return asked if caller.is_unlimited or len(asked.methods) == 1 else asked.rewritten()
