"""How it is asked for: one module a resource, with its query models and its routes."""
