"""What families send, and what of it counts in the end.

A story is told forwards: these forms, in this order. By its plot it is known who is where when it is over. Nothing
here works out an order of versions or of claims; a system that does must come to the same end.
"""

import random
from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec.structs import replace

from services.cli.generate.families import Families
from services.cli.generate.plan import Traits
from services.cli.generate.seeds import Quota, lottery, uuid
from services.cli.generate.shapes import CHILD, CHILD_IN_LAW, HEAD, RELATIVE
from shared.contracts.submission import Member, Submission


class Counted(NamedTuple):
    """A form in force. `elsewhere`: NIKs of members, as the form writes them, who count in another family."""

    form: Submission
    elsewhere: frozenset[str] = frozenset()


class Story(NamedTuple):
    """`sent`: the forms in the order in which they are sent. `families`: how many of the plan's are in it. `refused`:
    forms sent that nobody may count."""

    sent: tuple[Submission, ...]
    counted: tuple[Counted, ...]
    families: int = 1
    refused: int = 0


_MOVES_OUT: Final = frozenset({CHILD, RELATIVE})
_WITH_EVERYBODY: Final = 0.2
"""Of the families that share somebody with another: those that answer again, all of them, under a new card."""


class Stories:
    """Tells of one family after another, or of two that name the same person.

    Args:
        plant: puts the contradictions that are due into a family.
    """

    def __init__(
        self, families: Families, traits: Traits, rng: random.Random, plant: Callable[[Submission], Submission]
    ) -> None:
        self._families = families
        self._rng = rng
        self._plant = plant
        self._told = 0
        self._owed = 0
        """Stories of two families that are due, for want of somebody who could be in both."""
        self._revised = Quota(traits.revisions, rng)
        self._repeated = Quota(traits.repeats, rng)
        self._reused = Quota(traits.reused_ids, rng)
        self._shared = Quota(traits.shared_persons, rng)

    def next(self, *, alone: bool) -> Story:
        """`alone`: only one family is left to tell of."""
        number = self._told
        self._told += 1
        story = self._plain(number, alone=alone)
        if self._reused.falls_on(number):
            story = self._with_id_used_again(story)
        if self._repeated.falls_on(number):
            story = self._with_repeat(story)
        return story

    def _plain(self, number: int, *, alone: bool) -> Story:
        revised = self._revised.falls_on(number)
        self._owed += self._shared.falls_on(number)
        form = self._family()
        if self._owed and not alone and (mover := _mover(form)) is not None:
            self._owed -= 1
            return self._of_two(form, mover)
        if revised:
            return _REVISIONS[self._rng.getrandbits(6)](self, form, self._smaller(form))
        return Story((form,), (Counted(form),))

    def _family(self) -> Submission:
        return replace(self._plant(self._families.next()), id=uuid(self._rng))

    def revision(self, form: Submission, revision: int) -> Submission:
        """The form sent anew, under an id of its own."""
        return replace(form, id=uuid(self._rng), revision=revision)

    def corrected(self, form: Submission, revision: int) -> Submission:
        address = replace(form.address, street=self._families.address().street)
        return self.revision(replace(form, address=address), revision)

    def new_card(self, form: Submission) -> Submission:
        return self.revision(replace(form, card=self._families.new_card(form), code=None), 0)

    def _smaller(self, form: Submission) -> Submission:
        """Without somebody; not the head, nor whom a child-in-law is married to. The same form where nobody is left."""
        kept = {HEAD, CHILD} if any(member.relationship == CHILD_IN_LAW for member in form.members) else {HEAD}
        others = [at for at, member in enumerate(form.members) if member.relationship not in kept]
        if not others:
            return form
        left_out = self._rng.choice(others)
        return replace(form, members=tuple(member for at, member in enumerate(form.members) if at != left_out))

    def _of_two(self, form: Submission, mover: Member) -> Story:
        if self._rng.random() < _WITH_EVERYBODY and form.members[0].nik is not None:
            again = self.new_card(form)
            return Story((form, again), (Counted(again),))
        return _MOVES[self._rng.getrandbits(6)](self, form, self._with_guest(self._family(), mover))

    def _with_guest(self, form: Submission, mover: Member) -> Submission:
        """The family with somebody more, whose NIK it writes in its own way."""
        nik = mover.nik or ""
        guest = replace(mover, relationship=RELATIVE, nik=f"{nik[:6]} {nik[6:12]} {nik[12:]}", address=None)
        return replace(form, members=(*form.members, guest))

    def _with_id_used_again(self, story: Story) -> Story:
        """Other answers under the id of a form that is on the log by then: refused, whatever their revision."""
        used = story.sent[0]
        other = replace(self.corrected(used, used.revision + 9), id=used.id)
        return story._replace(sent=(*story.sent, other), refused=1)

    def _with_repeat(self, story: Story) -> Story:
        return story._replace(sent=(*story.sent, self._rng.choice(story.sent)))


