"""A read-only JSON service for the campaigns that public reports tell of."""

from importlib.metadata import version

__version__ = version("campaign-api")
