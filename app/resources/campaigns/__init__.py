"""All that is particular to campaigns."""
