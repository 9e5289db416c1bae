"""``lists.*``: universal lists with fields, sections and elements."""
