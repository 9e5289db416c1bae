"""Connectors, sources and data sets of BI analytics."""
