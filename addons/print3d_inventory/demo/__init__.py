from . import loader
from . import requests
from . import things
from . import shopping
