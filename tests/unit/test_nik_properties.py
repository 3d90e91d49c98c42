from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.card_messages import CARD_MESSAGES
from shared.domain.digits import canonical, damage
from shared.domain.kk import is_plain_kk, parse_kk
from shared.domain.nik import Sex, is_plain_nik, nik_key_digits, parse_nik
from shared.domain.regions import Level, catalogue, retired_numbers

TODAY = date(2026, 11, 24)
FIRST_DAY = date(1900, 1, 1)

present = st.deferred(lambda: st.sampled_from(catalogue().codes(Level.DISTRICT)))
retired = st.deferred(lambda: st.sampled_from([code for code in retired_numbers() if len(code) == 8]))
births = st.dates(FIRST_DAY, TODAY)
sexes: st.SearchStrategy[Sex] = st.sampled_from(("male", "female"))
serials = st.integers(1, 9_999)
separators = st.text(" .-", max_size=3)
PIECES = ("O", "l", ".", "-", " ", "x", ",", "\u00b9", "\u0661", "\uff11", "\u00a0", "E+15")


dated = st.builds(
    "{:06}{:02}{:02}{:02}{:04}".format,
    st.sampled_from((350912, 910101, 353001, 540101, 100)),
    st.one_of(st.integers(0, 99), st.integers(28, 31), st.integers(68, 71)),
    st.integers(0, 13),
    st.integers(0, 99),
    st.integers(0, 9_999),
)
"""Sixteen digits whose date is usually almost one."""


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Such digits, or nearly as many, with pieces put in or over them: where the mistakes of a parser lie."""
    text = draw(st.one_of(dated, dated, st.text("0123456789", min_size=15, max_size=17)))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from(PIECES)) + text[place + draw(st.integers(0, 1)) :]
    return (
        draw(st.sampled_from(("", "", " ", "-", "."))) + text + draw(st.sampled_from(("", "", "\n", ".", ".0", ",00")))
    )


@st.composite
def foreign(draw: st.DrawFn) -> str:
    """Sixteen characters that Unicode calls digits, at least one of them not ASCII's."""
    text, place = draw(dated), draw(st.integers(0, 15))
    return (
        text[:place] + draw(st.characters(categories=["Nd", "No"], exclude_characters="0123456789")) + text[place + 1 :]
    )


texts = st.one_of(
    dated,
    damaged(),
    foreign(),
    st.text(),
    st.text("0123456789 .-OoIlEe+,\t", max_size=24),
    st.text(st.characters(categories=["Nd", "No", "Nl", "Zs", "Pd"]), max_size=20),
)


def number(district: str, birth: date, sex: Sex, serial: int) -> str:
    """Built as the rules say a number is, with nothing of the code under test."""
    day = birth.day + (40 if sex == "female" else 0)
    return f"{district.replace('.', '')}{day:02}{birth.month:02}{birth.year % 100:02}{serial:04}"


@given(district=st.one_of(present, retired), birth=births, sex=sexes, serial=serials)
def test_a_number_parses_back_to_what_it_was_made_of(district: str, birth: date, sex: Sex, serial: int) -> None:
    """Shown to catch: women's days counted from 41 as `day + 41`; candidates without the twentieth century."""
    nik = parse_nik(number(district, birth, sex, serial), as_of=TODAY)
    assert nik.valid
    assert nik.region == district
    assert nik.sex == sex
    assert birth in nik.birth_dates
    assert all(found.year % 100 == birth.year % 100 and found <= TODAY for found in nik.birth_dates)
    assert nik.warnings == (() if district in catalogue() else ("nik-region-retired",))


@given(district=present, birth=births, sex=sexes, serial=serials)
def test_the_stated_date_and_sex_settle_what_the_number_leaves_open(
    district: str, birth: date, sex: Sex, serial: int
) -> None:
    """Shown to catch: the first candidate taken instead of the stated one."""
    text = number(district, birth, sex, serial)
    nik = parse_nik(text, as_of=TODAY, stated_birth_date=birth, stated_sex=sex)
    assert (nik.birth_dates, nik.warnings) == ((birth,), ())


@given(birth=births, stated=births, sex=sexes, stated_sex=sexes)
def test_what_was_stated_never_makes_a_number_invalid(birth: date, stated: date, sex: Sex, stated_sex: Sex) -> None:
    """Shown to catch: a sex that differs reported as an error."""
    nik = parse_nik(number("35.09.12", birth, sex, 9_901), as_of=TODAY, stated_birth_date=stated, stated_sex=stated_sex)
    assert nik.valid
    agrees = (stated.year % 100, stated.month, stated.day) == (birth.year % 100, birth.month, birth.day)
    assert ("nik-birth-date-mismatch" in nik.warnings) is not agrees
    assert ("nik-sex-mismatch" in nik.warnings) is (sex != stated_sex)


