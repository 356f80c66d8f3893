"""From YAML to a verified snapshot: reading documents, checking them, building. Knows no HTTP."""
