"""Tools that are run by hand: benchmarks, fuzzing and generated campaigns."""
