"""Processes of their own: signalling, media, worker."""
