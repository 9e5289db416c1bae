"""Payments and deliveries of records of the CRM."""
