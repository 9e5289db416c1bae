"""Contracts: what a module asked and got, recorded, replayed, and compared between its two paths."""
