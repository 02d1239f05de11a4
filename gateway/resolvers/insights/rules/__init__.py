"""The rules, one file for each insight area; the parts of a long area are in `<area>_<part>.py`."""
