from . import test_feasibility
from . import test_mrp_production
from . import test_print3d_run_ending
from . import test_print3d_run_queue
from . import test_print3d_run_starting
from . import test_print3d_slice
