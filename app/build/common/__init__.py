"""What the documents and transformations of all resources share; imports no resource."""
