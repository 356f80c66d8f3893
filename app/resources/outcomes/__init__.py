"""All that is particular to outcomes."""
