"""The one exception of the package."""


class MeshError(Exception):
    """A mesh that cannot be used, with what is wrong and what to do next.

    :param code: stable word for programs, one of

        ``unreadable``, ``empty``, ``truncated``, ``too_large``, ``unsupported``,
        ``damaged``, ``no_geometry``, ``bad_number``, ``bad_index``, ``cycle``,
        ``bad_zip``, ``bad_name``, ``encrypted``, ``zip_bomb``, ``bad_xml``,
        ``xml_entity``, ``no_step_reader``, ``timeout``, ``memory``, ``crashed``
    :param message: English sentences for the person who chose the file.
    :param params: values used in the message, for whoever words it again.
    """

    def __init__(self, code, message, **params):
        super().__init__(message)
        self.code = code
        self.message = message
        self.params = params
