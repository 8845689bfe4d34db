"""The citizen's HTTP edge: pages, forms and routes; a signed cookie finds the visit."""
