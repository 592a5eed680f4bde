from . import farm
from . import loader
from . import schedule
from . import service
