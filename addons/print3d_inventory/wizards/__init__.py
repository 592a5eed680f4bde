from . import print3d_catalogue_export
from . import print3d_filament_choose
from . import print3d_filament_choose_option
from . import print3d_filament_create
from . import print3d_filament_create_line
from . import print3d_spool_add
from . import print3d_spool_move
from . import print3d_spool_weigh
