"""Oversite (明察): agencies see, check and certify the sites they are answerable for."""
