"""What `./print3d` does: set up, run and test the suite.

Only the standard library is used: nothing here may import a package that the
set-up itself installs. The one exception is the folder `inside/`: its files are
started with the Python of the virtual environment, some within a loaded Odoo.
"""
