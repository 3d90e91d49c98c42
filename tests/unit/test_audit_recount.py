"""The recount on small logs. Every expected number was worked out by hand from the contract, before the code ran."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from shared.contracts.envelope import Kind
from shared.contracts.submission import Member
from shared.domain.household_code import household_code
from tests.unit.audit_log import SubmissionLog, daughter, family, head, member, uncle, wife

VILLAGE, DISTRICT, REGENCY, PROVINCE, NATION = "35.09.12.2003", "35.09.12", "35.09", "35", "00"
OTHER_CARD, OTHER_VILLAGE = "3510010107100002", "35.10.01.2002"


def counted(log: SubmissionLog, region: str = NATION) -> dict[str, int]:
    """Persons and households of a region, without zeros."""
    totals = log.totals().get(region, {})
    return {counter: totals[counter] for counter in ("persons", "households") if counter in totals}


def test_a_family_counts_in_every_region_above_its_village() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter()))
    expected = {
        "persons": 3,
        "male": 1,
        "female": 2,
        "persons_clean": 3,
        "households": 1,
        "households_clean": 1,
        "households_grade_a": 1,
        "male_45_49": 1,
        "female_40_44": 1,
        "female_10_14": 1,
        "education_sma": 1,
        "education_smp": 1,
        "education_sd": 1,
        "activity_working": 1,
        "activity_housekeeping": 1,
        "activity_school": 1,
        "relationship_head": 1,
        "relationship_spouse": 1,
        "relationship_child": 1,
    }
    assert log.totals() == dict.fromkeys((VILLAGE, DISTRICT, REGENCY, PROVINCE, NATION), expected)


def test_answers_not_given_count_nowhere() -> None:
    log = SubmissionLog()
    baby = member(None, date(2024, 2, 3), relationship=3, sex=1, marital=1, activity=None, education=None)
    log.send(family(head(), wife(), baby))
    totals = log.totals()[NATION]
    assert totals["without_nik"] == 1
    assert totals["male_00_04"] == 1
    assert sum(number for counter, number in totals.items() if counter.startswith("education_")) == 2
    assert sum(number for counter, number in totals.items() if counter.startswith("activity_")) == 2


def test_age_bands_meet_at_the_birthday() -> None:
    log = SubmissionLog()
    turns_five = member("3509120109210011", date(2021, 9, 1), relationship=3, sex=1, marital=1, activity=4, education=0)
    still_four = member(
        "3509120209210012", date(2021, 9, 2), relationship=3, sex=1, marital=1, activity=None, education=None
    )
    born_later = member(
        "3509121509260013", date(2026, 9, 15), relationship=3, sex=1, marital=1, activity=None, education=None
    )
    oldest = member("3509120109510014", date(1951, 9, 1), relationship=6, sex=1, marital=4, activity=4, education=1)
    log.send(family(head(), wife(), turns_five, still_four, born_later, oldest))
    totals = log.totals()[NATION]
    assert totals["male_00_04"] == 2
    assert totals["male_05_09"] == 1
    assert totals["male_75_up"] == 1


def test_somebody_with_an_address_of_their_own_counts_there() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter(elsewhere=OTHER_VILLAGE)))
    assert counted(log, VILLAGE) == {"persons": 2, "households": 1}
    assert counted(log, OTHER_VILLAGE) == {"persons": 1}
    assert counted(log, PROVINCE) == {"persons": 3, "households": 1}
    assert log.totals()[OTHER_VILLAGE]["away_from_card"] == 1


def test_a_revision_that_drops_a_member_withdraws_the_member() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter()))
    log.send(family(head(), wife()), revision=1)
    assert counted(log) == {"persons": 2, "households": 1}


def test_the_highest_revision_counts_whenever_it_arrives() -> None:
    log = SubmissionLog()
    log.send(family(head()), revision=2)
    log.send(family(head(), wife(), daughter()), revision=1)
    assert counted(log) == {"persons": 1, "households": 1}


def test_of_equal_revisions_the_one_received_later_counts() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter()))
    log.send(family(head(), wife()))
    assert counted(log) == {"persons": 2, "households": 1}


def test_a_repeat_changes_nothing_even_after_a_revision() -> None:
    log = SubmissionLog()
    first = log.send(family(head(), wife()))
    log.send(family(head(), wife(), daughter()), revision=1)
    log.send(family(head(), wife()), submission=first)
    assert counted(log) == {"persons": 3, "households": 1}


def test_of_one_id_with_two_contents_the_first_on_the_log_wins() -> None:
    log = SubmissionLog()
    first = log.send(family(head(), wife()))
    log.send(family(head(), wife(), daughter()), submission=first, revision=7)
    assert counted(log) == {"persons": 2, "households": 1}


def test_the_same_id_under_another_card_is_another_submission() -> None:
    log = SubmissionLog()
    first = log.send(family(head(), wife()))
    log.send(family(uncle_as_head(), card=OTHER_CARD), submission=first)
    assert counted(log) == {"persons": 3, "households": 2}


def test_the_same_id_in_another_lineage_is_another_submission() -> None:
    log = SubmissionLog()
    first = log.send(family(head(), wife()))
    log.send(family(uncle_as_head(), daughter()), submission=first, lineage=b"another lineage!")
    assert counted(log) == {"persons": 4, "households": 2}


def test_a_lineage_has_its_first_500_forms() -> None:
    log = SubmissionLog()
    for revision in range(500):
        log.send(family(head()), revision=revision)
    repeated = log.send(family(head(), wife()), revision=500)
    assert counted(log) == {"persons": 1, "households": 1}
    log.send(family(head(), wife()), revision=501, submission=repeated)
    assert counted(log) == {"persons": 1, "households": 1}


def test_a_card_has_its_first_100_lineages() -> None:
    log = SubmissionLog()
    for number in range(100):
        log.send(family(head()), lineage=number.to_bytes(16))
    log.send(family(head(), wife()), lineage=b"one lineage more")
    assert counted(log) == {"persons": 1, "households": 1}
    log.send(family(head(), daughter()), lineage=(99).to_bytes(16), revision=1)
    assert counted(log) == {"persons": 2, "households": 1}


def test_a_record_that_counts_nothing_takes_no_id() -> None:
    log = SubmissionLog()
    broken = log.send(family(wife(), daughter()))
    log.send(family(head(), wife()), submission=broken)
    assert counted(log) == {"persons": 2, "households": 1}


def test_two_families_claim_one_person_and_the_later_claim_counts() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter()))
    log.send(family(uncle_as_head(), daughter(), card=OTHER_CARD, village=OTHER_VILLAGE))
    assert counted(log, VILLAGE) == {"persons": 2, "households": 1}
    assert counted(log, OTHER_VILLAGE) == {"persons": 2, "households": 1}
    assert log.recounted().conflicts() == 1


@pytest.mark.parametrize(("first", "second", "village"), [(7, 8, OTHER_VILLAGE), (8, 7, VILLAGE)])
def test_of_claims_of_one_moment_the_higher_submission_id_counts(first: int, second: int, village: str) -> None:
    log = SubmissionLog()
    log.send(family(head(), daughter()), submission=first)
    log.at -= timedelta(seconds=1)
    log.send(family(uncle_as_head(), daughter(), card=OTHER_CARD, village=OTHER_VILLAGE), submission=second)
    assert counted(log, village) == {"persons": 2, "households": 1}
    assert counted(log) == {"persons": 3, "households": 2}


def test_revising_a_form_does_not_renew_its_claims() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter()))
    log.send(family(uncle_as_head(), daughter(), card=OTHER_CARD, village=OTHER_VILLAGE))
    log.send(family(head(name="Budi S."), wife(), daughter()), revision=1)
    assert counted(log, OTHER_VILLAGE) == {"persons": 2, "households": 1}


def test_dropping_and_adding_again_does_renew_a_claim() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter()))
    log.send(family(uncle_as_head(), daughter(), card=OTHER_CARD, village=OTHER_VILLAGE))
    log.send(family(head(), wife()), revision=1)
    log.send(family(head(), wife(), daughter()), revision=2)
    assert counted(log, VILLAGE) == {"persons": 3, "households": 1}
    assert counted(log, OTHER_VILLAGE) == {"persons": 1, "households": 1}


def test_an_older_form_that_arrives_late_can_break_the_run_of_a_claim() -> None:
    """Revisions 0 and 2 have the daughter; revision 1, which comes last, has not: her claim is as old as revision 2."""
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter()))
    log.send(family(uncle_as_head(), daughter(), card=OTHER_CARD, village=OTHER_VILLAGE))
    log.send(family(head(), wife(), daughter()), revision=2)
    assert counted(log, OTHER_VILLAGE)["persons"] == 2
    log.send(family(head(), wife()), revision=1)
    assert counted(log, OTHER_VILLAGE)["persons"] == 1
    assert counted(log, VILLAGE)["persons"] == 3


def test_what_the_later_family_drops_comes_back_to_the_earlier() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter()))
    log.send(family(uncle_as_head(), daughter(), card=OTHER_CARD, village=OTHER_VILLAGE))
    log.send(family(uncle_as_head(), card=OTHER_CARD, village=OTHER_VILLAGE), revision=1)
    assert counted(log, VILLAGE) == {"persons": 3, "households": 1}
    assert counted(log, OTHER_VILLAGE) == {"persons": 1, "households": 1}


def test_a_family_under_a_new_card_is_one_family() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter(nik=None)))
    log.send(family(head(), wife(), daughter(nik=None), card=OTHER_CARD, village=OTHER_VILLAGE))
    assert counted(log, VILLAGE) == {}
    assert counted(log, OTHER_VILLAGE) == {"persons": 3, "households": 1}


def test_people_stay_where_the_head_has_left_and_riders_leave_with_the_head() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter(nik=None)))
    log.send(family(head(), card=OTHER_CARD, village=OTHER_VILLAGE))
    assert counted(log, VILLAGE) == {"persons": 1}
    assert counted(log, OTHER_VILLAGE) == {"persons": 1, "households": 1}


def test_a_second_lineage_under_one_card_adds_claims_and_withdraws_none() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife(), daughter()))
    log.send(family(head(), wife(), village=OTHER_VILLAGE), lineage=b"another lineage!")
    assert counted(log, VILLAGE) == {"persons": 1}
    assert counted(log, OTHER_VILLAGE) == {"persons": 2, "households": 1}


def test_a_head_without_a_number_counts_once_however_many_lineages() -> None:
    log = SubmissionLog()
    log.send(family(head(nik=None), wife(), daughter(nik=None)))
    assert counted(log) == {"persons": 3, "households": 1}
    log.send(family(head(nik=None), daughter(nik=None), village=OTHER_VILLAGE), lineage=b"another lineage!")
    assert counted(log, VILLAGE) == {"persons": 1}
    assert counted(log, OTHER_VILLAGE) == {"persons": 2, "households": 1}


def test_heads_without_a_number_under_two_cards_are_two_families() -> None:
    log = SubmissionLog()
    log.send(family(head(nik=None)))
    log.send(family(head(nik=None), card=OTHER_CARD))
    assert counted(log) == {"persons": 2, "households": 2}


CODE = household_code(b"0123456789")


def test_a_family_without_a_card_counts_under_its_code() -> None:
    log = SubmissionLog()
    form = family(head(), wife(), code=CODE)
    log.send(form)
    log.send(family(head(), code=CODE), revision=1)
    assert counted(log) == {"persons": 1, "households": 1}


def test_a_withdrawal_is_a_form_without_members() -> None:
    log = SubmissionLog()
    form = family(head(), wife())
    log.send(form, revision=1)
    log.withdraw(form, revision=2)
    assert counted(log) == {}
    log.send(form, revision=3)
    assert counted(log) == {"persons": 2, "households": 1}


def test_a_withdrawal_takes_back_what_was_received_before_it_whatever_its_revision() -> None:
    log = SubmissionLog()
    form = family(head(), wife())
    log.send(form, revision=1)
    log.withdraw(form, revision=0)
    assert counted(log) == {}
    log.send(form, revision=0)
    assert counted(log) == {}
    log.send(form, revision=1)
    assert counted(log) == {"persons": 2, "households": 1}


def test_what_cannot_be_read_counts_nothing_and_is_named() -> None:
    log = SubmissionLog()
    form = family(head(), wife())
    log.send(form)
    good = log.records[0].body
    log.append(b"")
    log.append(b"\x00" * 1_000)
    log.append(good[:-20])
    log.append(good[:-1] + bytes([good[-1] ^ 1]))
    log.append(good[:50] + b"x" * 16 + good[66:])
    log.send(form, subject=b"another family's")
    log.send(family(wife()))
    log.send(form, kind=Kind.CALENDAR)
    assert counted(log) == {"persons": 2, "households": 1}
    assert log.rows().passed_over == {
        "not-a-record": 2,
        "seal-broken": 3,
        "subject-mismatch": 1,
        "rule-errors": 1,
        "calendar": 1,
    }


def test_days_are_those_of_western_indonesia() -> None:
    log = SubmissionLog(at=datetime(2026, 10, 1, 16, 59, 59, tzinfo=UTC))
    log.send(family(head()))
    log.send(family(uncle_as_head(), card=OTHER_CARD))
    assert log.recounted().day_totals()["00|2026-10-01"] == {"persons": 1, "households": 1, "households_clean": 1}
    assert log.recounted().day_totals()["00|2026-10-02"] == {"persons": 1, "households": 1, "households_clean": 1}


def test_somebody_counts_on_the_day_that_the_claim_began_as_what_the_newest_form_says() -> None:
    log = SubmissionLog()
    log.send(family(head(), wife()))
    log.at = datetime(2026, 10, 5, 3, tzinfo=UTC)
    log.send(family(head(), wife(), daughter()), revision=1)
    days = log.recounted().day_totals()
    assert days["00|2026-10-01"]["persons"] == 2
    assert days["00|2026-10-05"] == {"persons": 1}


def uncle_as_head() -> Member:
    return msgspec.structs.replace(uncle(), relationship=1)
