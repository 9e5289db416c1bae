"""``department.*``: the company's structure."""
