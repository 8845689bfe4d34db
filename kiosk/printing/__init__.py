"""Printing: guides and cards, from HTML to tagged PDF; QR codes.

Other packages call ``guides``, ``cards``, ``qr``; and ``worker.stop`` when the web process ends.
"""
