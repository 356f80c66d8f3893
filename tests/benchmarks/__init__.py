"""Measurements, run by hand: they print what they see and judge nothing."""
