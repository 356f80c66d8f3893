"""HTTP manners: reading queries, choosing representations, problems, links, caching, headers, OpenAPI."""
