"""An act that matters: says in one sentence what will happen, asks for the reason, names the clause."""

from typing import Any, Literal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from oversite.common.errors import Refused
from oversite.screens.form_page import error_list, section_views
from oversite.screens.page import PageView, go_to, is_htmx
from oversite.screens.slots import Words

REASON_LENGTH = 500


class ActForm(forms.Form):
    """The form of an act without fields of its own."""


class ActPage(PageView):
    """A dialog over the page that HTMX opened it from, or a page of its own when the address is opened."""

    template_name = "screens/act.html"
    irreversible: Words = ""
    clause: Words = ""
    reason: Literal["required", "optional", "none"] = "none"
    reason_label: Words = _("Reason")
    reason_help: Words = ""
    button: Words = _("Confirm")
    is_grave = False
    form_class: type[forms.Form] = ActForm
    cancel_url = ""

    def sentence(self, subject: Any) -> Words:
        """What will happen, in one sentence."""
        raise NotImplementedError

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        """Call the action; returns where to go. The reason is in `form.cleaned_data["reason"]`."""
        raise NotImplementedError

    def form(self, **kwargs: Any) -> forms.Form:
        """The form with the reason as its last field."""
        form = self.form_class(**kwargs)
        if self.reason != "none":
            form.fields["reason"] = forms.CharField(
                label=str(self.reason_label),
                help_text=str(self.reason_help),
                required=self.reason == "required",
                max_length=REASON_LENGTH,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        return form

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Ask."""
        del request
        return self.show_act(self.subject(), self.form())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Act, or ask again with what was typed."""
        subject = self.subject()
        form = self.form(data=request.POST, files=request.FILES)
        if not form.is_valid():
            return self.show_act(subject, form, status=422)
        form.cleaned_data.setdefault("reason", "")
        try:
            url = self.perform(subject, form, self.user)
        except Refused as refused:
            return self.show_act(subject, form, status=refused.status, refused=refused)
        return go_to(request, url)

    def show_act(
        self, subject: Any, form: forms.Form, status: int = 200, refused: Refused | None = None
    ) -> HttpResponse:
        """Render the dialog or the page."""
        self.remember(refused)
        context = {
            "subject": subject,
            "sentence": self.sentence(subject),
            "form": form,
            "section_views": section_views(form, (), {}),
            "errors": error_list(form),
            "refused": refused,
            "cancel": self.cancel_url or "../",
        }
        template = "screens/parts/act_dialog.html" if is_htmx(self.request) else ""
        return self.show(context, status=status, template_name=template)
