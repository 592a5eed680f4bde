from . import print3d_file
