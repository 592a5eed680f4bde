from . import test_print3d_run_end
