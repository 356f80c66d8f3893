"""Property tests of the HTTP interface by Schemathesis: `python -m tests.tools.fuzzing`."""
