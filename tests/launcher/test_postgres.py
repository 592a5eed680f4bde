import contextlib
import os
import shutil
import signal
import socket

import pytest

from launcher import database, paths, postgres, stamps
from launcher.errors import LauncherError


@pytest.fixture
def conf(tmp_path):
    return tmp_path / "odoo.conf"


def test_without_a_named_server_there_is_none(conf):
    conf.write_text("[options]\ndb_host = False\ndb_user = odoo\n")
    assert postgres.named_server({}, conf) is None
    assert postgres.named_server({"PGUSER": "me"}, conf) is None


def test_the_variables_come_before_the_file(conf):
    conf.write_text("[options]\ndb_host = filehost\ndb_port = 1\ndb_password = p%w\n")
    server = postgres.named_server({"PGHOST": "envhost", "PGUSER": "me"}, conf)
    assert server == postgres.Server("envhost", "1", "me", "p%w", shared=True)
    assert server.odoo_options() == {
        "db_host": "envhost",
        "db_port": "1",
        "db_user": "me",
        "db_password": "p%w",
    }


def test_a_port_alone_names_a_server_on_the_usual_socket(conf):
    conf.write_text("")
    server = postgres.named_server({"PGPORT": "5433"}, conf)
    assert server.odoo_options() == {"db_port": "5433"}


def test_libpq_gets_only_what_the_server_states(monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "of another server")
    monkeypatch.setenv("PGDATABASE", "other")
    env = postgres.Server(host="/run", port="1").environment()
    assert (env["PGHOST"], env["PGPORT"]) == ("/run", "1")
    assert "PGPASSWORD" not in env and "PGDATABASE" not in env


def test_the_version_is_found_among_the_words():
    text = "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"
    assert postgres.server_version(text) == "15.14"


def test_a_taken_port_is_not_free():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not postgres.port_is_free(taken.getsockname()[1])
    assert postgres.port_is_free(postgres.free_port())


def test_a_long_path_gets_a_short_socket(cache, monkeypatch):
    deep = cache / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr(paths, "CACHE", deep)
    folder = postgres.Cluster("pg").socket_folder()
    assert len(str(folder / postgres.SOCKET_NAME)) <= postgres.LONGEST_SOCKET
    monkeypatch.setattr(paths, "CACHE", cache)
    cluster = postgres.Cluster("pg")
    if len(str(cluster.home / postgres.SOCKET_NAME)) <= postgres.LONGEST_SOCKET:
        assert cluster.socket_folder() == cluster.home


@pytest.mark.parametrize("name", ["print3d", "shop-2", "a.b_c"])
def test_names_that_databases_may_have(name):
    assert database.check_name(name) == name


@pytest.mark.parametrize("name", ["", "1shop", "a b", "a;b", "a'b", "x" * 64])
def test_names_that_databases_may_not_have(name):
    with pytest.raises(LauncherError, match="cannot name a database"):
        database.check_name(name)


@pytest.fixture
def cluster(cache):
    """A real cluster, where the server's user can reach it."""
    made = postgres.Cluster(f"pg-{os.getpid()}", postgres.THROWAWAY)
    yield made
    made.stop()
    home = made.home
    shutil.rmtree(home)
    if home != made.link:
        with contextlib.suppress(OSError):
            home.parent.rmdir()


def test_the_life_of_a_cluster(cluster):
    """Made, stopped, killed without warning, and moved from its port."""
    cluster.start()
    server = cluster.server()
    assert database.query(server, "SELECT current_user") == postgres.ROLE
    assert database.query(server, "SHOW fsync") == "off"
    assert cluster.home.stat().st_mode & 0o777 == 0o700
    assert (cluster.home / "password").stat().st_mode & 0o777 == 0o600

    # A killed server leaves its pid behind; a machine that restarted may have
    # given that number to another process.
    os.kill(cluster._postmaster(), signal.SIGKILL)
    stamps.write_atomic(cluster.data / "postmaster.pid", f"{os.getpid()}\n")
    cluster.start()
    assert database.query(cluster.server(), "SELECT 1") == "1"

    assert cluster.stop()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(server.port)))
        taken.listen()
        cluster.start()
    assert cluster.server().port != server.port
    assert database.query(cluster.server(), "SELECT 1") == "1"
    assert cluster.stop()
    assert not cluster.stop()


def test_an_interrupted_creation_is_begun_again(cluster):
    cluster._make_home()
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("15\n")
    cluster.start()
    assert database.query(cluster.server(), "SELECT 1") == "1"


def test_another_versions_cluster_is_left_alone(cluster):
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(LauncherError, match="made by PostgreSQL 9"):
        cluster.start()
