"""Quarantine certification of aquatic seed at its origin."""
