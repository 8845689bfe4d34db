"""``python -m kiosk``: the command line (:mod:`kiosk.run.command_line`)."""

import sys

from kiosk.run.command_line import main

sys.exit(main())
