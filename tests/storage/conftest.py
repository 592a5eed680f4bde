"""The client of object storages against real servers, without Odoo."""

import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2] / "addons" / "print3d_library"
sys.path.insert(0, str(ADDON / "tools"))
sys.path.insert(0, str(ADDON / "tests"))

import s3
import s3_server


@pytest.fixture(scope="session")
def seaweedfs():
    """A server with all that S3 has."""
    with s3_server.running_seaweedfs() as server:
        yield server


@pytest.fixture(scope="session")
def rclone():
    """A server with little more than objects."""
    with s3_server.running_rclone() as server:
        yield server


@pytest.fixture(params=["seaweedfs", "rclone"])
def server(request):
    """Each of the servers."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def make_bucket():
    """A function (server, settings) that returns a bucket of it."""

    def make(server, **settings):
        values = {
            "bucket": s3_server.BUCKET,
            "access_key": s3_server.ACCESS_KEY,
            "secret_key": s3_server.SECRET_KEY,
            "endpoint": server.url,
            **settings,
        }
        return s3.Bucket(s3.Settings(**values))

    return make


@pytest.fixture
def bucket(server, make_bucket):
    """A bucket of each of the servers."""
    return make_bucket(server)
