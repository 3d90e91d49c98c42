"""The short roads of both folds, where there is nothing to decide, come to the same bytes as the decisions do."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from services.deduplicator.fold import DeduplicatorFold
from services.deduplicator.state import pack_person, unpack_person
from services.validator.fold import ValidatorFold
from services.validator.reading import Read
from services.validator.refusals import Refused
from services.validator.state import pack_household, unpack_household
from shared.contracts.changes import DELTAS, encode_deltas
from shared.contracts.claims import CHANGES, decode_changes, decode_rows, encode_changes
from shared.contracts.envelope import NOBODY, Codec, Head, Kind
from shared.contracts.partitions import partition_of
from shared.contracts.sections import section, sections
from shared.domain.claims import Added, ClaimChange, Delta, Operation
from shared.domain.facts import Fact
from shared.domain.households import Household, Lineage, Version, apply_version
from shared.domain.persons import Person, apply_change, deltas
from shared.ledger.fold import Input

TARGETS = 2
KEYS = [bytes((number,)) * 16 for number in (1, 2, 70, 255)]
VILLAGES = (3509122001, 3578011001, 1101012001)
MOMENTS = st.integers(0, 2**40)
FACTS = st.lists(st.builds(Fact, st.sampled_from(VILLAGES), st.integers(0, 2**32 - 1)), min_size=1, max_size=3).map(
    tuple
)
CHANGES_OF_CLAIMS = st.builds(
    lambda operation, person, claimant, moment, submission, facts: ClaimChange(
        operation, person, claimant, Added(moment, submission), facts if operation is Operation.CLAIM else ()
    ),
    st.sampled_from([Operation.CLAIM, Operation.CLAIM, Operation.CLAIM, *Operation]),
    st.sampled_from(KEYS),
    st.sampled_from(KEYS),
    MOMENTS,
    st.sampled_from(KEYS),
    FACTS,
)
BATCHES = st.lists(st.lists(CHANGES_OF_CLAIMS, max_size=8), min_size=1, max_size=3)


@given(st.lists(CHANGES_OF_CLAIMS))
def test_rows_are_the_changes_that_were_written(changes: list[ClaimChange]) -> None:
    payload = encode_changes(changes)
    if payload:
        assert list(decode_changes(payload)) == changes
        assert [person for person, _ in decode_rows(payload)] == [change.person for change in changes]


@given(BATCHES)
def test_a_first_claim_is_what_deciding_would_make_of_it(batches: list[list[ClaimChange]]) -> None:
    fold, states, persons = DeduplicatorFold(), dict.fromkeys(KEYS, b""), dict.fromkeys(KEYS, Person())
    for batch in batches:
        folded = fold.fold(fold.prepare([Input(0, 1, section(CHANGES, encode_changes(batch)))]), states)
        known, states = states, {**states, **folded.states}
        counted: list[Delta] = []
        for person in dict.fromkeys(change.person for change in batch):
            before = after = persons[person]
            for change in batch:
                if change.person == person:
                    after = apply_change(after, change)
            counted.extend(deltas(before, after))
            persons[person] = after
            assert states[person] == (known[person] if before == after else pack_person(after))
            assert unpack_person(states[person]) == after
        assert folded.outputs == (section(DELTAS, encode_deltas(counted)),)


def reads(households: int = 3) -> st.SearchStrategy[Read]:
    return st.builds(
        _read,
        st.sampled_from(KEYS[:households]),
        st.sampled_from(KEYS),
        st.builds(Version, st.integers(0, 2), MOMENTS, st.sampled_from(KEYS), st.sampled_from(KEYS)),
        st.dictionaries(st.sampled_from(KEYS), FACTS, max_size=4),
    )


def _read(subject: bytes, lineage: bytes, version: Version, facts: Mapping[bytes, tuple[Fact, ...]]) -> Read:
    head = Head(
        Kind.SUBMISSION,
        Codec.JSON,
        "k1",
        version.received_at,
        version.revision,
        version.submission,
        subject,
        lineage,
        NOBODY,
        bytes(32),
    )
    members = Version(version.revision, version.received_at, version.submission, version.content, tuple(facts))
    return Read(Input(0, 0, b""), head, Lineage(lineage, lineage), members, dict(facts))


class Known:
    def __init__(self, forms: list[Read]) -> None:
        self._forms = forms

    def read(self, source: Input) -> Read | Refused:
        return self._forms[source.position]


@given(st.lists(reads(), max_size=10))
def test_a_first_form_is_what_deciding_would_make_of_it(forms: list[Read]) -> None:
    fold = ValidatorFold(Known(forms), TARGETS)
    prepared = fold.prepare([Input(0, at, b"") for at in range(len(forms))])
    folded = fold.fold(prepared, dict.fromkeys(KEYS, b""))
    households: dict[bytes, Household] = {}
    changes: list[list[ClaimChange]] = [[] for _ in range(TARGETS)]
    for form in forms:
        key = form.head.subject
        outcome = apply_version(households.get(key, Household()), form.lineage, form.version, form.facts)
        households[key] = outcome.household
        for change in outcome.changes:
            changes[partition_of(change.person, TARGETS)].append(change)
    assert folded.states == {key: pack_household(each) for key, each in households.items()}
    assert {key: unpack_household(state) for key, state in folded.states.items()} == households
    claims = [dict(sections(body)).get(CHANGES, b"") for body in folded.outputs]
    assert claims == [encode_changes(each) for each in changes]
