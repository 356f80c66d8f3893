"""Exports: one module a media type that writes whole lists; knows no HTTP."""
