"""Parts that the documents and transformations of all resources share; imports no resource."""
