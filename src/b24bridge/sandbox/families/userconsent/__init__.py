"""``userconsent.*``: agreements and who agreed to them."""
