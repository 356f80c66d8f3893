"""What is shown: the public models, one module a resource, and how stored rows become one. Knows no HTTP."""
