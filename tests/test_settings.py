"""Settings: what works unset, and what is refused at start."""

from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, variable


def test_nothing_set_is_enough() -> None:
    settings = Settings.from_environment({"PATH": "/bin"})
    assert settings == Settings()
    assert settings.home.name == ".data"
    assert (settings.corpus / "shenzhen-2010-183.txt").is_file()


def test_each_field_has_a_sentence_and_is_turned_by_its_variable(tmp_path: Path) -> None:
    for f in fields(Settings):
        assert f.metadata["help"].endswith("."), f.name
        folder = tmp_path / f.name
        folder.mkdir()
        value = "http://localhost:8000" if f.name.endswith("_url") else str(folder)
        settings = Settings.from_environment({variable(f.name): value})
        assert str(getattr(settings, f.name)) == value
        assert replace(settings, **{f.name: getattr(Settings(), f.name)}) == Settings()


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_environment({"POLICY_HOME": "", "POLICY_EMBEDDING": " "}) == Settings()


def test_an_unknown_variable_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"POLICY_HOMES is not a setting\. Known: POLICY_HOME, "):
        Settings.from_environment({"POLICY_HOMES": "x"})


@pytest.mark.parametrize("name", ["POLICY_HOME", "POLICY_CORPUS"])
def test_a_file_where_a_folder_belongs_is_refused(name: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(SettingsError, match=f"{name} must be a folder"):
        Settings.from_environment({name: str(file)})


def test_a_folder_may_be_missing_and_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment({"POLICY_HOME": "state"}).home == tmp_path / "state"


def test_a_model_path_must_be_there_and_a_model_name_need_not() -> None:
    assert Settings.from_environment({"POLICY_EMBEDDING": "BAAI/bge-m3"}).embedding == "BAAI/bge-m3"
    with pytest.raises(SettingsError, match="POLICY_EMBEDDING"):
        Settings.from_environment({"POLICY_EMBEDDING": "./no/such/model"})


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().home = Path("elsewhere")  # type: ignore[misc]


def test_a_secret_never_shows() -> None:
    for f in fields(Settings):
        if any(word in f.name for word in ("key", "password", "token", "secret")):
            assert not f.repr, f"{f.name} must have repr=False"
