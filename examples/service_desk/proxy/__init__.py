"""Module ``proxy``: passes any REST call of the front end to the portal."""
