"""All that is particular to locations."""
