"""All that is particular to events."""
