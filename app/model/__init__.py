"""What is shown: the public models, one module a resource. Knows no HTTP."""
