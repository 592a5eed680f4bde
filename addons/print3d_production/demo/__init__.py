from . import farm
from . import loader
from . import queue
from . import schedule
from . import service
