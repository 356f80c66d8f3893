"""The YAML documents of `seeds/`, as strict models: what an editor may write, and nothing else.

What one document can tell by itself is checked here; what takes several is in `app.build.validate`.
"""
