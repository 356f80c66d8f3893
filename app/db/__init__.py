"""The SQLite database: opening it, and reading pages, records and counts. Independent of HTTP."""
