"""What a family does besides filling in: save and resume, ask what became of its form, correct it, leave."""

import json
import re
from pathlib import Path

from services.intake.status.model import Progress
from tests.unit.portal_kit import HEAD, HOUSING, Family, at_browser, slug_of

CODE = re.compile(r"CCH-[0-9A-Z*~$=-]+")
_ROW = re.compile(r'<dd class="code">([^<]+)</dd>')


async def sent(family: Family) -> dict[str, str]:
    """What stands on the receipt."""
    await family.fill_in()
    receipt = await family.follow(await family.post("form/check"))
    code, number, _, _, correction, lineage = _ROW.findall(receipt.text)
    return {"code": code, "number": number, "correction": correction, "lineage": lineage}


def count_everything(family: Family) -> None:
    for partition in range(4):
        family.portal.intake.filed.positions[partition] = Progress(validated=100, counted=100, as_of=None)


def test_a_form_that_is_counted_says_so(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        receipt = await sent(family)
        count_everything(family)
        page = await family.post("status", receipt)
        assert 'class="state counted"' in page.text
        assert "This family is counted." in page.text
        assert "Contoh" not in page.text

    at_browser(tmp_path, story)


def test_a_form_that_waits_is_not_called_counted(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        receipt = await sent(family)
        page = await family.post("status", receipt)
        assert 'class="state accepted"' in page.text
        assert "Look again" in page.text

    at_browser(tmp_path, story, waiting=0.0)


def test_a_receipt_of_nobody_tells_nothing(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        receipt = await sent(family)
        count_everything(family)
        wrong = [
            receipt | {"code": "CCH-0000-0000-0000-0000-0"},
            receipt | {"number": "0f0e0d0c-0b0a-4999-8888-777766665555"},
            receipt | {"number": "../conflicts"},
            {},
        ]
        for each in wrong:
            page = await family.post("status", each)
            assert page.status_code == 422
            assert page.text.count("There is no form with this code and number.") == 2

    at_browser(tmp_path, story)


def test_the_receipt_can_be_taken_home_and_the_browser_left_clean(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        receipt = await sent(family)
        picture = await family.get("receipt/qr.svg")
        assert picture.headers["content-type"] == "image/svg+xml"
        file = await family.get("receipt/file")
        assert "attachment" in file.headers["content-disposition"]
        assert all(value in file.text for value in receipt.values())
        await family.get("receipt")
        assert slug_of(await family.post("done")) == ""
        assert (await family.get("receipt")).status_code == 410
        assert (await family.get("form/check")).status_code == 410

    at_browser(tmp_path, story)


def test_a_saved_form_goes_on_in_another_browser(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        await family.get("form/people/1/person")
        saving = await family.post("form/people/1/person", HEAD["person"] | {"action": "save"})
        assert slug_of(saving) == "save"
        await family.follow(saving)
        short = await family.post("save", {"pin": "123"})
        assert (short.status_code, short.text.count("The PIN must have 6 to 12 digits.")) == (422, 2)
        saved = await family.follow(await family.post("save", {"pin": "271828"}))
        code = _ROW.findall(saved.text)[0]
        assert code.startswith("DRF-")
        await family.post("done")
        assert (await family.get("form/people")).status_code == 410

        wrong = await family.post("resume", {"code": code, "pin": "314159"})
        assert wrong.status_code == 422
        resumed = await family.post("resume", {"code": code, "pin": "271828"})
        assert slug_of(resumed) == "form/people/1/origin"
        assert "Budi Contoh" in (await family.get("form/people")).text

        await family.fill_in_person(1)
        await family.get("form/housing")
        await family.post("form/housing", HOUSING)
        await family.get("form/check")
        assert slug_of(await family.post("form/check")) == "receipt"
        assert family.portal.drafts.kept == {}

    at_browser(tmp_path, story)


def test_saving_a_page_with_errors_keeps_what_is_right(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        await family.get("form/people/1/person")
        wrong = HEAD["person"] | {"nik": "350912", "birth_date-month": "13", "action": "save"}
        assert slug_of(await family.post("form/people/1/person", wrong)) == "save"
        page = await family.get("form/people/1/person")
        assert 'value="Budi Contoh"' in page.text
        assert "350912" not in page.text
        check = await family.get("form/check")
        assert "Some parts are not filled in yet." in check.text
        assert "form/people/1/person" in check.text

    at_browser(tmp_path, story)


def test_a_form_is_corrected_with_what_stands_on_its_receipt(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        receipt = await sent(family)
        await family.post("done")
        wrong = await family.post("correct", {"code": "0000-0000-0000-0000-0", "lineage": receipt["lineage"]})
        assert wrong.status_code == 422
        assert (await family.post("correct", {"code": "1", "lineage": "2"})).status_code == 422
        begun = await family.post("correct", {"code": receipt["correction"], "lineage": receipt["lineage"]})
        assert slug_of(begun) == "form/household"
        await family.fill_in()
        assert slug_of(await family.post("form/check")) == "receipt"
        first, second = family.portal.intake.opened()
        assert first[0].lineage == second[0].lineage
        assert first[0].id != second[0].id
        assert second[0].revision > first[0].revision
        assert "correction" not in json.loads(second[1])

    at_browser(tmp_path, story)


def test_a_new_form_does_not_begin_with_the_old_answers(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        start = await family.get("")
        assert "not finished" in start.text
        assert slug_of(await family.post("new")) == "form/household"
        assert "3509121201150001" not in (await family.get("form/household")).text

    at_browser(tmp_path, story)
