"""The processes of an installation: web server, delivery worker, command line, regular jobs."""
