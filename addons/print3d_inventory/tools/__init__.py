from . import colour
from . import ranking
from . import words
