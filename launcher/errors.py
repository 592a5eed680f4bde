"""The one exception the launcher shows to people."""


class LauncherError(Exception):
    """Something the reader of the message can act on; printed without a traceback."""
