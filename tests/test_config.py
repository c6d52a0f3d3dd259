"""Settings: one border, clear errors, a hash that ignores what may not change the result."""

from pathlib import Path

import pytest

from cleaner.config import Config, ConfigError, as_toml, load, resolve


def test_defaults_then_file_then_environment_then_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cleaner.toml").write_text(
        'profile = "corpus"\n[repair]\nquotes = "straight"\n[reuse]\nsimilarity = 0.6\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLEANER_REUSE__SIMILARITY", "0.7")
    config = load(None, {"repair": {"mode": "off"}})
    assert (config.profile, config.repair.quotes, config.repair.mode) == ("corpus", "straight", "off")
    assert config.reuse.similarity == 0.7


def test_pyproject_is_read_where_there_is_no_cleaner_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.cleaner]\nprofile = "training"\n')
    monkeypatch.chdir(tmp_path)
    assert load().profile == "training"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"profil": "corpus"}, "unknown key 'profil'; did you mean 'profile'?"),
        ({"repair": {"qoutes": "keep"}}, "did you mean 'quotes'?"),
        ({"repair": {"mode": "gently"}}, "must be one of 'off', 'safe', 'full'"),
        ({"reuse": {"similarity": "high"}}, "must be of type float"),
        ({"reuse": {"similarity": 2.0}}, "must lie in"),
        ({"chrome": {"keep_roles": ["bodi"]}}, "is no role; did you mean 'body'?"),
        ({"repair": 3}, "is a section"),
        ({"run": {"workers": True}}, "must be of type int"),
    ],
)
def test_errors_teach(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match="settings") as error:
        resolve(values)
    assert message in str(error.value)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("profile = ")
    with pytest.raises(ConfigError, match=r"bad\.toml"):
        load(tmp_path / "bad.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_toml_of_a_config_reads_back(tmp_path: Path) -> None:
    config = resolve({"profile": "corpus", "chrome": {"keep_roles": ["body", "list"]}})
    (tmp_path / "c.toml").write_text(as_toml(config))
    assert load(tmp_path / "c.toml") == config


def test_the_hash_ignores_workers_and_memory_only() -> None:
    assert resolve({"run": {"workers": 1}}).sha256() == resolve({"run": {"workers": 8}}).sha256()
    assert Config().sha256() != resolve({"profile": "corpus"}).sha256()
