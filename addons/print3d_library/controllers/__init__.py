from . import print3d_file, print3d_import, print3d_upload, print3d_viewer
