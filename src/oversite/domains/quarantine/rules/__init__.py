"""Quarantine: species, diseases, procedures and every dated figure of quarantine."""
