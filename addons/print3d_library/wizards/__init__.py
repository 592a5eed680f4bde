from . import print3d_file_restore
from . import print3d_slice_activation
from . import print3d_slice_rollback
from . import print3d_profile_maker
from . import print3d_profile_import
from . import (
    print3d_model_editor,
    print3d_model_merger,
    print3d_variant_merger,
    print3d_variant_mover,
    print3d_variant_splitter,
)
