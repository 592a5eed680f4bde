"""What a file says about its owner's network and computer, and is not kept.

Slicers store how to reach a printer beside how to print: hosts, API keys, passwords,
access codes. People paste the same into start G-code, notes and post-processing
scripts. Files are shared and databases are backed up, so none of it is stored; what
is left out of a value is replaced with ``~``.
"""

import re

# Names of settings that hold a secret of the user's network, never kept.
SECRET = re.compile(
    r"print_?host|api_?key|passw(?:or)?d|passphrase|token|access_?code|secret|"
    r"credential|cookie|webhook|(?:^|_)(?:auth|authorization|ssid|psk|wifi)(?:_|$)|"
    r"(?:^|_)(?:user_?name|login|(?:printer|machine|device|host)_?(?:ip|address))$",
    re.IGNORECASE,
)
HIDDEN = "~"
# A value without any of these words and marks cannot match what follows.
HINT = re.compile(
    r"://|@|\\\\|[\\/](?:users|home|homes|media|documents and settings)[\\/]|"
    r"api.?key|token|passw|pwd|secret|access.?code|bearer|authorization|eyJ|"
    r"-u |--user|/services/|/webhooks/|/bot\d|gh[opsur]_|sk-|xox",
    re.IGNORECASE,
)
# What stands between a name and its value: "key=…", "key": "…", --key …, escaped
# quotes too.
_IS = r"(?:\\?[\"'])?\s{0,4}[=:]\s{0,4}(?:\\?[\"'])?"
_TEXT = r"[^\s\"'&;,\\<>{}\[\]]"
_WORDS = (
    r"(?:[\w-]{0,24}(?:api[_-]?key|apikey|access[_-]?code|token|password|passwd|"
    r"passphrase|secret)|pwd)"
)
RULES = tuple(
    (re.compile(pattern, re.IGNORECASE), text)
    for pattern, text in (
        # Authorization: Bearer …, Authorization: Basic …
        (
            rf"\b((?:proxy-)?authorization{_IS})(?:(basic|bearer|digest|token|apikey)"
            rf"\s{{1,4}})?{_TEXT}{{1,4096}}",
            rf"\1{HIDDEN}",
        ),
        (r"\b(bearer\s{1,4})[\w.~+/=-]{8,4096}", rf"\1{HIDDEN}"),
        # apikey=…, X-Api-Key: …, "token": "…", --password …
        (rf"(?<![\w-])(-{{0,2}}{_WORDS}{_IS}){_TEXT}{{1,4096}}", rf"\1{HIDDEN}"),
        (rf"(?<![\w-])(--?{_WORDS}\s{{1,4}}[\"']?){_TEXT}{{1,4096}}", rf"\1{HIDDEN}"),
        # curl -u name:password
        (
            r"((?<![\w-])(?:-u|--user)[ =]{1,4}[\"']?)[^\s\"':]{1,256}:[^\s\"']{1,256}",
            rf"\1{HIDDEN}",
        ),
        # https://user:password@host
        (r"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/@\"'<>]{1,512}@", rf"\1{HIDDEN}@"),
        # Addresses that are themselves the key (Discord, Slack, Telegram).
        (r"(/api/webhooks/)[\w/-]{8,512}", rf"\1{HIDDEN}"),
        (r"(hooks\.slack\.com/services/)[\w/-]{8,512}", rf"\1{HIDDEN}"),
        (r"(/bot)\d{5,20}:[\w-]{8,512}", rf"\1{HIDDEN}"),
        # Tokens known by their form: JSON web tokens (RFC 7519), GitHub, Slack.
        (r"\beyJ[\w-]{8,4096}\.[\w-]{8,8192}(?:\.[\w-]{0,4096})?", HIDDEN),
        (r"\b(?:gh[opsur]_\w{16,255}|xox[a-z]-[\w-]{10,255}|sk-[\w-]{20,255})", HIDDEN),
        # user@example.com; "0.20mm Standard @BBL A1" is no address.
        (
            r"(?<![\w.+-])[\w.+-]{1,64}(@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}"
            r"\.[a-z]{2,24})\b(?!\.?\w)",
            rf"{HIDDEN}\1",
        ),
        # C:\Users\somebody, /home/somebody, /Users/somebody, /media/somebody
        (
            r"([a-z]:[\\/]{1,4}(?:users|documents and settings)[\\/]{1,4}|"
            r"[\\/]{1,4}(?:home|homes|users)[\\/]{1,4}|"
            r"(?<![\w.~-])/(?:run/)?media/)[^\\/;:\"'\r\n]{1,255}",
            rf"\1{HIDDEN}",
        ),
        # \\server\share
        (
            r"(?<![\\\w:/.])(\\{2}|\\{4})[\w.$-]{1,255}(\\{1,2})[^\\/\s\"';]{1,255}",
            rf"\1{HIDDEN}\2{HIDDEN}",
        ),
    )
)


def without_secrets(settings):
    """The settings that may be stored.

    Leaves out keys that hold secrets and hides secrets inside values: keys, tokens
    and passwords, e-mail addresses, and the user's name in paths.

    :param settings: dict of strings, lists, dicts; numbers and booleans stay
    """
    return {
        str(key): cleaned(raw)
        for key, raw in settings.items()
        if not SECRET.search(str(key))
    }


def cleaned(raw):
    """A value of a setting with nothing in it that :func:`without_secrets` hides."""
    if isinstance(raw, str):
        return public(raw)
    if isinstance(raw, (list, tuple)):
        return [cleaned(entry) for entry in raw]
    if isinstance(raw, dict):
        return without_secrets(raw)
    if raw is None or isinstance(raw, (bool, int, float)):
        return raw
    return public(str(raw))


def public(text):
    """A text with secrets, e-mail addresses and users' names replaced by ``~``."""
    if not HINT.search(text):
        return text
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text
