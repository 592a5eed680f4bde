from . import print3d_spool_add
from . import print3d_spool_move
