"""The service before schemathesis, which makes up requests from the OpenAPI document: `python -m tests.fuzzing`."""
