"""What the app plugs in: the text of its act."""

from django.utils.translation import gettext_lazy as _

from oversite.base.audit.slots import ACTS, REFUSED_ACTS

ACTS.plug("quarantine.file.kept", _("file attached"))

for _code, _kept_from in {
    "file": _("keeping or attaching a file"),
}.items():
    REFUSED_ACTS.plug(f"quarantine.{_code}", _kept_from)
