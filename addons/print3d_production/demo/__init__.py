from . import loader
from . import service
