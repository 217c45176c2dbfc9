"""Codes of the second factor: each counts once, and a wrong one leaves a row."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from oversite.base.audit.actions import record_refusal
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _

ONE_TIME_CODE = gettext_lazy("One-time code")
"""What the field is called, in errors about it too."""
REMEMBERED_S = 120
"""Longer than any code is accepted: thirty seconds, one step early or late."""


class OnceMixin:
    """Refuses a code that was used before; allauth remembers it for one step only, but accepts it for three."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = ONE_TIME_CODE  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """The code; raises `ValidationError` when it is wrong or was used."""
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            if not cache.add(f"second-factor-used:{self.user.pk}:{code}", 1, REMEMBERED_S):
                raise get_adapter().validation_error("incorrect_code")
        except ValidationError:
            refused = Refused("accounts.second_factor.refused", _("Wrong code of the second factor."))
            record_refusal(refused, actor=self.user)
            raise
        return code


class SignInCodeForm(OnceMixin, AuthenticateForm):
    """The code at sign-in."""


class ConfirmCodeForm(OnceMixin, ReauthenticateForm):
    """The code that confirms who sits there."""
