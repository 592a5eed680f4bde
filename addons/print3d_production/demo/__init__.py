from . import farm
from . import ending
from . import loader
from . import feasibility
from . import queue
from . import schedule
from . import service
