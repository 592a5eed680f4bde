from . import print3d_slice_activation
