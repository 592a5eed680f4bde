from . import loader
from . import things
from . import shopping
