"""What each address is about, so that the walk can judge who gets in: one file per app in `rules/`.

An address without a rule fails the walk, and so does a rule without an address.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may open an address.

    `role` is the key of a shipped role that may, "" for everybody signed in, `also` that of another; `kwargs(world)`
    names an object of the agency `world.tree.post`; `query` and `body` are what is sent along (the body as JSON).
    `is_public` needs no sign-in. `has_object` is false where the address names nothing that belongs to an agency.
    `without_right_role` says why the right role is not tried here (a stream without end, an act on a running service).
    """

    role: str = ""
    also: str = ""
    kwargs: Callable[[Any], Mapping[str, Any]] = lambda _world: {}
    query: Callable[[Any], str] = lambda _world: ""
    body: Callable[[Any], Mapping[str, Any]] | None = None
    is_public: bool = False
    has_object: bool = False
    without_right_role: str = ""


@dataclass
class World:
    """Objects of the agency `tree.post`, made when a rule asks for them."""

    tree: Any
    make_user: Callable[..., Any]
    made: dict[str, Any] = field(default_factory=dict)

    def thing(self, name: str, make: Callable[[], Any]) -> Any:
        """The object called `name`, made once."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    @cached_property
    def site(self) -> Any:
        """A site that the post is in charge of, and operates."""
        from oversite.base.sites.models import Site

        post = self.tree.post
        return Site.objects.create(
            code="S1", name="芝罘岛养殖场", site_class="aquaculture-farm", agency=post, operator=post
        )

    @cached_property
    def device(self) -> Any:
        """A device at the site."""
        from oversite.video.cameras.models import Device

        return Device.objects.create(gb_id="37060200001110000071", name="录像机", site=self.site)

    @cached_property
    def camera(self) -> Any:
        """A camera at the site."""
        from oversite.video.cameras.models import Camera

        return Camera.objects.create(gb_id="37060200001320000071", name="东塘", site=self.site, device=self.device)

    def user(self, agency: Any, role: str) -> Any:
        """A user of an agency with one role, or none."""
        name = f"{agency.code.lower()}-{role or 'nobody'}"
        return self.thing(name, lambda: self.make_user(agency, *([role] if role else []), username=name))


def roles_of(rule: Rule) -> set[str]:
    """The roles that may open an address."""
    return {rule.role, rule.also} if rule.also else {rule.role}


def rules() -> dict[str, Rule]:
    """All rules by the name of their address."""
    found: dict[str, Rule] = {}
    for path in sorted((Path(__file__).parent / "rules").glob("*.py")):
        own = importlib.import_module(f"access.rules.{path.stem}").RULES
        twice = found.keys() & own.keys()
        assert not twice, f"{path.name}: {twice} have a rule already"
        found |= own
    return found


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of the product: (name, view); one without a name is called by its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield (f"{namespace}{pattern.name}" if pattern.name else f"unnamed {pattern.pattern}"), pattern.callback
