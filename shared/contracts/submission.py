"""The questionnaire's answers as typed structs: what a household sends and what the log keeps sealed.

Only the shape lives here. What the answers mean, and which of them contradict each other, is `shared.domain`.
"""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

QUESTIONNAIRE_VERSION = 1
MAX_MEMBERS = 60

Text = Annotated[str, Meta(min_length=1, max_length=200)]
ShortText = Annotated[str, Meta(min_length=1, max_length=8)]
RegionCode = Annotated[str, Meta(pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}$")]
Month = Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
SubmissionId = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Number16 = Annotated[str, Meta(min_length=1, max_length=40)]
"""A card or identity number as written; its sixteen digits are checked by `shared.domain`, with better words."""


def _code(highest: int, lowest: int = 1) -> Meta:
    return Meta(ge=lowest, le=highest)


class _Answers(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    pass


class Address(_Answers, frozen=True, kw_only=True):
    village: RegionCode
    rt: ShortText | None = None
    rw: ShortText | None = None
    street: Text | None = None


class Member(_Answers, frozen=True, kw_only=True):
    name: Text
    nik: Number16 | None = None
    no_nik_reason: Annotated[int, _code(4)] | None = None
    relationship: Annotated[int, _code(8)]
    sex: Annotated[int, _code(2)]
    birth_place: Text | None = None
    birth_date: date
    birth_certificate: bool | None = None
    citizenship: Annotated[int, _code(2)] = 1
    country: Text | None = None
    ethnicity: Text | None = None
    speaks_indonesian: bool | None = None
    religion: Annotated[int, _code(7)] | None = None
    marital_status: Annotated[int, _code(4)]
    at_address_since: Month | None = None
    same_as_card: bool = True
    address: Address | None = None
    activity: Annotated[int, _code(4)] | None = None
    occupation: Annotated[int, _code(10)] | None = None
    occupation_text: Text | None = None
    work_status: Annotated[int, _code(7)] | None = None
    education: Annotated[int, _code(7, lowest=0)] | None = None


class Housing(_Answers, frozen=True, kw_only=True):
    tenure: Annotated[int, _code(5)]
    electricity: Annotated[int, _code(7)]
    water: Annotated[int, _code(6)]
    toilet: Annotated[int, _code(4)]
    floor: Annotated[int, _code(9)]


class Household(_Answers, frozen=True, kw_only=True):
    """The answers of one household: the content that is hashed, sealed and kept.

    `card` is the family card number; a family without one has a `code` that the form gave it.
    """

    version: Annotated[int, _code(QUESTIONNAIRE_VERSION)]
    card: Number16 | None = None
    code: Annotated[str, Meta(min_length=8, max_length=40)] | None = None
    address: Address
    members: Annotated[tuple[Member, ...], Meta(min_length=1, max_length=MAX_MEMBERS)]
    housing: Housing


class Correction(_Answers, frozen=True, kw_only=True):
    """Proof that the sender of a revision also sent the earlier form. Never sealed, never logged."""

    lineage: SubmissionId
    code: Annotated[str, Meta(min_length=16, max_length=40)]


class Submission(Household, frozen=True, kw_only=True):
    """What a client posts: the household's answers, and how they relate to earlier ones."""

    id: SubmissionId | None = None
    revision: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    correction: Correction | None = None


_submission_decoder = msgspec.json.Decoder(Submission)
_household_decoder = msgspec.json.Decoder(Household)
_encoder = msgspec.json.Encoder()


def decode_submission(body: bytes) -> Submission:
    """Raises msgspec.ValidationError (wrong shape) or msgspec.DecodeError (not JSON); both are ValueErrors."""
    return _submission_decoder.decode(body)


def decode_household(content: bytes) -> Household:
    """Read the canonical content that a sealed payload holds. Raises as `decode_submission` does."""
    return _household_decoder.decode(content)


def content_of(submission: Submission) -> bytes:
    """Canonical JSON: schema order, absent answers omitted, no white space. Equal answers are equal bytes."""
    return _encoder.encode(
        Household(
            version=submission.version,
            card=submission.card,
            code=submission.code,
            address=submission.address,
            members=submission.members,
            housing=submission.housing,
        )
    )
