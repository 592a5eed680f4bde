from . import print3d_run_end
from . import print3d_alert_limits
from . import print3d_run_start
from . import print3d_run_batch
from . import print3d_run_move
from . import print3d_run_allow
from . import print3d_run_pin
from . import print3d_schedule_hours
