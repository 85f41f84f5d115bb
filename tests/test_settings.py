"""Settings: one clear line for whatever is missing or malformed, and never the value itself."""

import base64

import pytest

from bot.errors import Misconfigured
from bot.settings import Settings

KEY = base64.b64encode(b"k" * 32).decode()
POSTGRES = {
    "DATABASE_URL": "postgresql://u@127.0.0.1/x",
    "DATA_KEYS": f"1:{KEY}",
    "INDEX_KEY": KEY,
    "SERVICE_KEY_FILE": "service-1",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def read(monkeypatch, **given: str) -> Settings:
    """The settings of this environment."""
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return Settings.read()


def test_nothing_needs_to_be_set(monkeypatch):
    settings = read(monkeypatch)
    assert settings.embedded
    assert settings.telegram_token is None
    assert settings.port == 8080


def test_everything_for_a_server(monkeypatch):
    settings = read(monkeypatch, **POSTGRES)
    assert not settings.embedded


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"PORT": "99999"}, "PORT"),
        ({"PORT": "eighty"}, "PORT"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL"),
        ({"DATA_KEYS": "hunter2-not-a-key"}, "DATA_KEYS"),
        ({"DATA_KEYS": f"1:{KEY},1:{KEY}"}, "DATA_KEYS"),
        ({"DATA_KEYS": f"0:{KEY}"}, "DATA_KEYS"),
        ({"INDEX_KEY": "c2hvcnQ="}, "INDEX_KEY"),
        ({"PUBLIC_URL": "example.com"}, "PUBLIC_URL"),
        ({"TELEGRAM_TOKEN": "hunter2"}, "TELEGRAM_TOKEN"),
        ({"TELEGRAM_TOKEN": "1:x", "TELEGRAM_WEBHOOK_SECRET": "s" * 32}, "PUBLIC_URL"),
        ({"TELEGRAM_WEBHOOK_SECRET": "hunter2", "PUBLIC_URL": "https://x.example"}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"SMTP_URL": "http://hunter2@x"}, "SMTP_URL"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({**POSTGRES, "DATA_KEYS": ""}, "DATA_KEYS"),
        ({**POSTGRES, "SERVICE_KEY_FILE": ""}, "SERVICE_KEY_FILE"),
    ],
)
def test_a_fault_is_one_line_that_names_the_setting_and_keeps_its_value_secret(monkeypatch, given, named):
    with pytest.raises(Misconfigured) as told:
        read(monkeypatch, **given)
    line = str(told.value)
    assert named in line
    assert "\n" not in line
    assert "hunter2" not in line
    assert KEY not in line


def test_secrets_do_not_print(monkeypatch):
    settings = read(monkeypatch, **POSTGRES, TELEGRAM_TOKEN="1:hunter2")
    assert "hunter2" not in repr(settings)
    assert KEY not in repr(settings)
