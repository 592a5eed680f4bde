from . import print3d_licence_override
from . import print3d_alert_limits
from . import print3d_royalty_billing
from . import print3d_run_credit
