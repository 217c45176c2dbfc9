"""Law and trade; each domain is a folder and one line in `INSTALLED_APPS`, and none imports another (req: S2.9)."""
