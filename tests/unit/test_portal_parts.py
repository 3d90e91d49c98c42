"""The portal's parts: texts, pages, skip rules, seals."""

import ast
import asyncio
import os
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

import services.portal
from services.portal.form.document import submission
from services.portal.form.draft import Draft, new_draft, with_answers, with_person
from services.portal.form.pages import Way
from services.portal.form.reading import read_answer, shown_parts
from services.portal.form.skipping import style_sheet
from services.portal.saving.safe import MemoryDrafts, Safe, WrongPin, is_pin, read_code
from services.portal.sessions.jar import Jar, TooLarge
from services.portal.sessions.sealing import NotSealedHere, Seal
from services.portal.texts import TEXTS
from shared.domain.questionnaire import in_force
from shared.web.templates import COMMON
from tests.unit.portal_kit import CHEAP

HERE = Path(services.portal.__file__).parent
TODAY = in_force(date(2026, 11, 1))
WAY = Way(TODAY, date(2026, 9, 1))
_USED = re.compile(r"""(?<![.\w])words\(\s*["']([a-z0-9-]+)["'](\s*~)?""")


def keys_of_templates() -> tuple[set[str], set[str]]:
    """Keys in full, and beginnings of those that are put together."""
    files = [file for folder in (HERE / "templates", COMMON) for file in folder.rglob("*.html")]
    found = [use for file in files for use in _USED.findall(file.read_text("utf-8"))]
    return {key for key, joined in found if not joined}, {key for key, joined in found if joined}


def keys_of_code() -> set[str]:
    """Every text constant that is a key: more than are used as one, and none that is not written down somewhere."""
    trees = [ast.parse(file.read_text("utf-8")) for file in HERE.rglob("*.py") if not file.name.startswith("texts")]
    constants = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {key for key in TEXTS if key in constants}


def test_every_text_that_a_template_shows_is_there_in_both_languages() -> None:
    whole, beginnings = keys_of_templates()
    assert whole - TEXTS.keys() == set()
    assert all(any(key.startswith(begin) for key in TEXTS) for begin in beginnings)
    for key, words in TEXTS.items():
        assert words.id.strip(), key
        assert words.en.strip(), key
        assert set(re.findall(r"{\w+}", words.id)) == set(re.findall(r"{\w+}", words.en)), key


def test_no_text_is_left_over() -> None:
    whole, beginnings = keys_of_templates()
    ends = ("-title", "-text")
    put_together = {key for key in TEXTS if key.startswith(tuple(beginnings)) or key.endswith(ends)}
    levels = {"province", "regency", "district", "village", "day", "month", "year"}
    assert TEXTS.keys() - whole - put_together - keys_of_code() - levels == set()


def test_the_style_sheet_of_skip_rules_is_the_questionnaires() -> None:
    kept = (HERE / "static/skip.css").read_text("utf-8")
    assert kept == style_sheet(TODAY), "make it again with services.portal.form.skipping.style_sheet"


def test_every_field_of_the_questionnaire_is_on_one_page() -> None:
    draft = with_person(with_answers(new_draft(), "/members/0", {"name": "Ani"}, ""), 1)
    elsewhere = Draft(id=draft.id, document=draft.document, people=draft.people, last_person=1, elsewhere=(1,))
    shown = [place.pointer for page in WAY.pages(elsewhere) for place in page.places]
    made_by_the_form = {"/id", "/revision", "/version", "/code", "/correction/lineage", "/correction/code"}
    wanted = {place.pointer for place in TODAY.places if place.field.record is None} - made_by_the_form
    assert sorted(shown) == sorted(wanted)


def test_a_problem_is_mended_on_the_page_that_asks_for_it() -> None:
    draft = with_person(with_answers(new_draft(), "/members/0", {"name": "Ani"}, ""), 1)
    pages = {
        "/card": "household",
        "/address/village": "address",
        "/members/0/nik": "people/1/person",
        "/members/0/work_status": "people/1/work",
        "/housing/water": "housing",
        "/members": None,
        "": None,
    }
    for pointer, slug in pages.items():
        page = WAY.of_pointer(draft, pointer)
        assert (page.slug if page else None) == slug


