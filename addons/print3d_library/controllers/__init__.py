from . import print3d_file, print3d_viewer
