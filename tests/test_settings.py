"""Settings: what works unset, and what is refused at start."""

from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, variable

VALUES = {
    "chroma_url": "http://localhost:8000",
    "embed_origins": "https://portal.example,http://127.0.0.1:8000",
    "trusted_proxies": "127.0.0.1,10.0.0.0/8",
    "rate_limit": "60",
    "admin_password": "correct horse battery",
    "file_mb": "8",
    "file_seconds": "30",
    "file_memory": "512",
    "llm": "openai:some-model",
    "llm_base_url": "http://localhost:8000/v1",
    "llm_api_key": "k-123",
    "llm_timeout": "7.5",
}


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
        value = VALUES.get(f.name, str(folder))
        settings = Settings.from_environment({variable(f.name): value})
        assert str(getattr(settings, f.name)) == value
        assert replace(settings, **{f.name: getattr(Settings(), f.name)}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("ADMIN_PASSWORD", "short"), ("FILE_MB", "0"), ("FILE_SECONDS", "-1"), ("FILE_MEMORY", "64"), ("FILE_MB", "many")],
)
def test_a_bound_or_password_that_cannot_work_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"POLICY_{name} must"):
        Settings.from_environment({f"POLICY_{name}": value})


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


def test_origins_are_written_as_browsers_send_them() -> None:
    given = {"POLICY_EMBED_ORIGINS": " HTTPS://Portal.Example:443/ , http://政策.example:8080"}
    settings = Settings.from_environment(given)
    assert settings.origins[0] == "https://portal.example"
    assert settings.origins[1].startswith("http://xn--") and settings.origins[1].endswith(".example:8080")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLICY_EMBED_ORIGINS", "*"),
        ("POLICY_EMBED_ORIGINS", "portal.example"),
        ("POLICY_EMBED_ORIGINS", "https://*.portal.example"),
        ("POLICY_EMBED_ORIGINS", "https://portal.example/path"),
        ("POLICY_EMBED_ORIGINS", "https://portal.example; script-src *"),
        ("POLICY_EMBED_ORIGINS", "null"),
        ("POLICY_EMBED_ORIGINS", "https://user@portal.example"),
        ("POLICY_TRUSTED_PROXIES", "proxy"),
        ("POLICY_TRUSTED_PROXIES", "*"),
        ("POLICY_RATE_LIMIT", "-1"),
        ("POLICY_RATE_LIMIT", "many"),
    ],
)
def test_what_is_no_origin_address_or_number_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("POLICY_LLM", "deepseek-chat", "must be PROVIDER:MODEL, such as openai:deepseek-chat"),
        ("POLICY_LLM_TIMEOUT", "soon", "must be seconds"),
        ("POLICY_LLM_TIMEOUT", "0", "must be seconds"),
        ("POLICY_LLM_TIMEOUT", "nan", "must be seconds"),
        ("POLICY_LLM_BASE_URL", "localhost", "must be an address"),
    ],
)
def test_a_chat_model_that_cannot_be_is_refused(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} {told}"):
        Settings.from_environment({name: value})


def test_a_key_that_cannot_be_one_is_refused_without_being_shown() -> None:
    with pytest.raises(SettingsError, match="POLICY_LLM_API_KEY must be one word") as refused:
        Settings.from_environment({"POLICY_LLM_API_KEY": "geheim 密钥"})
    assert "geheim" not in str(refused.value)
    assert "k-123" not in f"{Settings(llm_api_key='k-123')} {Settings(llm_api_key='k-123').shown()}"


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().home = Path("elsewhere")  # type: ignore[misc]


def test_a_secret_never_shows() -> None:
    for f in fields(Settings):
        if any(word in f.name for word in ("key", "password", "token", "secret")):
            assert not f.repr, f"{f.name} must have repr=False"
