"""The service desk: the modules of the founding team, the old way and the new way.

Each module has a ``legacy`` half (a line-by-line port of the PHP file onto ``CRest``, defects
included) and a ``modern`` half (the typed client). ``README.md`` lists them.
"""
