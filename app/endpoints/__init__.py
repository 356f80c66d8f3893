"""Endpoints beside the resources: search, health, metrics and documentation."""
