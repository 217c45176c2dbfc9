"""The configuration: defaults, then the file, then the environment, then the command line."""

import dataclasses
from pathlib import Path

import pytest

from oversite.common import config
from oversite.common.errors import ConfigError


def test_each_source_stands_above_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "oversite.toml").write_text("web_port = 81\nmedia_port = 82\nsip_port = 5070\n")
    loaded = config.load(
        {"data_dir": tmp_path, "sip_port": 5090}, environ={"OVERSITE_MEDIA_PORT": "8300", "OVERSITE_SIP_PORT": "5080"}
    )
    assert (loaded.web_port, loaded.media_port, loaded.sip_port) == (81, 8300, 5090)


def test_a_child_process_gets_the_same(tmp_path: Path) -> None:
    loaded = config.load({"data_dir": tmp_path, "rtp_ports": "40000-40010"}, environ={})
    assert config.load(environ=loaded.as_environment()) == loaded


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OVERSITE_RTP_PORTS", "90-80", "30000-30999"),
        ("OVERSITE_WEB_PORT", "80a", "web_port"),
        ("OVERSITE_WEB_PORT", "70000", "between 0 and 65535"),
        ("OVERSITE_WEBPORT", "80", "webport"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        config.load({"data_dir": tmp_path}, environ={name: value})


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "oversite.toml").write_text("web_port = ")
    with pytest.raises(ConfigError, match=r"oversite\.toml"):
        config.load({"data_dir": tmp_path}, environ={})


def test_every_setting_is_documented() -> None:
    documented = (Path(__file__).parents[2] / "docs/ref/config.md").read_text("utf-8")
    assert [item.name for item in dataclasses.fields(config.Config) if f"`{item.name}`" not in documented] == []