def _mover(form: Submission) -> Member | None:
    """Somebody who could live with others as well."""
    fit = (each for each in form.members if each.nik and each.relationship in _MOVES_OUT and each.marital_status == 1)
    return next(fit, None)


Plot = Callable[[Stories, Submission, Submission], Story]


def _corrected(tell: Stories, form: Submission, _: Submission) -> Story:
    fixed = tell.corrected(form, 1)
    return Story((form, fixed), (Counted(fixed),))


def _thought_again(tell: Stories, form: Submission, _: Submission) -> Story:
    """Of two forms with one revision number, the one received later is in force."""
    fixed = tell.corrected(form, 0)
    return Story((form, fixed), (Counted(fixed),))


def _dropped(tell: Stories, form: Submission, smaller: Submission) -> Story:
    left = tell.revision(smaller, 1)
    return Story((form, left), (Counted(left),))


def _added(tell: Stories, form: Submission, smaller: Submission) -> Story:
    whole = tell.revision(form, 1)
    return Story((smaller, whole), (Counted(whole),))


def _overtaken(tell: Stories, form: Submission, smaller: Submission) -> Story:
    """The second revision arrives before the first."""
    second = tell.revision(smaller, 2)
    return Story((form, second, tell.corrected(form, 1)), (Counted(second),))


def _late(tell: Stories, form: Submission, smaller: Submission) -> Story:
    """The first form of all arrives last."""
    first = tell.revision(smaller, 1)
    return Story((first, form), (Counted(first),))


def _dropped_and_back(tell: Stories, form: Submission, smaller: Submission) -> Story:
    back = tell.revision(form, 2)
    return Story((form, tell.revision(smaller, 1), back), (Counted(back),))


_REVISIONS: Final = lottery(
    (_corrected, 22),
    (_thought_again, 4),
    (_dropped, 12),
    (_added, 12),
    (_overtaken, 5),
    (_late, 5),
    (_dropped_and_back, 4),
)


def _moved(_: Stories, old: Submission, new: Submission) -> Story:
    """`new` names somebody of `old` as its last member; so in every plot below."""
    return Story((old, new), (Counted(old, _mover_of(old)), Counted(new)), families=2)


def _moved_then_old_home_corrected(tell: Stories, old: Submission, new: Submission) -> Story:
    """Correcting a form does not make what it says of its people any newer."""
    fixed = tell.corrected(old, 1)
    return Story((old, new, fixed), (Counted(fixed, _mover_of(old)), Counted(new)), families=2)


def _moved_and_back(tell: Stories, old: Submission, new: Submission) -> Story:
    without = tell.revision(replace(new, members=new.members[:-1]), 1)
    return Story((old, new, without), (Counted(old), Counted(without)), families=2)


def _named_anew(tell: Stories, old: Submission, new: Submission) -> Story:
    """The old home drops who moved, then names them again: that is the newest word."""
    mover = _mover_of(old)
    without = tell.revision(replace(old, members=tuple(each for each in old.members if each.nik not in mover)), 1)
    again = tell.revision(old, 2)
    guest = new.members[-1].nik
    return Story(
        (old, new, without, again), (Counted(again), Counted(new, frozenset({guest} if guest else ()))), families=2
    )


def _mover_of(old: Submission) -> frozenset[str]:
    mover = _mover(old)
    return frozenset() if mover is None or mover.nik is None else frozenset({mover.nik})


_MOVES: Final = lottery((_moved, 38), (_moved_then_old_home_corrected, 10), (_moved_and_back, 10), (_named_anew, 6))
