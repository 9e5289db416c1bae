"""``python -m b24bridge.cli``, for where the ``b24bridge`` script is not on the path."""

from b24bridge.cli import main

main()
