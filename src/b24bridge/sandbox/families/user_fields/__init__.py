"""User fields of people and tasks, and ``userfieldconfig.*`` for all of them."""
