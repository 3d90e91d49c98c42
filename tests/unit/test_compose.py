"""The compose file, read as `docker compose` reads it: sound in itself, and the same system as the local one."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.engines.cache import CHECKOUT
from deploy.engines.jars import KAFKA_VERSION
from deploy.engines.kafka import HEAP, SMALL_MACHINE
from deploy.engines.local import KAFKA_PORT, MONGO_PORT
from deploy.engines.mongo import HISTORY, REPLICA_SET
from shared.runtime.settings import PREFIX, Settings, load_settings

TEXT = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("intake", "validator", "deduplicator", "aggregator", "dashboard", "portal")
ONE_SHOT = ("keys", "topics")

KNOWN_KEYS: dict[str, type | tuple[type, ...]] = {
    "build": dict,
    "cap_drop": list,
    "command": list,
    "depends_on": dict,
    "environment": dict,
    "healthcheck": dict,
    "image": str,
    "init": bool,
    "ports": list,
    "read_only": bool,
    "restart": str,
    "security_opt": list,
    "stop_grace_period": str,
    "tmpfs": list,
    "volumes": list,
}
"""The service keys of the Compose Specification that are used here, and their types."""

gated = pytest.mark.parametrize(
    ("service", "needed"),
    [(name, needed) for name, service in SERVICES.items() for needed in service.get("depends_on", ())],
)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_an_image_and_only_known_keys_of_the_right_type(name: str) -> None:
    service = SERVICES[name]
    assert service["image"]
    for key, value in service.items():
        assert isinstance(value, KNOWN_KEYS[key]), key
    assert all(isinstance(value, str) for value in service.get("environment", {}).values())
    assert all(isinstance(word, str) for word in service.get("command", ()))


def test_nothing_stands_at_the_top_that_compose_does_not_know() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} == {"name", "services", "volumes"}


def test_every_variable_has_a_default() -> None:
    used = re.findall(r"\$(\{[^}]*\}|\w+|\$)", TEXT)
    assert used
    assert [name for name in used if not re.fullmatch(r"\{CACAH_[A-Z_]+:-[^}]+\}", name)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_healthchecks_are_bounded(name: str) -> None:
    check = SERVICES[name].get("healthcheck")
    if check is not None:
        assert check["test"][0] == "CMD"
        assert {"interval", "timeout", "retries", "start_period"} <= check.keys()


@gated
def test_what_is_depended_on_is_waited_for(service: str, needed: str) -> None:
    condition = SERVICES[service]["depends_on"][needed]["condition"]
    if condition == "service_healthy":
        assert "healthcheck" in SERVICES[needed]
    else:
        assert (condition, needed in ONE_SHOT) == ("service_completed_successfully", True)
        assert "restart" not in SERVICES[needed]


@pytest.mark.parametrize("name", OURS)
def test_a_service_starts_after_the_engines_the_keys_and_the_topics(name: str) -> None:
    assert SERVICES[name]["depends_on"].keys() == {"kafka", "mongo", "keys", "topics"}
    assert SERVICES["topics"]["depends_on"].keys() == {"kafka"}


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_its_package(name: str) -> None:
    assert SERVICES[name]["command"] == ["python", "-m", f"services.{name}"]
    assert (CHECKOUT / "services" / name / "__init__.py").exists()


def test_topics_are_made_by_our_own_list() -> None:
    assert SERVICES["topics"]["command"] == ["cacah", "topics", "apply"]
    settings = load_settings(_environment("topics"))
    assert settings.partitions == Settings().partitions


@pytest.mark.parametrize("name", [*OURS, *ONE_SHOT])
def test_settings_are_ones_that_exist_and_can_be_read(name: str) -> None:
    environment = _environment(name)
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    assert environment.keys() <= known
    settings = load_settings(environment)
    assert (settings.kafka, settings.host) == ("kafka:19092", "0.0.0.0")
    assert settings.mongo == f"mongodb://mongo:27017/?replicaSet={REPLICA_SET}"
    targets = {entry.split(":")[1] for entry in SERVICES[name].get("volumes", ())}
    assert targets <= {str(settings.keys), str(settings.state)}


def _environment(name: str) -> dict[str, str]:
    return {key: _with_defaults(value) for key, value in SERVICES[name]["environment"].items()}


def _with_defaults(text: str) -> str:
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_ports_are_on_loopback_and_the_same_as_without_docker() -> None:
    published = {
        name: [_with_defaults(port).split(":") for port in service["ports"]]
        for name, service in SERVICES.items()
        if "ports" in service
    }
    assert published == {
        "kafka": [["127.0.0.1", str(KAFKA_PORT), "9092"]],
        "mongo": [["127.0.0.1", str(MONGO_PORT), "27017"]],
        "intake": [["127.0.0.1", str(Settings().intake_port), "8000"]],
        "dashboard": [["127.0.0.1", str(Settings().dashboard_port), "8001"]],
        "portal": [["127.0.0.1", str(Settings().portal_port), "8002"]],
    }


def test_named_volumes_are_declared_and_used() -> None:
    used = {entry.split(":")[0] for service in SERVICES.values() for entry in service.get("volumes", ())}
    assert used == COMPOSE["volumes"].keys()


def test_no_two_services_share_a_state_folder() -> None:
    states = [entry.split(":")[0] for name in OURS for entry in SERVICES[name]["volumes"] if "state" in entry]
    assert len(states) == len(set(states)) == len(OURS)


def test_kafka_is_the_same_version_with_the_same_settings() -> None:
    kafka = SERVICES["kafka"]
    assert kafka["image"] == f"apache/kafka:{KAFKA_VERSION}"
    named = {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in SMALL_MACHINE.items()}
    assert {name: kafka["environment"].get(name) for name in named} == named
    assert kafka["environment"]["KAFKA_HEAP_OPTS"] == HEAP


def test_kafka_tells_each_side_an_address_that_it_can_reach() -> None:
    environment = SERVICES["kafka"]["environment"]
    listeners = dict(entry.split("://") for entry in environment["KAFKA_LISTENERS"].split(","))
    told = dict(entry.split("://") for entry in environment["KAFKA_ADVERTISED_LISTENERS"].split(","))
    outside = SERVICES["kafka"]["ports"][0].removeprefix("127.0.0.1:").removesuffix(":9092")
    assert told == {"INSIDE": "kafka:19092", "OUTSIDE": f"127.0.0.1:{outside}"}
    assert (listeners["INSIDE"], listeners["OUTSIDE"]) == (":19092", ":9092")
    assert environment["KAFKA_CONTROLLER_QUORUM_VOTERS"] == f"1@{listeners['CONTROLLER']}"
    protocols = dict(entry.split(":") for entry in environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    assert protocols.keys() == listeners.keys()
    assert f"localhost{listeners['INSIDE']}".replace(":", "/") in SERVICES["kafka"]["healthcheck"]["test"][-1]


def test_kafka_keeps_its_log_in_the_volume() -> None:
    (volume,) = SERVICES["kafka"]["volumes"]
    assert volume.split(":")[1] == SERVICES["kafka"]["environment"]["KAFKA_LOG_DIRS"]


def test_mongo_is_healthy_when_its_replica_set_has_a_primary() -> None:
    mongo = SERVICES["mongo"]
    assert mongo["image"] == "mongo:8.0"
    assert mongo["command"][:2] == ["--replSet", REPLICA_SET]
    assert mongo["command"][-2:] == ["--setParameter", HISTORY]
    script = mongo["healthcheck"]["test"][-1]
    assert f'_id: "{REPLICA_SET}"' in script
    assert 'host: "mongo:27017"' in script
    assert "isWritablePrimary" in script


def test_the_image_is_built_from_the_lock_without_engines_and_tools() -> None:
    (build,) = {str(service["build"]): service["build"] for service in SERVICES.values() if "build" in service}.values()
    dockerfile = (CHECKOUT / build["dockerfile"]).read_text(encoding="utf-8")
    syncs = [line for line in dockerfile.splitlines() if "uv sync" in line]
    assert syncs
    assert all("--frozen --no-dev --no-group engines" in line for line in syncs)
    assert "USER cacah" in dockerfile


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    dockerfile = CHECKOUT / "deploy/Dockerfile"
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile.read_text(encoding="utf-8"), re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    let_in = Path(f"{dockerfile}.dockerignore").read_text(encoding="utf-8").splitlines()
    assert sources
    assert [source for source in sources if not (CHECKOUT / source).exists()] == []
    assert [source for source in sources if f"!{source}" not in let_in] == []
