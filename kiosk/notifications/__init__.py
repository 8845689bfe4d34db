"""Messages to people: their kinds, the queue they wait in, leases for sending, receipts.

What a message is about is a type and an id (``appointment``, 7). The idea that owns that type
supplies the facts when the message is sent (``subjects.py``); nothing here imports it.
"""
