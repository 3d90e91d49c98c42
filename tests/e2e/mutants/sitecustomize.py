"""One line of the deduplicator's fold, broken: of several claims on a person the oldest one counts.

Python imports a module of this name before anything else, in every process that has this folder on its path.
"""

import sys

if "services.deduplicator" in sys.orig_argv:
    from shared.domain import persons

    persons.Person._newest = property(  # type: ignore[method-assign, assignment]  # that is the mutation
        lambda person: min(person.claims, key=persons._order, default=None)
    )
