"""The installation's evidence key: a file under DATA/keys, made when first needed."""

from oversite.common import config
from oversite.common.signing import FileSigner, open_signer, trust_text, trusted_key

KEY_NAME = "evidence"


def evidence_signer() -> FileSigner:
    """What packages are signed with."""
    return open_signer(config.current().keys_dir, KEY_NAME)


def own_fingerprint() -> str:
    """The fingerprint by which others know this installation's evidence."""
    return evidence_signer().fingerprint


def own_trust() -> str:
    """The list of trusted keys that holds this installation's evidence key, as text."""
    return trust_text([trusted_key(KEY_NAME, evidence_signer())])
