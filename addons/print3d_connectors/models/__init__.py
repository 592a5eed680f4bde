from . import print3d_connection
from . import print3d_connection_event
from . import print3d_alert_check
from . import print3d_connection_alert
