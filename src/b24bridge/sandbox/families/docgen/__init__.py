"""Numerators, regions and roles of the document generator."""
