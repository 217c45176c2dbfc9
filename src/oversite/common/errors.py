"""Errors that a person is told about; anything else that is raised is a fault of ours and stays loud."""

from dataclasses import dataclass, field

SLIPS = frozenset({400, 422})


class OversiteError(Exception):
    """Base of the errors that carry a message for the user."""


@dataclass
class Refused(OversiteError):
    """The act is not allowed, or not possible as asked; the transaction is left and a refusal row is written.

    `code` is permanent and dotted (`video.control.held`); `message` is a translated sentence that says what
    happened, why and what to do; `clause` cites the requirement or provision, `status` is the HTTP status;
    `data` goes to the audit row. With parameters the message is a `common.sentences.sentence`, so that the row keeps
    them apart from the text and every reader has it in their own language.
    """

    code: str
    message: object
    clause: str = ""
    status: int = 403
    data: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.message)

    @property
    def is_slip(self) -> bool:
        """Whether only the input was unfit (400, 422): that is told beside the form, and is nobody's refused act."""
        return self.status in SLIPS


class ConfigError(OversiteError):
    """The configuration cannot be used; the text names the setting and what it must be."""
