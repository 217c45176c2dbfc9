"""Samples on their way to a laboratory, what it found, and the report that is released."""