@settings(max_examples=400)
@given(text=texts, as_of=st.dates())
def test_no_text_raises_and_every_answer_is_whole(text: str, as_of: date) -> None:
    """Shown to catch: `str.isdigit` without `isascii` (a superscript digit passed); a day that its month lacks
    made into a date without a way out."""
    for parsed in (parse_nik(text, as_of=as_of), parse_kk(text, as_of=as_of)):
        assert parsed.valid is (not parsed.errors)
        assert all(CARD_MESSAGES[code].severity == "error" for code in parsed.errors)
        assert all(CARD_MESSAGES[code].severity == "warning" for code in parsed.warnings)
        assert parsed.digits == nik_key_digits(text)
        assert parsed.digits is None or (len(parsed.digits) == 16 and parsed.digits.isascii())


@settings(max_examples=400)
@given(text=texts)
def test_only_sixteen_ascii_digits_pass(text: str) -> None:
    """Shown to catch: separators taken out before the place of each was looked at; fifteen digits and `.0` read as
    sixteen digits."""
    digits = canonical(text)
    if digits is None:
        assert damage(text)
    else:
        assert damage(text) == ()
        assert len(digits) == 16
        assert set(digits) <= set("0123456789")
        assert [character for character in text if character not in " .-\t\r\n"] == list(digits)


@given(
    parts=st.lists(separators, min_size=15, max_size=15),
    birth=births,
    sex=sexes,
)
def test_separators_between_digits_change_nothing(parts: list[str], birth: date, sex: Sex) -> None:
    """Shown to catch: only one separator allowed in a row."""
    plain = number("35.09.12", birth, sex, 9_901)
    spread = "".join(digit + part for digit, part in zip(plain, [*parts, ""], strict=True))
    assert parse_nik(spread, as_of=TODAY) == parse_nik(plain, as_of=TODAY)


@given(district=present, day=st.dates(date(1977, 1, 1), TODAY), serial=serials)
def test_a_family_card_parses_back_to_what_it_was_made_of(district: str, day: date, serial: int) -> None:
    """Shown to catch: the day of a card lowered by 40 as a woman's is; cards of 1977 to 1999 taken for the future."""
    card = parse_kk(number(district, day, "male", serial), as_of=TODAY)
    assert (card.valid, card.warnings, card.region) == (True, (), district)
    assert card.recorded_on == (day,)
    assert not parse_kk(number(district, day, "female", serial), as_of=TODAY).valid


nearly = st.one_of(
    dated.filter(lambda text: len(text) == 16),
    st.builds(number, st.one_of(present, retired), st.dates(date(1880, 1, 1), date(2110, 1, 1)), sexes, serials),
    st.builds(number, present, births, sexes, st.sampled_from((0, 1))),
)


@settings(max_examples=400)
@given(digits=nearly, as_of=st.one_of(births, st.just(TODAY)), data=st.data())
def test_a_plain_number_is_one_of_which_there_is_nothing_to_say(digits: str, as_of: date, data: st.DataObject) -> None:
    """Shown to catch: `is_plain_nik` without the serial, without the future, without the century, with the list of
    retired districts."""
    said = parse_nik(digits, as_of=TODAY).birth_dates
    centuries = [day.replace(year=day.year + shift) for day in said if day.day < 29 for shift in (-100, 0, 100)]
    stated = data.draw(st.sampled_from(centuries) | births if centuries else births)
    sex = data.draw(sexes)
    read = parse_nik(digits, as_of=as_of, stated_birth_date=stated, stated_sex=sex)
    plain = is_plain_nik(digits, as_of=as_of, birth_date=stated, female=sex == "female")
    assert plain is (not read.errors and not read.warnings)


@settings(max_examples=400)
@given(text=st.one_of(nearly, texts), as_of=st.one_of(st.dates(date(1950, 1, 1), TODAY), st.just(TODAY)))
def test_a_plain_card_is_one_of_which_there_is_nothing_to_say(text: str, as_of: date) -> None:
    """Shown to catch: `is_plain_kk` with cards of before 1977, and with a recording that is still to come."""
    read = parse_kk(text, as_of=as_of)
    assert is_plain_kk(text, as_of=as_of) is (not read.errors and not read.warnings)
