"""Flows of tasks."""
