"""Networked sharing of public-safety video in a district (视频联网共享)."""
