"""Quarantine certificates: numbers, issue, signatures, checking."""
