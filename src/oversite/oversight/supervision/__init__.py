"""Supervision sessions: an officer looks at a site, grades each monitored point and files the record sheet."""
