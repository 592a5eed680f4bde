from . import print3d_connection_token
