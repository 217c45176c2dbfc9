"""Quarantine: points, producers, veterinarians, laboratories; their verification; contact lists; problem reports."""
