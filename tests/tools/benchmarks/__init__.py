"""Benchmarks: this service beside its peers, measured on one machine in one run."""
