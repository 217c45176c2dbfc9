"""Cameras at customs-supervised sites: control rights and what may leave the platform."""
