"""A family at the form: what it is asked, what it is told, and what arrives at intake."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.portal_kit import HEAD, HOUSING, Family, at_browser, slug_of


def sent_forms(family: Family) -> list[dict[str, Any]]:
    return [json.loads(content) for _, content in family.portal.intake.opened()]


def test_a_form_that_was_filled_in_arrives_as_it_was_meant(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        checked = await family.fill_in()
        assert "Kabupaten Jember" in checked.text
        receipt = await family.follow(await family.post("form/check"))
        assert "CCH-" in receipt.text
        (form,) = sent_forms(family)
        assert form["card"] == "3509121201150001"
        assert form["address"] == {"village": "35.09.12.2003", "street": "Jalan Melati 3"}
        assert form["housing"] == {name: int(code) for name, code in HOUSING.items()}
        (member,) = form["members"]
        assert member["birth_date"] == "1980-02-01"
        assert member["speaks_indonesian"] is True
        assert member["work_status"] == 1

    at_browser(tmp_path, story)


def test_a_double_click_and_a_lost_answer_send_one_form(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in()
        cookies = dict(family.client.cookies)
        await family.post("form/check")
        await family.post("form/check")
        family.client.cookies.update(cookies)
        await family.post("form/check")
        assert len({head.id for head, _ in family.portal.intake.opened()}) == 1

    at_browser(tmp_path, story)


def test_after_an_answer_that_was_lost_nothing_can_be_changed_until_it_is_known(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in()
        family.portal.lost = 1
        uncertain = await family.post("form/check")
        assert uncertain.status_code == 503
        assert "It is not certain" in uncertain.text
        assert slug_of(await family.get("form/housing")) == "form/check"
        assert slug_of(await family.post("form/housing", HOUSING | {"water": "6"})) == "form/check"
        assert slug_of(await family.post("form/check")) == "receipt"
        opened = family.portal.intake.opened()
        assert len({(head.id, content) for head, content in opened}) == 1

    at_browser(tmp_path, story)


def test_intake_away_costs_no_answer(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        family.portal.away = True
        checked = await family.fill_in()
        assert "The last check cannot be made just now" in checked.text
        busy = await family.post("form/check")
        assert (busy.status_code, "The service is busy" in busy.text) == (503, True)
        family.portal.away = False
        family.restart_portal()
        assert slug_of(await family.post("form/check")) == "receipt"

    at_browser(tmp_path, story)


def test_a_portal_that_started_again_knows_the_answers(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        family.restart_portal()
        assert "Kecamatan" not in (await family.get("form/people")).text
        assert "Jalan Melati 3" in (await family.get("form/address")).text

    at_browser(tmp_path, story)


def test_errors_are_told_at_the_top_and_at_the_field_and_input_is_kept(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        await family.get("form/people/1/person")
        wrong = HEAD["person"] | {"nik": "350912010280000", "sex": ""}
        page = await family.post("form/people/1/person", wrong)
        assert page.status_code == 422
        assert "<title>Error: " in page.text
        assert page.text.count("The NIK has one digit too few") == 2
        assert 'href="#nik"' in page.text
        assert 'href="#sex-1"' in page.text
        assert 'id="sex-1"' in page.text
        assert 'value="350912010280000"' in page.text
        assert 'value="Budi Contoh"' in page.text
        assert slug_of(await family.post("form/people/1/person", HEAD["person"])) == "form/people/1/origin"

    at_browser(tmp_path, story)


def test_a_date_that_is_none_is_told_and_shown_as_it_was_typed(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        await family.get("form/people/1/person")
        page = await family.post("form/people/1/person", HEAD["person"] | {"birth_date-month": "Februari"})
        assert page.status_code == 422
        assert 'value="Februari"' in page.text
        assert 'href="#birth_date-day"' in page.text

    at_browser(tmp_path, story)


def test_a_mismatch_is_told_once_and_locks_nobody_out(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        await family.get("form/people/1/person")
        doubt = await family.post("form/people/1/person", HEAD["person"] | {"sex": "2"})
        assert doubt.status_code == 200
        assert "The sex in the NIK is not the one filled in" in doubt.text
        assert 'name="confirmed" value="nik-sex-mismatch"' in doubt.text
        again = HEAD["person"] | {"sex": "2", "confirmed": "nik-sex-mismatch"}
        assert slug_of(await family.post("form/people/1/person", again)) == "form/people/1/origin"

    at_browser(tmp_path, story)


def test_a_small_child_is_asked_neither_for_school_nor_for_work(tmp_path: Path) -> None:
    child = {
        "person": HEAD["person"]
        | {"name": "Ani", "nik": "", "no_nik_reason": "1", "relationship": "3", "birth_date-year": "2024"},
        "origin": {"citizenship": "1", "religion": "1"},
        "residence": HEAD["residence"],
    }

    async def story(family: Family) -> None:
        await family.fill_in_home()
        await family.fill_in_person(1)
        assert slug_of(await family.fill_in_person(2, child)) == "form/people"
        assert (await family.get("form/people/2/work")).status_code == 404
        origin = await family.get("form/people/2/origin")
        assert "Speaks Indonesian" not in origin.text

    at_browser(tmp_path, story)


def test_an_age_that_is_corrected_takes_answers_out_and_brings_them_back(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in()
        born_later = HEAD["person"] | {"nik": "", "no_nik_reason": "3", "birth_date-year": "2023"}
        await family.get("form/people/1/person?from=check")
        confirmed = {"return": "check", "confirmed": "composition-head-young"}
        assert slug_of(await family.post("form/people/1/person", born_later | confirmed)) == "form/check"
        assert "Usual activity" not in (await family.get("form/check")).text
        await family.get("form/people/1/person?from=check")
        assert slug_of(await family.post("form/people/1/person", HEAD["person"] | {"return": "check"})) == "form/check"
        assert "Usual activity" in (await family.get("form/check")).text

    at_browser(tmp_path, story)


def test_somebody_in_lodgings_is_asked_where(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        for topic in ("person", "origin"):
            await family.get(f"form/people/1/{topic}")
            await family.post(f"form/people/1/{topic}", HEAD[topic])
        moved = await family.post("form/people/1/residence", HEAD["residence"] | {"elsewhere": "true"})
        assert slug_of(moved) == "form/people/1/address"
        for region in ("35", "35.78", "35.78.01"):
            await family.post("form/people/1/address", {"region": region})
        done = await family.post("form/people/1/address", {"region": "35.78.01.1001"})
        assert slug_of(done) == "form/people/1/education"

    at_browser(tmp_path, story)


def test_an_address_is_chosen_from_the_list_and_nothing_else_is_taken(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.get("form/household")
        await family.post("form/household", {"card": "3509121201150001"})
        await family.get("form/address")
        nothing = await family.post("form/address", {"region": ""})
        assert (nothing.status_code, nothing.text.count("Nothing is chosen yet.")) == (422, 2)
        for region in ("35", "35.09", "35.09.12"):
            await family.post("form/address", {"region": region})
        made_up = await family.post("form/address", {"region": "35.09.12.9999"})
        assert (made_up.status_code, made_up.text.count("This village is not on the list.")) == (422, 2)
        again = await family.follow(await family.post("form/address", {"again": "35"}))
        assert "Kabupaten Jember" in again.text

    at_browser(tmp_path, story)


def test_a_family_without_a_card_gets_a_code(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.get("form/household")
        neither = await family.post("form/household", {"card": ""})
        assert neither.status_code == 422
        await family.fill_in(card="")
        receipt = await family.follow(await family.post("form/check"))
        (form,) = sent_forms(family)
        assert form["code"].startswith("KRT-")
        assert form["code"] in receipt.text
        assert "card" not in form

    at_browser(tmp_path, story)


def test_removing_somebody_twice_removes_one(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        await family.fill_in_person(1)
        second = HEAD | {
            "person": HEAD["person"] | {"name": "Siti", "nik": "", "no_nik_reason": "3", "relationship": "8"}
        }
        await family.fill_in_person(2, second)
        assert "Remove Budi Contoh from the form?" in (await family.get("form/people/1/remove")).text
        await family.post("form/people/1/remove")
        people = await family.follow(await family.post("form/people/1/remove"))
        assert "Siti" in people.text
        assert "Budi" not in people.text
        assert (await family.get("form/people/1/person")).status_code == 404
        assert (await family.get("form/people/3/person")).status_code == 200

    at_browser(tmp_path, story)


def test_what_only_the_whole_form_shows_is_told_before_it_is_sent(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        await family.fill_in_person(1, HEAD | {"person": HEAD["person"] | {"relationship": "8"}})
        await family.get("form/housing")
        checked = await family.follow(await family.post("form/housing", HOUSING))
        assert 'role="alert"' in checked.text
        refused = await family.post("form/check")
        assert refused.status_code == 422
        assert sent_forms(family) == []

    at_browser(tmp_path, story)


def test_a_census_that_was_closed_meanwhile_is_said_as_such(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in()
        intake = family.portal.intake
        intake.calendars.closed = "2026-11-18T11:06:40Z"
        await intake.wiring.gate.renew()
        for page in (await family.post("form/check"), await family.get("form/check")):
            assert page.status_code == 403
            assert "The census was closed for good" in page.text
        assert sent_forms(family) == []

    at_browser(tmp_path, story)


def test_an_hour_without_use_closes_the_form(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        family.portal.now += 59 * 60
        assert (await family.get("form/address")).status_code == 200
        family.portal.now += 61 * 60
        closed = await family.get("form/address")
        assert closed.status_code == 410
        assert "The form is closed" in closed.text

    at_browser(tmp_path, story)


def test_a_post_from_elsewhere_is_refused(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.get("form/household")
        card = {"card": "3509121201150001"}
        assert (await family.post("form/household", card, sec_fetch_site="cross-site")).status_code == 403
        assert (await family.post("form/household", card, origin="http://elsewhere.test")).status_code == 403
        assert (await family.post("form/household", card | {"token": "made-up"})).status_code == 403
        assert (await family.post("form/household", card, origin="http://portal.test")).status_code == 303

    at_browser(tmp_path, story)


def test_a_page_is_kept_by_nobody_and_runs_nothing(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        page = await family.get("form/household")
        assert page.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "<script" not in page.text
        cookie = page.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie

    at_browser(tmp_path, story)


def test_a_cookie_that_was_changed_opens_nothing(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        value = family.client.cookies["cacah-form"]
        family.client.cookies.clear()
        family.client.cookies.set("cacah-form", value[:-8] + "AAAAAAA=")
        assert (await family.get("form/people")).status_code == 410

    at_browser(tmp_path, story)


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_page_of_a_family_is_larger_than_fifteen_kilobytes(tmp_path: Path, language: str) -> None:
    async def story(family: Family) -> None:
        await family.fill_in()
        for person in range(2, 9):
            other = {"name": f"Anggota Keluarga {person}", "nik": "", "no_nik_reason": "3", "relationship": "8"}
            await family.fill_in_person(person, HEAD | {"person": HEAD["person"] | other})
        await family.get("form/people")
        await family.get("form/check")
        assert (await family.get("form/people/2/check")).status_code == 200
        await family.get("form/check")
        await family.post("form/check")
        await family.get("receipt")
        sizes = {slug: len(body) for slug, body in family.pages}
        assert {slug: size for slug, size in sizes.items() if size > 15 * 1024} == {}

    at_browser(tmp_path, story, language)


def test_a_family_of_sixty_with_long_names_fits_into_the_browser(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in_home()
        for person in range(1, 61):
            name = f"{person} " + "".join(chr(97 + (person * each) % 26) for each in range(40))
            answers = HEAD["person"] | {"name": name, "nik": "", "no_nik_reason": "3", "relationship": "8"}
            if person == 1:
                answers |= {"relationship": "1"}
            await family.fill_in_person(person, HEAD | {"person": answers})
        assert sum(len(value) for value in family.client.cookies.values()) < 16_000
        assert (await family.get("form/people/61/person")).status_code == 404

    at_browser(tmp_path, story)


def test_the_application_has_no_page_that_needs_a_language_and_lacks_one(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        assert (await family.client.get("/", headers={"accept-language": "en"})).headers["location"] == "/en/"
        assert (await family.client.get("/de/")).status_code == 404
        assert (await family.get("nowhere")).status_code == 404

    at_browser(tmp_path, story)


def test_intake_is_told_for_whom_it_is_asked(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in()
        await family.post("form/check", None, x_forwarded_for="203.0.113.7")
        assert family.portal.asked[-1]["x-forwarded-for"] == "203.0.113.7, 127.0.0.1"

    at_browser(tmp_path, story)


def test_what_became_of_forms_is_counted_and_nothing_else_of_them(tmp_path: Path) -> None:
    async def story(family: Family) -> None:
        await family.fill_in()
        family.portal.lost = 1
        await family.post("form/check")
        await family.post("form/check")
        counted = (await family.client.get("/metrics")).text
        assert 'cacah_portal_sent_total{outcome="uncertain"} 1' in counted
        assert 'cacah_portal_sent_total{outcome="accepted"} 1' in counted
        assert 'cacah_portal_answers_total{status="503"} 1' in counted
        assert "Contoh" not in counted

    at_browser(tmp_path, story)
