"""Findings as a user may read them: who may see only some cameras of a site is not told of the others by name."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _t

from oversite.video.cameras.queries import cameras_at, registered_cameras

if TYPE_CHECKING:
    from oversite.base.sites.models import Site

QUOTED = re.compile("“([^”]*)”")
CALLED = re.compile("(?<=摄像头)“([^”]*)”|(?<=camera )“([^”]*)”|(?<=cameras )“([^”]*)”")
TEXTS = ("missing", "reason")


class Sight:
    """What a user sees of the cameras of a site; with no user everything (the installation itself)."""

    def __init__(self, site: "Site", user: Any = None) -> None:
        self.names = {str(each.uid): each.name for each in cameras_at(site)}
        self.hidden: set[str] = set()
        if user is not None:
            found = registered_cameras(user, None).filter(site=site)
            self.hidden = set(self.names) - {str(uid) for uid in found.values_list("uid", flat=True)}
        self._told = {name for uid, name in self.names.items() if uid not in self.hidden}
        self._untold = {self.names[uid] for uid in self.hidden} - self._told

    @property
    def visible(self) -> dict[str, str]:
        """The names of the cameras that the user sees, by uid."""
        return {uid: name for uid, name in self.names.items() if uid not in self.hidden}

    def name(self, uid: str, name: str) -> str:
        """A camera's name, or that it is another one."""
        return _t("another camera") if uid in self.hidden else name

    def named(self, finding: Mapping[str, Any]) -> dict[str, str]:
        """The visible cameras that the sentences of a finding name, by uid."""
        said = {name for key in TEXTS for text in (finding[key] or {}).values() for name in QUOTED.findall(text)}
        return {uid: name for uid, name in self.visible.items() if name in said}

    def finding(self, finding: Mapping[str, Any]) -> dict[str, Any]:
        """The finding without the cameras that the user does not see; `unseen` of them are among those that meet it."""
        told = dict(finding)
        if not self.hidden:
            return told
        for key in ("cameras", "look_at"):
            told[key] = [uid for uid in finding[key] if uid not in self.hidden]
        told["unseen"] = sum(uid in self.hidden for uid in finding["cameras"])
        told["losses"] = [each for each in finding["losses"] if each["camera"] not in self.hidden]
        for key in TEXTS:
            if finding[key]:
                told[key] = {language: self._text(text, language) for language, text in finding[key].items()}
        return told

    def _text(self, text: str, language: str) -> str:
        with translation.override({"zh": "zh-hans", "en": "en"}[language]):
            other = _t("another camera")

        def hide(match: re.Match[str]) -> str:
            return match[0] if match.group(match.lastindex or 0) in self._told else other

        hidden = QUOTED.sub(lambda match: other if match[1] in self._untold else match[0], text)
        return CALLED.sub(hide, hidden)
