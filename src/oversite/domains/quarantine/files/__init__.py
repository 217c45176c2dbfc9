"""Quarantine: attachments of declarations, photographs of inspections, photographed papers."""
