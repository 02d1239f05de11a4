"""`python -m gateway_demo`: the demo as a command."""

import sys

from gateway_demo.launch.cli import main

if __name__ == "__main__":
    sys.exit(main())
