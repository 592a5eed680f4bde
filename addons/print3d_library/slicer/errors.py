"""The one exception of the package."""


class SlicedFileError(Exception):
    """A file that cannot be used, with what is wrong and what to do next.

    :param code: stable word for programs, one of

        ``unreadable``, ``empty``, ``truncated``, ``damaged``, ``too_large``,
        ``unsupported``, ``not_sliced``, ``no_filament``, ``zero_filament``,
        ``bad_zip``, ``bad_name``, ``encrypted``, ``zip_bomb``, ``bad_xml``,
        ``xml_entity``, ``bad_json``, ``garbled`` (damaged in an unforeseen way)
    :param message: English sentences for the person who chose the file.
    :param sliced: :class:`~.model.SlicedFile` with what could still be read, for
        files that are understood but hold nothing to print; ``None`` otherwise.
    :param params: values used in the message, for whoever words it again.
    """

    def __init__(self, code, message, *, sliced=None, **params):
        super().__init__(message)
        self.code = code
        self.message = message
        self.sliced = sliced
        self.params = params
