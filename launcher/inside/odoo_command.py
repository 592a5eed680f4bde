"""The Odoo command line itself; started with the virtual environment's Python.

A file of its own, because neither the Debian package unpacked in a folder nor
an Odoo found elsewhere has a start file at a place that is always the same, and
Odoo starts its own workers by the name of this file.
"""

import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
