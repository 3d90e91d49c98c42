"""What operators do, by their commands, on a running system: rosters, reviews, what was set aside."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from pymongo import MongoClient

from shared.contracts.topics import SUBMISSIONS, claims_topic
from tests.e2e.conftest import Cacah, wait_for

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]

BEFORE, DURING, AFTER = "00.01-BEFORE", "00.01-DURING", "00.01-AFTER"
NUMBER = re.compile(r"(?<![0-9a-f.])\d(?:[ .-]?\d){15}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Operator:
    cacah: Cacah
    key: str

    def run(self, *words: str, code: int = 0) -> str:
        done: subprocess.CompletedProcess[str] = self.cacah.run(*words, CACAH_PARTNER_KEY=self.key)
        assert done.returncode == code, done.stdout + done.stderr
        assert not NUMBER.search(done.stdout + done.stderr), "a command shows a number"
        return done.stderr if code else done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))

    def find(self, conflict: str, state: str) -> Mapping[str, Any]:
        """The review, once it is in this state."""
        url = f"{self.cacah.running.urls['intake']}/v1/conflicts/{conflict}"
        with httpx.Client(headers={"authorization": f"Bearer {self.key}"}) as http:
            wait_for(lambda: http.get(url).json().get("state") == state or None)
        found: Mapping[str, Any] = self.json("conflicts", "show", conflict)
        assert found["state"] == state
        return found


@pytest.fixture(scope="module")
def operator(cacah: Cacah) -> Operator:
    agencies = [word for code in (BEFORE, DURING, AFTER) for word in ("--agency", code)]
    scopes = [word for scope in ("read", "operate", "roster") for word in ("--scope", scope)]
    added = cacah.run("partners", "add", "an-operator", *scopes, *agencies, "--json")
    assert added.returncode == 0, added.stderr
    return Operator(cacah, json.loads(added.stdout)["key"])


def agencies(cacah: Cacah) -> dict[str, dict[str, int]]:
    with MongoClient[dict[str, Any]](cacah.running.mongo) as client:
        found = client[cacah.running.settings["CACAH_DATABASE"]]["agencies"].find()
        return {each["_id"]: each["counters"] for each in found}


def test_a_roster_before_during_and_after_its_people_answer_gives_the_same_counts(
    operator: Operator, tmp_path: Path
) -> None:
    cacah, forms, folder = operator.cacah, tmp_path / "forms.ndjson", tmp_path / "rosters"
    made = cacah.run(
        *("generate", "--region", "35.09", "--households", "400", "--seed", "41"),
        *("--out", str(forms), "--rosters", str(folder)),
    )
    assert made.returncode == 0, made.stderr
    people = [line for path in sorted(folder.glob("*.ndjson")) for line in path.read_text("ascii").splitlines()]
    assert len(people) > 20
    roster, left = tmp_path / "roster.ndjson", tmp_path / "left.ndjson"
    roster.write_text("\n".join(people), encoding="ascii")
    left.write_text("\n".join(people[::3]), encoding="ascii")
    lines = forms.read_bytes().splitlines(keepends=True)
    halves = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
    for path, half in zip(halves, (lines[: len(lines) // 2], lines[len(lines) // 2 :]), strict=True):
        path.write_bytes(b"".join(half))

    assert operator.json("roster", "put", BEFORE, str(roster))["added"] == len(people)
    # Garbage among the lines is refused, so the exit code is 1.
    cacah.run("submit", str(halves[0]))
    operator.run("roster", "put", DURING, str(roster))
    cacah.run("submit", str(halves[1]))
    cacah.wait_until_counted()
    operator.run("roster", "put", AFTER, str(roster))
    cacah.wait_until_counted()
    counts = agencies(cacah)
    assert counts[BEFORE] == counts[DURING] == counts[AFTER]
    assert counts[BEFORE]["members"] == len(set(people))
    assert 0 < counts[BEFORE]["clean"] <= counts[BEFORE]["responded"] < len(people)

    # The same file again changes nothing; whoever leaves takes the answer along.
    operator.run("roster", "put", BEFORE, str(roster))
    for code in (BEFORE, DURING, AFTER):
        assert operator.json("roster", "rm", code, str(left))["removed"] == len(people[::3])
    cacah.wait_until_counted()
    counts = agencies(cacah)
    assert counts[BEFORE] == counts[DURING] == counts[AFTER]
    assert counts[BEFORE]["members"] == len(set(people)) - len(set(people[::3]))
    assert operator.json("audit")["ok"] is True


def test_a_roster_line_that_names_nobody_is_told_and_the_rest_counts(operator: Operator, tmp_path: Path) -> None:
    roster = tmp_path / "roster.ndjson"
    roster.write_text('{"nik": "0012010101900001"}\n{"nik": "001"}\n\n', encoding="ascii")
    done = operator.cacah.run("roster", "put", BEFORE, str(roster), CACAH_PARTNER_KEY=operator.key)
    assert done.returncode == 1
    assert "line 2: " in done.stdout
    assert f"FAIL agency={BEFORE} added=1 refused=1" in done.stdout


def test_a_roster_of_somebody_elses_agency_is_refused(operator: Operator, tmp_path: Path) -> None:
    roster = tmp_path / "roster.ndjson"
    roster.write_text('{"nik": "0012010101900001"}\n', encoding="ascii")
    assert "fix: " in operator.run("roster", "put", "35.78-DINKES", str(roster), code=1)


def test_without_a_key_a_command_says_where_to_get_one(cacah: Cacah) -> None:
    done = cacah.run("conflicts", "ls")
    assert done.returncode == 2
    assert "cacah partners add" in done.stderr


def moved_head(cacah: Cacah, tmp_path: Path, seed: int) -> None:
    """A family of three or more whose head also answers alone, in another household."""
    forms = tmp_path / f"moved-{seed}.ndjson"
    made = cacah.run("generate", "--households", "40", "--seed", str(seed), "--region", "35.09", "--out", str(forms))
    assert made.returncode == 0, made.stderr
    for line in forms.read_bytes().splitlines():
        try:
            form = json.loads(line)
        except ValueError:
            continue
        numbered = [each for each in form.get("members", ()) if each.get("nik")]
        if len(numbered) >= 3 and numbered[0]["relationship"] == 1 and form.get("card"):
            break
    else:
        raise AssertionError("no such family")
    form["id"] = f"00000000-0000-4000-8000-{seed:012d}"
    alone = form | {"id": f"00000000-0000-4000-9000-{seed:012d}", "members": [numbered[0]]}
    alone["card"] = form["card"][:-4] + f"{9_999 - int(form['card'][-4:]):04d}"
    for sent in (form, alone):
        path = tmp_path / "one.ndjson"
        path.write_text(json.dumps(sent), encoding="utf-8")
        done = cacah.run("submit", str(path))
        assert done.returncode == 0, done.stdout
        cacah.wait_until_counted()


def test_a_head_who_left_opens_two_reviews_and_each_is_decided_on_its_own(operator: Operator, tmp_path: Path) -> None:
    known = {each["conflict"] for each in operator.json("conflicts", "ls", "--state", "all", "--limit", "9999")}
    moved_head(operator.cacah, tmp_path, 4711)
    fresh = {
        each["kind"]: each
        for each in operator.json("conflicts", "ls", "--limit", "9999")
        if each["conflict"] not in known
    }
    assert fresh.keys() == {"person", "headless"}
    assert fresh["headless"]["remaining"] >= 2
    assert fresh["headless"]["person"] == fresh["person"]["conflict"]

    operator.run("conflicts", "dismiss", fresh["headless"]["conflict"], "--reason", "moved")
    dismissed = operator.find(fresh["headless"]["conflict"], "dismissed")
    assert dismissed["decided"] | {"at": ""} == {"by": "an-operator", "reason": "moved", "at": "", "holds": True}

    person = fresh["person"]
    before = operator.cacah.wait_until_counted()
    old = next(each["claimant"] for each in person["claims"] if not each["counted"])
    done = operator.run("conflicts", "settle", person["conflict"], "--count", old[:8], "--reason", "same-family")
    assert done.startswith("OK count by an-operator")
    settled = operator.find(person["conflict"], "settled")
    assert [each["claimant"] for each in settled["claims"] if each["counted"]] == [old]
    # The head counts with the family again, so nobody is without one; nobody is counted twice or lost.
    operator.find(fresh["headless"]["conflict"], "settled")
    assert operator.cacah.wait_until_counted()["people"] == before["people"]
    assert operator.json("audit")["ok"] is True


def test_a_decision_on_claims_that_have_changed_is_refused(operator: Operator) -> None:
    conflict = operator.json("conflicts", "ls", "--state", "all", "--kind", "person", "--limit", "1")[0]["conflict"]
    words = ("conflicts", "dismiss", conflict, "--reason", "other", "--seen", "00" * 16)
    assert "fix: " in operator.run(*words, code=1)


def test_two_forms_under_one_card_are_reviewed_and_one_is_withdrawn(operator: Operator, tmp_path: Path) -> None:
    cacah = operator.cacah
    known = {each["conflict"] for each in operator.json("conflicts", "ls", "--kind", "household", "--limit", "9999")}
    before = cacah.wait_until_counted()["households"]
    forms = tmp_path / "forms.ndjson"
    assert cacah.run("generate", "-n", "30", "--seed", "4712", "--region", "35.09", "--out", str(forms)).returncode == 0
    first = next(
        form
        for form in (json.loads(line) for line in forms.read_bytes().splitlines() if line.startswith(b'{"'))
        if form.get("card") and form["members"][0].get("nik")
    )
    for name in ("first", "second"):
        first["id"] = f"00000000-0000-4000-8000-{name.encode().hex():0<12}"[:36]
        # The public's address: no key, so nothing says that the second continues the first.
        accepted = post(f"{cacah.running.urls['intake']}/v1/submissions", first)
        assert accepted["lineage"]
    cacah.wait_until_counted()
    fresh = [
        each
        for each in operator.json("conflicts", "ls", "--kind", "household", "--limit", "9999")
        if each["conflict"] not in known
    ]
    assert len(fresh) == 1
    newer = fresh[0]["claims"][-1]["claimant"]
    operator.run("conflicts", "settle", fresh[0]["conflict"], "--withdraw", newer, "--reason", "wrong-number")
    settled = operator.find(fresh[0]["conflict"], "settled")
    assert [each["counted"] for each in settled["claims"] if each["claimant"] == newer] == [False]
    assert cacah.wait_until_counted()["households"] == before + 1
    assert operator.json("audit")["ok"] is True


def post(url: str, form: dict[str, Any]) -> dict[str, Any]:
    import httpx

    response = httpx.post(url, json=form, timeout=30)
    assert response.status_code == 202, response.text
    answer: dict[str, Any] = response.json()
    return answer


def set_aside(operator: Operator, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = operator.json("quarantine", "ls", "--code", code, "--limit", "999")
    return found


def test_garbage_is_redriven_without_counting_and_then_discarded(operator: Operator) -> None:
    cacah = operator.cacah
    before = cacah.wait_until_counted()
    known = {each["id"] for each in set_aside(operator, "not-a-record")}
    producer = KafkaProducer(bootstrap_servers=cacah.running.kafka)
    try:
        producer.send(SUBMISSIONS, value=b"nobody's record", partition=0).get(20)
    finally:
        producer.close()
    cacah.wait_until_counted()
    (item,) = (each["id"] for each in set_aside(operator, "not-a-record") if each["id"] not in known)
    found = operator.json("quarantine", "show", item)
    assert (found["state"], found["count"], found["partition"]) == ("open", 1, 0)
    assert "nobody" not in json.dumps(found)

    dry = operator.json("quarantine", "redrive", item, "--dry-run")
    assert [each["id"] for each in dry["done"]] == [item]
    for count in (2, 3):
        assert operator.json("quarantine", "redrive", item)["failed"] == []
        found = operator.json("quarantine", "show", item)
        assert (found["state"], found["count"]) == ("redriven", count)
    after = cacah.wait_until_counted()
    assert (after["people"], after["households"]) == (before["people"], before["households"])

    done = operator.run("quarantine", "discard", item, "--reason", "a test")
    assert done.endswith("OK done=1 failed=0\n")
    history = operator.json("quarantine", "show", item)["history"]
    assert [(each["action"], each["by"]) for each in history] == [
        ("redriven", "an-operator"),
        ("redriven", "an-operator"),
        ("discarded", "an-operator"),
    ]
    assert item not in {each["id"] for each in set_aside(operator, "not-a-record")}


def test_what_was_counted_and_is_appended_again_counts_once(operator: Operator) -> None:
    """As a redrive does it: the same bytes, at the end of the same partition, twice."""
    cacah = operator.cacah
    before = cacah.wait_until_counted()
    consumer = KafkaConsumer(bootstrap_servers=cacah.running.kafka)
    producer = KafkaProducer(bootstrap_servers=cacah.running.kafka)
    try:
        place = TopicPartition(SUBMISSIONS, 1)
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        (record, *_) = consumer.poll(timeout_ms=20_000)[place]
        for _ in range(2):
            producer.send(SUBMISSIONS, value=record.value, key=record.key, partition=1).get(20)
    finally:
        producer.close()
        consumer.close()
    after = cacah.wait_until_counted()
    assert (after["people"], after["households"]) == (before["people"], before["households"])
    assert operator.json("audit")["ok"] is True


def test_what_is_no_block_stops_a_stage_until_it_is_discarded(operator: Operator, tmp_path: Path) -> None:
    cacah = operator.cacah
    topic = claims_topic("g1")
    producer = KafkaProducer(bootstrap_servers=cacah.running.kafka)
    try:
        offset = producer.send(topic, value=b"no block", partition=0).get(20).offset
    finally:
        producer.close()
    item = f"{topic}|0|{offset}"
    wait_for(lambda: [each for each in set_aside(operator, "not-a-block") if each["id"] == item] or None)
    log = cacah.state / "logs" / "deduplicator.log"
    wait_for(lambda: f"offset={offset}: too short for a block" in log.read_text("utf-8") or None)
    assert (
        "FAIL done=0 failed=1"
        in operator.cacah.run("quarantine", "redrive", item, CACAH_PARTNER_KEY=operator.key).stdout
    )
    out = tmp_path / "found.bin"
    operator.run("quarantine", "open", item, "--out", str(out))
    assert (out.read_bytes(), out.stat().st_mode & 0o777) == (b"no block", 0o600)
    assert "is there already" in operator.run("quarantine", "open", item, "--out", str(out), code=2)
    operator.run("quarantine", "discard", item, "--reason", "a test")
    sent = cacah.run("generate", "--region", "35.09", "--households", "20", "--seed", "4713")
    assert sent.returncode == 0, sent.stderr
    cacah.wait_until_counted()
    assert operator.json("audit")["ok"] is True
