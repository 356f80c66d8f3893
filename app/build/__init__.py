"""From YAML to a verified snapshot. Knows no HTTP.

`reading` and `checks` make sure of the documents. A record goes through `trees` and `composing` to `rendering`, `rows`
and `indexing`; `writing` puts what these gave together, and `workforce` has that done by several processes. All
records have their order from `numbering`, and what they call one another from the `library`; `loading` goes through
them, `loader` takes them into the `draft`, and `sealing` tells of them all. `building` has the files.
"""
