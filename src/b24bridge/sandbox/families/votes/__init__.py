"""Polls in chats."""