@given(st.dates())
def test_a_date_is_read_as_it_was_shown(day: date) -> None:
    field = TODAY.place("/members/0/birth_date").field
    posted = {f"birth_date-{name}": text for name, text in shown_parts(field, day.isoformat()).items()}
    assert read_answer(field, posted) == day.isoformat()


def test_what_is_sent_has_no_answer_to_what_was_not_asked() -> None:
    answers = {
        "name": "Ani",
        "birth_date": "2024-01-01",
        "activity": 1,
        "occupation": 2,
        "citizenship": 1,
        "country": "Malaysia",
        "nik": "1",
        "no_nik_reason": 1,
    }
    draft = with_person(with_answers(new_draft(), "/members/0", answers, ""), 1)
    (member,) = submission(draft, WAY)["members"]
    assert member == {"name": "Ani", "birth_date": "2024-01-01", "citizenship": 1, "nik": "1"}


def test_what_is_sealed_opens_for_its_purpose_and_no_other() -> None:
    seal = Seal(b"secret", "one")
    sealed = seal.seal(b"answers")
    assert seal.open(sealed) == b"answers"
    assert b"answers" not in sealed
    for other in (Seal(b"secret", "two"), Seal(b"other", "one")):
        with pytest.raises(NotSealedHere):
            other.open(sealed)
    with pytest.raises(NotSealedHere):
        seal.open(b"short")


def cookies_of(response: Response) -> dict[str, str]:
    lines = [value.decode() for name, value in response.raw_headers if name == b"set-cookie"]
    return dict(line.partition(";")[0].split("=", 1) for line in lines)


def test_large_contents_take_several_cookies_and_small_ones_give_them_back() -> None:
    jar = Jar("form", Seal(b"secret", "form"), 60)
    large = bytes(range(256)) * 20
    response = Response()
    noise = os.urandom(7_000)
    jar.write(response, noise, {}, secure=True)
    cookies = cookies_of(response)
    assert len(cookies) == 3
    assert all(len(value) <= 3_800 for value in cookies.values())
    assert jar.read(cookies) == noise
    fewer = Response()
    jar.write(fewer, large, cookies, secure=True)
    assert jar.read({**cookies, **cookies_of(fewer)}) == large
    with pytest.raises(TooLarge):
        jar.write(Response(), os.urandom(40_000), {}, secure=True)


def test_a_saved_draft_opens_with_code_and_pin_together() -> None:
    async def story() -> None:
        drafts = MemoryDrafts()
        safe = Safe(drafts, CHEAP)
        draft = with_answers(new_draft(), "", {"card": "3509121201150001"}, "household")
        code = await safe.save(draft, "123456", None)
        assert await safe.resume(code.lower().replace("-", " ").replace("drf ", "DRF-"), "123456") == draft
        assert await safe.save(draft, "654321", code) == code
        for wrong_code, wrong_pin in ((code, "123456"), ("DRF-0000-0000-0000-0000-0", "654321"), ("", "")):
            with pytest.raises(WrongPin):
                await safe.resume(wrong_code, wrong_pin)
        (name, sealed), *others = drafts.kept.items()
        assert not others
        secret = read_code(code)
        assert secret is not None
        assert secret.hex() not in name
        assert secret not in sealed
        assert b"3509" not in sealed
        await safe.forget(code)
        assert drafts.kept == {}

    asyncio.run(story())


def test_guessing_a_pin_is_slow() -> None:
    async def story() -> None:
        safe = Safe(MemoryDrafts(), CHEAP)
        draft = new_draft()
        code = await safe.save(draft, "123456", None)
        for guess in range(10):
            with pytest.raises(WrongPin):
                await safe.resume(code, f"{guess:06}")
        with pytest.raises(WrongPin):
            await safe.resume(code, "123456")

    asyncio.run(story())


@pytest.mark.parametrize(
    ("text", "good"),
    [("123456", True), ("12345", False), ("1234567890123", False), ("12345a", False), ("١٢٣٤٥٦", False)],
)
def test_a_pin_is_digits(text: str, *, good: bool) -> None:
    assert is_pin(text) is good
