"""SQL craft: opening a snapshot, asking it for pages and records. Knows no HTTP."""
