"""The explorer: the pages for people, and their files. `routes.py` has the endpoints."""
