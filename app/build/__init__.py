"""From YAML seeds to a verified database. Imports nothing of the HTTP side.

`pipeline` reads top to bottom: `reader` and `validate` check the seeds, `prepare` gathers what records show of one
another, each resource's `transform` makes records and rows of its documents, `writer` renders and indexes them, alone
or in a `process_pool`, `loader` inserts them and computes the versions, and `replace` moves the finished file into
place. `common` is what the resources share.
"""
