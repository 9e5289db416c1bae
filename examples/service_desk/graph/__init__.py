"""Module ``graph``: admitted, closed and carried-over tickets by weeks or months."""
