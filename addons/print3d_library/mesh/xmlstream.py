"""XML as a stream of elements, for documents too large for a tree.

Expat reads without a tree, without a network and, as document types are refused,
without entities.
"""

from array import array
from xml.parsers import expat

import numpy as np

from .errors import MeshError

# Formats of meshes nest their elements six to eight deep.
MAX_DEPTH = 64
# Longest single tag or text between tags.
MAX_TOKEN = 8 * 1024 * 1024
PIECE = 512 * 1024
BATCH = 150_000


def parse(chunks, handler, name):
    """Feed a document to a handler.

    :param chunks: the bytes, in pieces
    :param handler: object with ``start(tag, attributes)``, ``end(tag)`` and
        ``text(data)``; tags are ``namespace local`` with a blank between (or just
        ``local``), attributes a flat list of names and values. ``prefix(name, uri)``
        is told of namespaces.
    :param name: name of the document, for messages
    :raises MeshError: ``bad_xml``, ``xml_entity`` and whatever the handler raises
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartNamespaceDeclHandler = handler.prefix
    parser.StartDoctypeDeclHandler = _refuse_doctype(name)
    done = 0
    try:
        for chunk in chunks:
            for start in range(0, len(chunk), PIECE):
                parser.Parse(chunk[start : start + PIECE], False)
                done += min(PIECE, len(chunk) - start)
                # What is read but not understood yet is one endless tag.
                if done - parser.CurrentByteIndex > MAX_TOKEN:
                    raise _bad(name, "it holds one endless tag")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if error.code == _NO_MEMORY:
            raise MemoryError from error
        if error.code in _CUT:
            raise MeshError(
                "truncated",
                f"{name} is cut short. Copy, download or export the model again.",
            ) from error
        raise _bad(name, f"line {error.lineno} is no XML") from error
    except (LookupError, ValueError) as error:
        # An encoding that Python does not know, or not as one byte a character.
        raise _bad(name, "its text is in an encoding that is not known") from error


_NO_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
_CUT = tuple(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)


def _refuse_doctype(name):
    def refuse(*_arguments):
        raise MeshError(
            "xml_entity",
            f"{name} defines a document type, which is a way to hide entities and no "
            "program for models does. Do not use the file.",
        )

    return refuse


def _bad(name, why):
    return MeshError(
        "bad_xml", f"{name} cannot be read: {why}. Export the model again."
    )


def too_deep(name):
    """The error for elements nested deeper than any format has them."""
    return _bad(name, f"its elements are nested more than {MAX_DEPTH} deep")


class Numbers:
    """Numbers collected from texts, turned into an array batch by batch.

    :param kind: ``float`` or ``int``
    """

    def __init__(self, kind):
        self._kind = kind
        self._array = array("d" if kind is float else "q")
        self.texts = []

    def __len__(self):
        return len(self._array) + len(self.texts)

    def flush(self):
        """Convert the texts gathered so far.

        :raises MeshError: ``bad_number``
        """
        try:
            self._array.extend(map(self._kind, self.texts))
        except (ValueError, OverflowError):
            raise MeshError(
                "bad_number",
                "The file has words where numbers of points should be. Export the "
                "model again.",
            ) from None
        self.texts.clear()

    def table(self):
        """All numbers in rows of three."""
        self.flush()
        kind = np.float64 if self._kind is float else np.int64
        return np.frombuffer(self._array, kind).reshape(-1, 3)
