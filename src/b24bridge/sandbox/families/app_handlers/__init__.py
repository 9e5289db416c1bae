"""Handlers that an application registers by a code: message senders, actions and robots."""
