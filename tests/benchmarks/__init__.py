"""Measurements, run by hand: this service beside its peers, on one machine, in one run, as one table."""
