"""Nothing of a user's network and computer is kept."""

import io
import json
import sys
from dataclasses import asdict

import pytest
from bambu_package import SETTINGS, packed, parts
from confined import confined
from slicer import SlicedFileError, inspect_file, read
from slicer.privacy import public, without_secrets
from slicer_paths import DATA

PROJECT = "Metadata/project_settings.config"
KEY = "0123456789abcdef0123456789ABCDEF"
PRUSA = (DATA / "prusaslicer_two_copies.gcode").read_bytes()

HIDDEN = [
    # key words, with every way of giving them a value
    (f"curl -H 'X-Api-Key: {KEY}' h", "curl -H 'X-Api-Key: ~' h"),
    (f"http://h/api?apikey={KEY}&x=1", "http://h/api?apikey=~&x=1"),
    (f"upload.py --apikey {KEY} --force", "upload.py --apikey ~ --force"),
    (f"OCTOPRINT_API_KEY={KEY} a.py", "OCTOPRINT_API_KEY=~ a.py"),
    (f'{{"token": "{KEY}", "a": 1}}', '{"token": "~", "a": 1}'),
    (r"{\"password\":\"hunter2\"}", r"{\"password\":\"~\"}"),
    (";access_code = 12345678", ";access_code = ~"),
    ("pwd=hunter2;", "pwd=~;"),
    # headers
    ("Authorization: Bearer abc.def", "Authorization: ~"),
    ("Authorization: Basic dXNlcjpwYXNz", "Authorization: ~"),
    ("bearer abcdefgh12345678", "bearer ~"),
    # users in addresses, addresses that are the key, tokens by their form
    ("http://bob:hunter2@octopi.local/x", "http://~@octopi.local/x"),
    ("curl -u bob:hunter2 http://h", "curl -u ~ http://h"),
    (
        "https://discord.com/api/webhooks/123/abc-DEF",
        "https://discord.com/api/webhooks/~",
    ),
    (
        "https://hooks.slack.com/services/T0/B0/xyz1",
        "https://hooks.slack.com/services/~",
    ),
    (
        "https://api.telegram.org/bot123456:AAabc-def/x",
        "https://api.telegram.org/bot~/x",
    ),
    ("x eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJ y", "x ~ y"),
    ("ghp_0123456789abcdefABCD", "~"),
    # people
    ("ask bob.smith@example.com", "ask ~@example.com"),
    (r"C:\Users\bob\tool.exe", r"C:\Users\~\tool.exe"),
    (r'"C:\\Users\\John Doe\\tool.exe"', r'"C:\\Users\\~\\tool.exe"'),
    ("D:/Users/bob/x.py;E:/y", "D:/Users/~/x.py;E:/y"),
    (r"C:\Documents and Settings\Bob\x", r"C:\Documents and Settings\~\x"),
    ("/home/bob/x.py", "/home/~/x.py"),
    ("/Users/ann/x.py", "/Users/~/x.py"),
    ("/mnt/c/Users/bob/x", "/mnt/c/Users/~/x"),
    ("file:///home/bob/x", "file:///home/~/x"),
    ("/media/bob/stick", "/media/~/stick"),
    (r"\\nas\bob\x.py", r"\\~\~\x.py"),
    (r"\\server\Users\bob\x", r"\\~\~\~\x"),
    (r'"\\\\server\\share\\x"', r'"\\\\~\\~\\x"'),
]
KEPT = [
    "0.20mm Standard @BBL A1",
    "Generic PLA@AD5M",
    r"G28 ; home\n\nG1 X0\n;LAYER\nM117 [layer_z]\n\n",
    r"M117 a \\ b\n",
    "{if max_layer_z < max_print_height}G1 Z{max_layer_z+2}{endif}",
    "password = {filament_type[0]}",
    "a token of love",
    "https://www.printables.com/model/1-tag",
    "https://shop.example.com/media/wiki/home.html",
    "~/.config/slicer",
    'M862.3 P "MK4S" ; printer model check',
    "",
]


@pytest.mark.parametrize(("text", "expected"), HIDDEN)
def test_what_is_hidden_in_values(text, expected):
    assert public(text) == expected
    assert public(expected) == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text):
    assert public(text) == text


