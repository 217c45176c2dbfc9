"""Bytes to meaning and back: no I/O, no clock, no framework. Time and fresh ids are passed in."""
