"""The citizen's journey: pages a person walks through, as data, forms and routes."""
