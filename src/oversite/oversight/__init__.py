"""Judging: what officers see at a site, how they grade it, and the record that stands afterwards."""
