"""The documents name things that exist, and nothing that they should not name."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from services.cli.app import _create_app
from shared.contracts import envelope
from shared.contracts.topics import FOREVER, WEEK_MS, TopicSpec, topic_specs
from shared.ledger.batching import Limits
from shared.runtime.logs import redact
from shared.runtime.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("docs", "deploy", "services", "shared", "clients", "bench", "scripts", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *(page for name in FOLDERS for page in (ROOT / name).rglob("*.md"))])
ADRS = sorted((ROOT / "docs/adr").glob("*.md"))

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))

_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^```.*?^```|^    \S.*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_HOSTS = re.compile(
    r"pypi\.org|pythonhosted|npmjs|(?:repo\d?\.|central\.|search\.)?maven\.(?:org|apache\.org)|docker\.io|ghcr\.io"
    r"|quay\.io|crates\.io|golang\.org|deb\.debian|archive\.ubuntu|anaconda|conda-forge",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"(?<![\w.:/])/(?:work|home|root|Users|tmp|mnt|private)/|[A-Z]:\\")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """Of all headings, as a forge makes them."""
    headings = re.findall(r"^#+ +(.+?) *$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows(text: str, heading: str) -> Iterator[list[str]]:
    """The cells of the first table under a heading, without its head."""
    lines = text.partition(f"\n## {heading}\n")[2].splitlines()
    table = False
    for line in lines:
        if line.startswith("|"):
            if table:
                yield [cell.strip() for cell in line.strip("|").split("|")]
            table = table or set(line) <= set("|-: ")
        elif table or line.startswith("## "):
            return


def names_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(_FENCE.sub("", text_of(page))):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(text_of(found)), target


@each_page
def test_a_page_names_no_registry_no_machine_and_no_card_number(page: Path) -> None:
    text = text_of(page)
    assert not _HOSTS.findall(text)
    assert not _MACHINE.findall(text)
    assert redact(text) == text


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    wanted = {name_of(line) for line in requirements(project)}
    explained = {name for adr in ADRS for name in names_in(text_of(adr))}
    assert not wanted - explained
    tables = (line.split("|")[1] for line in text_of(adr_of("dependencies")).splitlines() if line.startswith("| `"))
    assert {name for cell in tables for name in names_in(cell)} <= wanted


def requirements(project: dict[str, Any]) -> Iterator[str]:
    yield from project["project"]["dependencies"]
    yield from project["build-system"]["requires"]
    for group in project["dependency-groups"].values():
        yield from group


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0].lower()


def adr_of(title: str) -> Path:
    return next(adr for adr in ADRS if adr.stem.endswith(title))


@pytest.mark.parametrize(("number", "adr"), list(enumerate(ADRS, start=1)), ids=[adr.stem for adr in ADRS])
def test_a_decision_is_numbered_dated_short_and_listed(number: int, adr: Path) -> None:
    lines = text_of(adr).splitlines()
    assert adr.name.startswith(f"{number:04d}-")
    assert lines[0].startswith(f"# {number}. ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d · (accepted|replaced by \[.+\]\(.+\))", lines[2])
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
    assert len(lines) <= 70
    assert f"(adr/{adr.name})" in text_of(ROOT / "docs/README.md")


def test_every_page_of_docs_is_in_their_index() -> None:
    index = text_of(ROOT / "docs/README.md")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in index, page.name


def code_of(*pages: str) -> str:
    return "\n".join(found for page in pages for found in _CODE.findall(text_of(ROOT / page)))


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][\w-]*)", code_of("README.md", "CONTRIBUTING.md")))
    assert named
    assert named <= targets


def test_commands_exist_and_none_is_left_out() -> None:
    known = set(leaves(get_command(_create_app()), "cacah"))
    named = set(re.findall(r"(?<![\w/.-])cacah(?: [a-z]+)+", code_of("README.md", "CONTRIBUTING.md")))
    assert {command for command in named if not f"{command} ".startswith(tuple(f"{leaf} " for leaf in known))} == set()
    assert known <= {leaf for leaf in known for command in named if f"{command} ".startswith(f"{leaf} ")}


def leaves(command: object, path: str) -> Iterator[str]:
    inner: dict[str, object] = getattr(command, "commands", {})
    if not inner:
        yield path
    for name, each in inner.items():
        yield from leaves(each, f"{path} {name}")


def test_the_settings_table_is_complete_and_its_defaults_are_true() -> None:
    defaults = Settings()
    table = {names_in(row[0])[0]: row[1] for row in rows(text_of(ROOT / "README.md"), "Settings")}
    for field in fields(Settings):
        if field.metadata.get("derived"):
            continue
        name = PREFIX + field.name.upper()
        default = getattr(defaults, field.name)
        assert names_in(table[name]) == ([] if default in {None, ()} else [str(default)]), name


def test_settings_that_are_named_are_read_somewhere() -> None:
    sources = [path for name in ("deploy", "services", "shared") for path in (ROOT / name).rglob("*.py")]
    sources += [ROOT / "docker-compose.yml", ROOT / "Makefile"]
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    known |= {name for path in sources for name in re.findall(r"CACAH_[A-Z_]+", text_of(path))}
    named = {name for page in PAGES for name in re.findall(r"`(CACAH_[A-Z_]+)", text_of(page))}
    assert not named - known


def test_the_topics_of_the_architecture_are_those_of_the_contracts() -> None:
    table = {names_in(row[0])[0]: row for row in rows(text_of(ROOT / "docs/architecture.md"), "Topics")}
    specs = {spec.name: spec for spec in topic_specs(7, "g1")}
    assert table.keys() == specs.keys()
    for name, row in table.items():
        assert row[2] == ("n" if specs[name].partitions == 7 else str(specs[name].partitions)), name
        assert row[3] == kept(specs[name]), name


def kept(spec: TopicSpec) -> str:
    if spec.compacted:
        return "newest per key"
    return {FOREVER: "for ever", WEEK_MS: "7 days"}[spec.retention_ms]


def test_the_record_of_the_architecture_is_that_of_the_contracts() -> None:
    table = [(row[0], row[1]) for row in rows(text_of(ROOT / "docs/architecture.md"), "The submission record")]
    assert envelope.__doc__
    layout = re.findall(r"^ {4}(\d+) +(\d+|\.\.\.) ", envelope.__doc__, re.MULTILINE)
    assert table == [(offset, bytes_.replace("...", "rest")) for offset, bytes_ in layout]
    assert table[-1][0] == str(envelope.HEAD_BYTES)


def test_the_limits_of_the_ledger_are_those_of_the_engine() -> None:
    named = {names_in(row[0])[0] for row in rows(text_of(ROOT / "docs/ledger.md"), "Limits")}
    assert named == {field.name for field in fields(Limits)}
