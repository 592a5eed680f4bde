import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict

import pytest

from launcher import addons, database, paths, serve
from launcher.errors import LauncherError
from launcher.postgres import Server, free_port


@pytest.fixture
def sleeper():
    """A process that stands for a serving Odoo."""
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    process = subprocess.Popen(command)
    yield process
    process.kill()
    process.wait()


def record(process, name="shop", born=None):
    """The record of a server, written where the launcher looks."""
    born = serve.birth(process.pid) if born is None else born
    served = serve.Served(name, free_port(), process.pid, born)
    served.record.write_text(json.dumps(asdict(served)))
    return served


def test_a_wanted_port_is_used_or_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LauncherError, match="--port"):
            serve.choose_port(port)
    assert serve.choose_port(port) == port


def test_a_taken_default_gives_way_to_the_next_free_port(monkeypatch, capsys):
    taken = {8069, 8070}
    monkeypatch.setattr(serve.postgres, "port_is_free", lambda port: port not in taken)
    assert serve.choose_port(None) == 8071
    assert "8069 is taken, so 8071" in capsys.readouterr().err
    taken.clear()
    assert serve.choose_port(None) == 8069
    assert capsys.readouterr().err == ""


def test_a_serving_process_is_known_by_its_birth(cache, sleeper):
    served = record(sleeper)
    assert [found.pid for found in serve.servers()] == [sleeper.pid]
    record(sleeper, born="1")
    assert list(serve.servers()) == []
    assert not served.record.exists()


def test_a_broken_record_is_forgotten(cache):
    (paths.RUN / "server-shop.json").write_text("{")
    assert list(serve.servers()) == []
    assert not list(paths.RUN.glob("server-*"))


def test_a_dead_process_has_no_birth(sleeper):
    sleeper.kill()
    # Not waited for yet: a zombie serves nobody.
    while serve.birth(sleeper.pid):
        pass
    sleeper.wait()
    assert serve.birth(sleeper.pid) is None
    assert serve.birth(os.getpid())


def test_ending_a_server_forgets_it(cache, sleeper):
    served = record(sleeper)
    serve.end(served)
    assert sleeper.wait(timeout=5)
    assert not served.record.exists()


class FakeOdoo:
    """Keeps the commands it is given."""

    def __init__(self):
        self.commands = []

    def run(self, conf, arguments, log, progress=None):
        self.commands.append(list(arguments))


@pytest.fixture
def shop(monkeypatch):
    """A database with one addon installed, as far as psql would tell."""
    state = {
        "exists": True,
        "parameter": "",
        "installed": {"print3d_a": "19.0.1.0.0"},
        "failed": [],
    }
    monkeypatch.setattr(serve, "Server", Server)
    monkeypatch.setattr(database, "exists", lambda *_: state["exists"])
    monkeypatch.setattr(database, "is_initialised", lambda *_: True)
    monkeypatch.setattr(database, "parameter", lambda *_: state["parameter"])
    monkeypatch.setattr(database, "installed", lambda *_: state["installed"])
    monkeypatch.setattr(database, "drop", lambda *_: None)
    monkeypatch.setattr(database, "rename", lambda *_: None)
    monkeypatch.setattr(database, "without_demo", lambda *_: state["failed"])
    monkeypatch.setattr(
        database, "set_parameter", lambda *args: state.update(parameter=args[-1])
    )
    monkeypatch.setattr(addons, "read", lambda: {"print3d_a": None, "print3d_b": None})
    monkeypatch.setattr(database, "allow_demo", lambda *_: None)
    monkeypatch.setattr(database, "disown_demo", lambda *_: None)
    monkeypatch.setattr(database, "quiet_robot", lambda *_: None)
    monkeypatch.setattr(addons, "foreign_dependencies", lambda ours: ["mail", "stock"])
    monkeypatch.setattr(
        addons, "fingerprints", lambda ours: dict.fromkeys(ours, state.get("code", "1"))
    )
    return state


def prepare(demo=True):
    odoo = FakeOdoo()
    serve.prepare_database(odoo, Server(), None, "shop", demo)
    return odoo.commands


@pytest.mark.parametrize(
    ("demo", "option"), [(True, "--with-demo"), (False, "--without-demo")]
)
def test_a_new_database_gets_all_addons(shop, demo, option):
    shop["exists"] = False
    foundation, command = prepare(demo)
    # Odoo's own demo data is never wanted, ours is.
    assert foundation[foundation.index("-i") + 1] == "mail,stock"
    assert "--without-demo" in foundation
    assert command[command.index("-i") + 1] == "print3d_a,print3d_b"
    assert option in command
    assert command[command.index("-d") + 1] == "shop.new"
    assert json.loads(shop["parameter"]) == {"print3d_a": "1", "print3d_b": "1"}


def test_demo_data_that_fails_is_not_passed_over(shop, cache, capsys):
    shop.update(exists=False, failed=["print3d_b"])
    prepare(demo=True)
    assert "without the demo data of print3d_b" in capsys.readouterr().err
    prepare(demo=False)
    assert "which failed" not in capsys.readouterr().err


def test_only_what_changed_is_upgraded(shop):
    shop["installed"]["print3d_b"] = "19.0.1.0.0"
    shop["parameter"] = json.dumps({"print3d_a": "1", "print3d_b": "old"})
    (command,) = prepare()
    assert command[command.index("-u") + 1] == "print3d_b"
    assert "-i" not in command
    assert prepare() == []


def test_a_new_addon_is_installed_into_an_old_database(shop):
    shop["parameter"] = json.dumps({"print3d_a": "1"})
    (command,) = prepare()
    assert command[command.index("-i") + 1] == "print3d_b"
    assert "-u" not in command


def test_a_database_of_somebody_else_is_left_alone(shop, monkeypatch):
    monkeypatch.setattr(database, "is_initialised", lambda *_: False)
    with pytest.raises(LauncherError, match="is not Odoo's"):
        prepare()


def test_the_welcome_names_those_who_can_log_in(monkeypatch):
    served = serve.Served("shop", 8069, 1, "1")
    monkeypatch.setattr(database, "query", lambda *_: "sales\nowner")
    text = serve.welcome(Server(), served)
    assert "http://localhost:8069" in text and "owner, sales" in text
    monkeypatch.setattr(database, "query", lambda *_: "")
    assert "or as" not in serve.welcome(Server(), served)
