"""Exports: one module for each media type, which writes any number of records as one document. Knows no HTTP."""
