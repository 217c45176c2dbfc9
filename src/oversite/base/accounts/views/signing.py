"""Signing in and out, the password and the second factor: allauth's views in our own frame."""

from datetime import timedelta
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from oversite.base.accounts import sessions
from oversite.base.accounts.forms.second_factor import ONE_TIME_CODE
from oversite.base.accounts.slots import SIGN_IN_LINKS
from oversite.base.audit.actions import record
from oversite.common import clock
from oversite.screens.form_page import error_list, section_views
from oversite.screens.slots import Words


class Framed:
    """Gives a view of allauth the words and the fields that our frame draws."""

    template_name = "accounts/step.html"
    page_title: Words = ""
    page_lead: Words = ""
    button: Words = _("Continue")
    cancel: Words = ""

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """allauth's form in our words, before anything is said about it."""
        return _worded(super().get_form(*args, **kwargs))  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's context and ours."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        form = context.get("form")
        if form is not None:
            _worded(form)
            context |= {"section_views": section_views(form, (), {}), "errors": error_list(form)}
        return context | {
            "page_title": self.page_title,
            "page_lead": self.page_lead,
            "button": self.button,
            "cancel": self.cancel,
        }


def _worded(form: Any) -> Any:
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name == "code":
            field.label = ONE_TIME_CODE
            field.widget.attrs |= {"inputmode": "numeric", "autofocus": True}
        field.help_text = "" if "reset" in str(field.help_text) else field.help_text
    return form


class Recorded:
    """Does what the form asks and records it as `act`, or neither."""

    act = ""

    def form_valid(self, form: Any) -> HttpResponse:
        """One transaction for both."""
        with transaction.atomic():
            user = self.request.user  # type: ignore[attr-defined]
            record(self.act, actor=user, subject=user)
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            return response


class SignIn(Framed, account.LoginView):
    """User name and password; below it the ways in of those who have none."""

    template_name = "accounts/sign_in.html"
    page_title = _("Sign in")
    page_lead = _("Accounts are made by the administrator of your agency.")
    button = _("Sign in")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what other apps offer here."""
        return super().get_context_data(**kwargs) | {"links": list(SIGN_IN_LINKS)}


class SignOut(Framed, account.LogoutView):
    """Asks, then ends the session."""

    page_title = _("Sign out")
    page_lead = _("Your session ends here and now.")
    button = _("Sign out")
    cancel = "/"


@method_decorator(login_not_required, name="dispatch")
class Inactive(Framed, account.AccountInactiveView):
    """What a disabled account is told."""

    template_name = "accounts/inactive.html"
    page_title = _("This account is disabled")
    page_lead = _("Ask the administrator of your agency.")


class Confirm(Framed, account.ReauthenticateView):
    """The password again, before something that matters."""

    page_title = _("Confirm that it is you")
    page_lead = _("Enter your password again to go on.")


class ChangePassword(Framed, account.PasswordChangeView):
    """The password changed by its owner; at the first sign-in there is no way round it."""

    template_name = "accounts/password.html"
    page_title = _("Change the password")
    button = _("Change")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say why, when it must be."""
        context = super().get_context_data(**kwargs)
        if self.request.user.must_change_password:
            context["page_lead"] = _("The first password was given to you by somebody else: choose one of your own.")
        else:
            context["cancel"] = "/"
        return context

    def get_default_success_url(self) -> str:
        """On to the start."""
        return "/"


class SecondFactor(Framed, mfa.AuthenticateView):
    """The code at sign-in."""

    template_name = "accounts/code.html"
    page_title = _("Second factor")
    page_lead = _("Enter the code that your authenticator shows now, or one of your recovery codes.")
    button = _("Sign in")


class ConfirmWithCode(Framed, mfa.ReauthenticateView):
    """The code again, before something that matters."""

    page_title = _("Confirm that it is you")
    page_lead = _("Enter the code that your authenticator shows now.")


class SecondFactorState(Framed, mfa.IndexView):
    """What is enrolled, and what can be done with it."""

    template_name = "accounts/second_factor.html"
    page_title = _("Second factor")
    page_lead = _("An authenticator app on your telephone shows a new code every 30 seconds.")


class Enrol(Recorded, Framed, totp.ActivateTOTPView):
    """Scan, enter the code, done."""

    template_name = "accounts/enrol.html"
    act = "accounts.second_factor.enrolled"
    page_title = _("Enrol the second factor")
    button = _("Enrol")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say that it must be, when it must."""
        context = super().get_context_data(**kwargs)
        if self.request.user.needs_second_factor:
            context["page_lead"] = _("Your roles need a second factor: nothing else works before it is enrolled.")
        return context


class Remove(Recorded, Framed, totp.DeactivateTOTPView):
    """Give up the second factor, where no role asks for it."""

    act = "accounts.second_factor.removed"
    page_title = _("Remove the second factor")
    page_lead = _("Your account is then protected by its password alone.")
    button = _("Remove")
    cancel = reverse_lazy("mfa_index")


class RecoveryCodes(Framed, codes.ViewRecoveryCodesView):
    """The codes for the day on which the telephone is lost."""

    template_name = "accounts/recovery_codes.html"
    page_title = _("Recovery codes")
    page_lead = _("Each signs you in once when the telephone is not at hand. Print them and lock them away.")


class RecoveryCodesFile(codes.DownloadRecoveryCodesView):
    """The codes as a text file."""


class NewRecoveryCodes(Recorded, Framed, codes.GenerateRecoveryCodesView):
    """New codes; the old ones are void."""

    act = "accounts.second_factor.codes"
    page_title = _("New recovery codes")
    page_lead = _("The codes you have now become void.")
    button = _("Make new codes")
    cancel = reverse_lazy("mfa_index")


@require_POST
def alive(request: HttpRequest) -> HttpResponse:
    """A playing, visible pane counts as use (the session middleware has noted the request already)."""
    sessions.extend(request, clock.now())
    return HttpResponse(status=204)


@require_GET
def left(request: HttpRequest) -> JsonResponse:
    """How many seconds until the idle logout; asking does not extend it."""
    remaining = sessions.left(request, clock.now())
    return JsonResponse({"seconds": max(0, remaining // timedelta(seconds=1))})
