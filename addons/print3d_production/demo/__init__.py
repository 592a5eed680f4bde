from . import farm
from . import feasibility
from . import loader
from . import queue
from . import schedule
from . import service
