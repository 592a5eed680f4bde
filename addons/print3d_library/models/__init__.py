from . import (
    print3d_correctable,
    print3d_file,
    print3d_home,
    print3d_licence,
    print3d_mesh,
    print3d_mesh_part,
    print3d_plate,
    print3d_plate_filament,
    print3d_plate_object,
    print3d_question,
    print3d_scan_event,
    print3d_scanner,
    print3d_slice,
    print3d_slice_facts,
    print3d_slice_parameter,
    print3d_slice_search,
    print3d_slice_viewer,
    print3d_viewable,
)
from . import print3d_mesh_viewer, print3d_plate_viewer
from . import (
    product_product,
    product_template,
    res_config_settings,
)
