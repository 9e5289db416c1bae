"""The schema of one portal: pulled into a snapshot, compared with an older one, written as typed models."""

from b24bridge.modern.schema.changes import Change, compare
from b24bridge.modern.schema.models import models_of
from b24bridge.modern.schema.snapshot import Entity, FieldFacts, Snapshot, pull

__all__ = ["Change", "Entity", "FieldFacts", "Snapshot", "compare", "models_of", "pull"]
