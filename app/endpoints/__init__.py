"""Endpoints that are no resource: search, health, metrics, documentation."""
