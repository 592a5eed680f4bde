from . import print3d_run_start_wizard
from . import print3d_run_end_wizard
