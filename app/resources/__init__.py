"""One folder a resource: its table, schema, parameters, routes and formats, and what builds it from the seeds."""
