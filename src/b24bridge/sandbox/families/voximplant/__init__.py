"""Lines, people and statistics of built-in telephony."""
