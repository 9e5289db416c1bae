"""The product catalogue as the older methods of the CRM show it."""
