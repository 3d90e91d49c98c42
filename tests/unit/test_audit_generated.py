"""Two roads to one number: what the generator says that its stories come to, and what the audit recounts from a log."""

from uuid import UUID

import msgspec
import pytest

from services.cli.audit.opening import LogRecord, Opener, rows_of
from services.cli.audit.recount import Recount
from services.cli.generate.expect import Expectation
from services.cli.generate.plan import Plan, Traits
from services.cli.generate.stories import Story
from services.cli.generate.stream import Population
from shared.contracts.envelope import Codec, Head, Kind
from shared.contracts.identity import content_hash, household_code_key, household_key, partner_lineage
from shared.contracts.partitions import partition_of
from shared.contracts.submission import Submission, content_of, decode_submission
from shared.domain.census import received_on
from shared.domain.rules import Context, check, is_countable
from tests.unit.audit_log import CONTENT, IDENTITY, OPENING, PARTNER, SEALER

PARTITIONS = 4


class Intake:
    """Takes lines as one partner's stream: refuses what the rules refuse, stamps and seals the rest in order.

    `refuse`: false to seal what the rules refuse, too.
    """

    def __init__(self, *, refuse: bool = True) -> None:
        self.refused = 0
        self._refuse = refuse
        self.records: list[LogRecord] = []
        self._ends = [0] * PARTITIONS
        self._now = int(OPENING.timestamp() * 1_000_000)

    def take(self, line: bytes) -> None:
        self._now += 1
        try:
            form = decode_submission(line)
        except msgspec.MsgspecError:
            self.refused += 1
            return
        context = Context(received_on=received_on(self._now), census_day=Plan(households=1).census_day)
        if not self._refuse or is_countable(check(form, context)):
            self._append(form)
        else:
            self.refused += 1

    def _append(self, form: Submission) -> None:
        subject = (
            household_code_key(IDENTITY, form.code or "") if form.card is None else household_key(IDENTITY, form.card)
        )
        submission, content = UUID(form.id).bytes, content_of(form)
        head = Head(
            kind=Kind.SUBMISSION,
            codec=Codec.JSON,
            key_id="k1",
            received_at=self._now,
            revision=form.revision,
            id=submission,
            subject=subject,
            lineage=partner_lineage(PARTNER, subject),
            sender=PARTNER,
            content_hash=content_hash(CONTENT, submission, content),
        )
        partition = partition_of(subject, PARTITIONS)
        self.records.append(LogRecord(partition, self._ends[partition], SEALER.seal(head, content)))
        self._ends[partition] += 1


MANY_EVENTS = Traits(
    revisions=0.5, repeats=0.3, reused_ids=0.2, shared_persons=0.4, broken=0.2, without_card=0.1, latest=300
)


@pytest.mark.parametrize(
    ("households", "region", "traits", "seed"),
    [
        (3_000, "35", Traits(), 1),
        (2_000, "35.09.12", MANY_EVENTS, 2),
        (2_000, "00", MANY_EVENTS, 3),
        (1, "35.09.12.2003", MANY_EVENTS, 4),
    ],
)
def test_the_recount_of_a_stream_is_what_the_stories_came_to(
    households: int, region: str, traits: Traits, seed: int
) -> None:
    plan = Plan(households=households, region=region, traits=traits, seed=seed)
    expectation, intake, population = Expectation(plan), Intake(), Population(plan)
    stories: list[Story] = []
    for line in population.lines(expectation.add, stories.append):
        intake.take(line)
    assert intake.refused == population.deliberate - sum(story.refused for story in stories)
    with Recount(plan.census_day) as recount:
        recount.load(rows_of(intake.records, Opener(SEALER, IDENTITY, plan.census_day)))
        recount.count()
        assert recount.totals() == expectation.totals()