@pytest.mark.parametrize(
    "key",
    [
        "print_host",
        "printhost_apikey",
        "printhost_password",
        "printhost_user",
        "print_host_webui",
        "bbl_use_printhost",
        "PrintHost",
        "octoprint_api_key",
        "bambu_access_code",
        "accessCode",
        "wifi_ssid",
        "machine_ip",
        "user_name",
        "authToken",
    ],
)
def test_settings_that_are_secrets_are_left_out(key):
    assert without_secrets({key: KEY, "a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    "key",
    [
        "host_type",
        "author",
        "bed_custom_model",
        "ironing_type",
        "skip_points",
        "tool_ip",
    ],
)
def test_settings_that_sound_like_it_stay(key):
    assert without_secrets({key: "x"}) == {key: "x"}


def test_values_of_any_shape_are_looked_at():
    found = without_secrets(
        {
            "a": ["/home/bob/x", {"password": "x", "b": "/home/bob/y"}],
            "c": 1.5,
            "d": None,
        }
    )
    assert found == {"a": ["/home/~/x", {"b": "/home/~/y"}], "c": 1.5, "d": None}


# Each of these, repeated, is the beginning of something that is looked for.
BEGINNINGS = [
    "://",
    "@",
    "\\\\",
    "token",
    "a@a.",
    "api_key=",
    "eyJ",
    "-u a",
    "/home/",
    "C:/users/",
] + ["bearer ", "a-", "a_token", "\\", "a.b@c.d.e.f", "users/", "authorization:"]
HIDE_ALL = """
import sys
from slicer.privacy import public
for part in json.load(open(sys.argv[1])):
    public(part * (400_000 // len(part)) + " @ token://")
print("{}")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of Linux")
def test_hiding_takes_a_time_in_proportion_to_the_text(tmp_path):
    """Half a second in all; minutes, where one pattern went back and forth."""
    path = tmp_path / "parts.json"
    path.write_text(json.dumps(BEGINNINGS))
    confined(path, HIDE_ALL, cpu_s=20)


def _everything(sliced):
    return json.dumps(asdict(sliced), default=repr)


def _package(**settings):
    members = parts()
    members[PROJECT] = json.dumps({**SETTINGS, **settings}).encode()
    return packed(members)


def test_no_secret_of_a_package_gets_through(tmp_path):
    stream = _package(
        post_process=[f"C:\\Users\\bob\\up.exe --apikey {KEY}"],
        filament_notes=[f"X-Api-Key: {KEY}", "ask bob@example.com"],
        machine_start_gcode=f"; http://bob:{KEY}@h\n; Authorization: Bearer {KEY}",
        printhost_user="bob",
    )
    text = _everything(read(stream))
    assert KEY not in text and "bob" not in text
    path = tmp_path / "part.gcode.3mf"
    path.write_bytes(stream.getvalue())
    told = json.dumps(inspect_file(path, settings=True, common=True))
    assert KEY not in told and "bob" not in told


def test_no_secret_of_gcode_gets_through():
    block = f"; printhost_apikey = {KEY}\n; post_process = /home/bob/x --token {KEY}\n"
    data = PRUSA.replace(b"; layer_height =", block.encode() + b"; layer_height =", 1)
    assert data != PRUSA
    text = _everything(read(io.BytesIO(data)))
    assert KEY not in text and "bob" not in text


def test_no_secret_in_what_is_refused():
    name = f"home/bob/{KEY}@example.com"
    with pytest.raises(SlicedFileError) as caught:
        read(packed({**parts(), f"../{name}": b""}))
    error = caught.value
    assert error.code == "bad_name"
    told = f"{error} {error.message} {error.params}"
    assert "bob" not in told and KEY not in told


def test_no_secret_in_a_project_that_is_refused():
    members = {
        name: data
        for name, data in parts().items()
        if ".gcode" not in name and "slice_info" not in name
    }
    members[PROJECT] = json.dumps({**SETTINGS, "post_process": f"--key=x token={KEY}"})
    with pytest.raises(SlicedFileError) as caught:
        read(packed(members))
    assert KEY not in _everything(caught.value.sliced)
