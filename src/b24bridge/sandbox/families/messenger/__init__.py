"""Chats, messages, notifications: the messenger."""
