from . import labels
from . import scan_app
