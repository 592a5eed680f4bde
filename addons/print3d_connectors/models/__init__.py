from . import print3d_connection
from . import print3d_connection_event
