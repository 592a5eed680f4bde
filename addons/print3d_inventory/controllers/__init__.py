from . import alerts
from . import labels
from . import requests
from . import trace
from . import scale
from . import scan
from . import scan_app
from . import shopping
