"""Media: the media plane behind one small interface (engine.py)."""
