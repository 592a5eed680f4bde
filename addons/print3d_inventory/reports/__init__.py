from . import spool_labels
