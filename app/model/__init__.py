"""What all resources share: codes, phrases, public schemas and envelopes, tables, and GCJ-02. Knows no HTTP."""
