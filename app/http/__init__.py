"""HTTP: parsing requests, negotiation, errors, links, caching, headers and OpenAPI."""
