"""Quarantine: declarations of seed that is to leave its place."""
