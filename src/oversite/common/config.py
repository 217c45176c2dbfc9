"""The one configuration: defaults, then `oversite.toml`, then `OVERSITE_*`, then the command line."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from oversite.common.errors import ConfigError

FILE_NAME = "oversite.toml"
ENV_PREFIX = "OVERSITE_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What an installation decides; docs/ref/config.md explains each.

    Ports are TCP and UDP numbers; `sip_port` is both; signalling's door is on loopback. `rtp_ports` is an
    inclusive range, one port per incoming stream, shared evenly by the media nodes.
    """

    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    advertise_ip: str = "127.0.0.1"
    web_port: int = 8000
    media_port: int = 8001
    media_nodes: int = 1
    sip_port: int = 5060
    sip_id: str = "34020000002000000001"
    sip_domain: str = "3402000000"
    signalling_door_port: int = 5062
    rtp_ports: tuple[int, int] = (30000, 30999)
    public_url: str = ""
    public_media_url: str = ""
    database_url: str = ""
    pkcs11_module: str = ""
    pkcs11_token: str = ""
    debug: bool = False

    @property
    def keys_dir(self) -> Path:
        """Where the secrets lie (0700)."""
        return self.data_dir / "keys"

    @property
    def recordings_dir(self) -> Path:
        """The first volume of the recordings."""
        return self.data_dir / "recordings"

    @property
    def reached_at(self) -> str:
        """The address of this machine for browsers and devices, where `host` may be every address."""
        return self.advertise_ip if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104

    @property
    def web_url(self) -> str:
        """The address printed into QR codes and used as the web origin."""
        return self.public_url or f"http://{self.reached_at}:{self.web_port}"

    def media_url(self, node: int = 0) -> str:
        """The address at which browsers reach media node `node`."""
        if self.public_media_url:
            return self.public_media_url.replace("{node}", str(node))
        return f"http://{self.reached_at}:{self.media_port + node}"

    def as_environment(self) -> dict[str, str]:
        """The `OVERSITE_*` variables that give a child process this configuration."""
        values: dict[str, str] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            text = f"{value[0]}-{value[1]}" if isinstance(value, tuple) else str(value)
            values[ENV_PREFIX + item.name.upper()] = text
        return values


def load(overrides: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Config:
    """Read the configuration.

    Raises `ConfigError` naming the setting that is unknown or malformed.
    """
    environ = os.environ if environ is None else environ
    given = {key: value for key, value in (overrides or {}).items() if value is not None}
    from_environ = {
        key.removeprefix(ENV_PREFIX).lower(): value for key, value in environ.items() if key.startswith(ENV_PREFIX)
    }
    data_dir = Path(str(given.get("data_dir") or from_environ.get("data_dir") or Config().data_dir)).absolute()
    config = _merge(Config(), _file_values(data_dir / FILE_NAME), FILE_NAME)
    config = _merge(config, from_environ, "the environment")
    config = _merge(config, given, "the command line")
    return replace(config, data_dir=data_dir)


def current() -> Config:
    """The configuration of this process, read once."""
    if not _in_use:
        _in_use.append(load())
    return _in_use[0]


def use(config: Config) -> None:
    """Make `config` the one of this process and of the children it starts."""
    _in_use[:] = [config]
    os.environ.update(config.as_environment())


_in_use: list[Config] = []


def _file_values(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _merge(config: Config, values: Mapping[str, object], source: str) -> Config:
    known = {item.name for item in fields(Config)}
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise ConfigError(f"{source}: no setting is called {name!r}")
        changes[name] = _parse(name, value, getattr(config, name), source)
    return replace(config, **changes)


def _parse(name: str, value: object, like: object, source: str) -> object:
    try:
        if isinstance(like, bool):
            return str(value).lower() in {"1", "true", "yes", "on"}
        if isinstance(like, int):
            return _port_or_number(name, int(str(value)))
        if isinstance(like, tuple):
            first, last = (int(part) for part in str(value).split("-"))
            if not 1024 <= first <= last <= 65535:
                raise ValueError("a range such as 30000-30999")
            return first, last
        if isinstance(like, Path):
            return Path(str(value))
    except ValueError as error:
        raise ConfigError(f"{source}: {name} = {value!r}: {error}") from error
    return str(value)


def _port_or_number(name: str, value: int) -> int:
    if name.endswith("_port") and not 0 <= value <= 65535:
        raise ValueError("a port is between 0 and 65535")
    return value
