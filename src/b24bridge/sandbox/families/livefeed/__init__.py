"""``log.blogpost.*``: messages in the news feed."""
