"""Settings are read from the environment, and secrets also from files."""

from pathlib import Path

import pytest

from shared.runtime.settings import SettingsError, environment_with_secrets, load_settings

KEK = "ab" * 32


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "kek").write_text(KEK + "\n", encoding="ascii")
    (tmp_path / "mongo").write_text("mongodb://somewhere\n", encoding="ascii")
    given = {"CACAH_KEK_FILE": str(tmp_path / "kek"), "CACAH_MONGO_FILE": str(tmp_path / "mongo"), "HOME": "/"}
    settings = load_settings(given)
    assert (settings.kek, settings.mongo) == (bytes.fromhex(KEK), "mongodb://somewhere")
    assert environment_with_secrets(given) == {"CACAH_KEK": KEK, "CACAH_MONGO": "mongodb://somewhere", "HOME": "/"}


def test_every_bad_one_is_named_and_no_secret_is_shown(tmp_path: Path) -> None:
    (tmp_path / "kek").write_text("short", encoding="ascii")
    with pytest.raises(SettingsError) as caught:
        load_settings(
            {
                "CACAH_KEK_FILE": str(tmp_path / "kek"),
                "CACAH_MONGO_FILE": str(tmp_path / "none"),
                "CACAH_PARTITIONS": "many",
            }
        )
    said = str(caught.value)
    assert [line.partition(":")[0] for line in said.splitlines()] == [
        "CACAH_MONGO_FILE",
        "CACAH_KEK",
        "CACAH_PARTITIONS",
    ]
    assert "short" not in said


def test_a_setting_and_its_file_do_not_go_together(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CACAH_MONGO is set as well"):
        load_settings({"CACAH_MONGO": "mongodb://a", "CACAH_MONGO_FILE": str(tmp_path / "b")})


def test_a_secret_is_not_in_the_settings_text() -> None:
    settings = load_settings({"CACAH_KEK": KEK})
    assert KEK not in repr(settings)
    assert str(settings.kek) not in repr(settings)
