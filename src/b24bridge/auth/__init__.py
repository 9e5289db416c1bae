"""Credentials of a portal, where tokens live, and how an installation hands them over."""

from b24bridge.auth.credentials import OAUTH_URL, Credentials, OAuth, Store, Tokens, Webhook
from b24bridge.auth.stores import EnvironmentStore, MemoryStore, RedisStore, SettingsFile

__all__ = [
    "OAUTH_URL",
    "Credentials",
    "EnvironmentStore",
    "MemoryStore",
    "OAuth",
    "RedisStore",
    "SettingsFile",
    "Store",
    "Tokens",
    "Webhook",
]
