"""What takes more than one request: batches of any length, whole lists, many records by id."""

from b24bridge.engine.batches import batch
from b24bridge.engine.many import get_many
from b24bridge.engine.paging import Reading, pages
from b24bridge.engine.report import Report
from b24bridge.wire.batch import Outcome

__all__ = ["Outcome", "Reading", "Report", "batch", "get_many", "pages"]
