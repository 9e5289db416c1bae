"""Credentials of a portal, where tokens live, and how an installation hands them over."""

from b24bridge.auth.credentials import OAUTH_URL, Credentials, OAuth, Store, Tokens, Webhook

__all__ = ["OAUTH_URL", "Credentials", "OAuth", "Store", "Tokens", "Webhook"]
