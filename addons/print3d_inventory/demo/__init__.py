from . import loader
from . import things
