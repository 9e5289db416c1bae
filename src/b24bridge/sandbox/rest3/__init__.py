"""REST 3.0: methods under ``/rest/api/`` ("How a portal behaves", section 9).

An entity is described once (:mod:`dto`); selecting, filtering, sorting and paging are the same for all
(:mod:`query`); an entity's own module adds what is special.
"""
