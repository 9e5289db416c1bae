"""The typed client: blocking, async and deferred, from one definition of each method."""

from __future__ import annotations

from b24bridge.modern.batching import ref
from b24bridge.modern.client import AsyncClient, Client
from b24bridge.modern.filters import F
from b24bridge.modern.outcomes import Outcome
from b24bridge.modern.portal import calls
from b24bridge.modern.references import Added, Reference

__all__ = ["Added", "AsyncClient", "Client", "F", "Outcome", "Reference", "calls", "ref"]
