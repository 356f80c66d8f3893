"""All that is particular to sources."""
