"""Environment -> frozen Settings. Nothing is read at import; `Settings.read()` is called once, at start."""

import base64
import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import Misconfigured


class Settings(BaseSettings):
    """What an operator may set. The README holds the same table; a test compares the two."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: str = Field(default="sqlite:///var/zhaiquantong.db", description="SQLite file or PostgreSQL server")
    host: str = Field(default="127.0.0.1", description="address the web server listens on")
    port: int = Field(default=8080, ge=0, le=65535, description="port the web server listens on; 0 picks a free one")
    public_url: str = Field(
        default="", description="address people reach the service by; https:// turns Secure cookies on"
    )
    telegram_token: SecretStr | None = Field(default=None, description="bot token from @BotFather; unset: no Telegram")
    telegram_api_base: str = Field(default="https://api.telegram.org", description="any Bot API server")
    telegram_webhook_secret: SecretStr | None = Field(
        default=None, description="set: webhook mode at PUBLIC_URL/telegram/webhook; unset: long polling"
    )
    smtp_url: SecretStr | None = Field(
        default=None, description="smtp://user:password@host:587 (STARTTLS) or smtps://…:465; unset: local mailbox page"
    )
    mail_from: str = Field(default="noreply@localhost", description="sender of e-mail codes")
    data_keys: SecretStr | None = Field(
        default=None, description="2:<base64>,1:<base64>; the first seals, all open; 32 bytes each"
    )
    index_key: SecretStr | None = Field(default=None, description="base64, 32 bytes: blind index of e-mail addresses")
    service_key_file: Path | None = Field(default=None, description="file with the ledger's Ed25519 seed, mode 0600")
    ledger_origin: str = Field(
        default="localhost/zhaiquantong", description="scheme-less URL of the ledger; never changes"
    )
    payout_cooling_hours: int = Field(
        default=48, ge=1, le=720, description="how long a new payout method waits before it counts, in hours"
    )
    filing_lag_days: int = Field(
        default=5, ge=0, le=60, description="business days from signing until the court's notice of a transfer is out"
    )
    var: Path = Field(default=Path("var"), description="folder for the SQLite file and local keys")
    log_format: Literal["text", "json"] = Field(default="text", description="text or json")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least level that is logged"
    )

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        scheme = urlsplit(url).scheme
        if scheme not in {"sqlite", "postgres", "postgresql", "postgresql+asyncpg"}:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if scheme == "sqlite" and (":memory:" in url or not url.removeprefix("sqlite:///")):
            raise ValueError("SQLite must be a file: sqlite:///path/to/file.db")
        return url

    @field_validator("data_keys")
    @classmethod
    def _keys(cls, keys: SecretStr | None) -> SecretStr | None:
        if keys is not None:
            _parse_keys(keys.get_secret_value())
        return keys

    @field_validator("index_key")
    @classmethod
    def _index(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            _key(key.get_secret_value())
        return key

    @field_validator("public_url", "telegram_api_base")
    @classmethod
    def _url(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise ValueError("must begin with http:// or https://")
        return url.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            parts = urlsplit(url.get_secret_value())
            if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
                raise ValueError("must be smtp://host:port or smtps://host:port")
        return url

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret.get_secret_value()):
            raise ValueError("must be 16 to 256 of A-Z a-z 0-9 _ -")
        return secret

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not token.get_secret_value().partition(":")[0].isdigit():
            raise ValueError("must look like 123456:ABC…")
        return token

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.telegram_webhook_secret and not self.public_url:
            raise ValueError("PUBLIC_URL must be set when TELEGRAM_WEBHOOK_SECRET is")
        if self.telegram_webhook_secret and not self.telegram_token:
            raise ValueError("TELEGRAM_TOKEN must be set when TELEGRAM_WEBHOOK_SECRET is")
        if not self.embedded and not (self.data_keys and self.index_key and self.service_key_file):
            raise ValueError("DATA_KEYS, INDEX_KEY and SERVICE_KEY_FILE must be set with PostgreSQL")
        return self

    @property
    def embedded(self) -> bool:
        """One SQLite file, one process; keys may be made locally."""
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_path(self) -> Path:
        """The SQLite file. Only for embedded settings."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def bot_id(self) -> int:
        """The number before the colon of the bot token. Only when Telegram is configured."""
        assert self.telegram_token is not None
        return int(self.telegram_token.get_secret_value().partition(":")[0])

    @classmethod
    def read(cls) -> Self:
        """The settings of this environment. Raises `Misconfigured` with one line that names the setting."""
        try:
            return cls()
        except ValidationError as wrong:
            first = wrong.errors()[0]
            name = "_".join(str(part) for part in first["loc"]).upper()
            says = first["msg"].removeprefix("Value error, ")
            # The value itself is not shown: it may be a secret.
            raise Misconfigured(f"{name}: {says}" if name else says) from None


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("not base64") from None
    if len(key) != 32:
        raise ValueError("a key is 32 bytes, base64")
    return key


def _parse_keys(text: str) -> dict[int, bytes]:
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        number, colon, key = part.strip().partition(":")
        if not colon or not number.isdigit() or not 1 <= int(number) <= 255 or int(number) in keys:
            raise ValueError("must be <number>:<base64>,… with different numbers from 1 to 255")
        keys[int(number)] = _key(key)
    return keys
