"""What a visitor may take of the server before a page is asked: connections, bodies, requests.

Everything here runs in the event loop and holds no thread. A request reaches Flask when its body
is whole; who takes more than the share of :mod:`.bounds` is refused, alone (decision 0295).
"""
