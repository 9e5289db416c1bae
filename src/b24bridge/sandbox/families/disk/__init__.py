"""``disk.*``: drives, folders, files and their versions, with addresses that really carry contents."""
