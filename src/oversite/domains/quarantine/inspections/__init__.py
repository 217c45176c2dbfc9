"""Quarantine: inspections, disease records, decisions, treatment."""
