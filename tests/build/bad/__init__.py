"""Seeds that are bad in one way each: what is written in the place of what, and what is reported of it."""
