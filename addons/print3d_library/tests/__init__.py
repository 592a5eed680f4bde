from . import (
    test_access,
    test_home,
    test_print3d_file,
    test_print3d_plate,
    test_print3d_slice,
    test_print3d_slice_reading,
    test_product,
    test_query_budgets,
    test_tours,
    test_upload,
)
