"""Installations with processes of their own."""

from installation import installation, template_installation

__all__ = ["installation", "template_installation"]
