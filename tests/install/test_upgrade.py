"""Shops that were made with earlier versions of the addons, brought up to this one.

The earlier versions come from the history: the last state in which no manifest named
the version that the library has now.
"""

import io
import json
import os
import re
import subprocess
import tarfile
from dataclasses import replace

import pytest

from launcher import addons, database, odoo, paths, postgres, shell
from launcher.templates import Templates

LIBRARY = "print3d_library"
MANIFESTS = "addons/*/__manifest__.py"
NAMED = re.compile(r'addons/(\w+)/__manifest__\.py:.*"version": "([\d.]+)"')
# Each takes minutes; PRINT3D_UPGRADE_VERSIONS=2 goes further back than the last one.
KEPT_VERSIONS = int(os.environ.get("PRINT3D_UPGRADE_VERSIONS", "1"))
PROBLEM = re.compile(r" (WARNING|ERROR|CRITICAL) ")

# What people made and set, by tables: nothing of it may be lost or become different.
KEPT = {
    "models": "SELECT id, name, designer_id, licence_id FROM product_template "
    "WHERE is_print3d_model ORDER BY id",
    "variants": "SELECT id, active, active_slice_id FROM product_product ORDER BY id",
    "versions": "SELECT id, product_id, number, state, read_state, note, file_id, "
    "time_s, weight_g, create_date FROM print3d_slice ORDER BY id",
    "plates": "SELECT id, slice_id, index, copies, time_s FROM print3d_plate "
    "ORDER BY id",
    "filaments": "SELECT id, plate_id, tool, product_id, weight_g "
    "FROM print3d_plate_filament ORDER BY id",
    "files": "SELECT id, name, kind, size, sha256, product_id FROM print3d_file "
    "ORDER BY id",
    "meshes": "SELECT id, product_id, file_id FROM print3d_mesh ORDER BY id",
    "bills of materials": "SELECT id, bom_id, product_id, product_qty "
    "FROM mrp_bom_line ORDER BY id",
    "prints": "SELECT id, name, state, plate_id, workcenter_id, date_start, date_end "
    "FROM print3d_run ORDER BY id",
    "spools": "SELECT id, product_id, lot_id, location_id, quantity FROM stock_quant "
    "WHERE quantity <> 0 ORDER BY id",
    "orders": "SELECT id, name, state, amount_total FROM sale_order ORDER BY id",
}


def git(*words):
    """What git answers, and nothing where there is no history."""
    return shell.output_of(["git", *words], cwd=paths.ROOT, check=False)


def versions_of(commit):
    """The versions that the addons' manifests name in a commit.

    :rtype: dict
    """
    found = git("grep", '"version":', commit, "--", MANIFESTS)
    lines = (NAMED.search(line) for line in found.splitlines())
    return {match[1]: match[2] for match in lines if match}


def earlier_versions():
    """The last commits of the latest earlier versions, the newest first.

    Addons that have one version now got it one after the other; a commit between is no
    version that anybody had.

    :rtype: dict
    """
    now = {addon.name: addon.version for addon in addons.read().values()}
    newer = [now[LIBRARY]]
    together = [name for name, version in now.items() if version == now[LIBRARY]]
    found = {}
    for commit in git("rev-list", "--date-order", "HEAD").split():
        if len(found) == KEPT_VERSIONS:
            break
        then = versions_of(commit)
        if LIBRARY in then and not any(then.get(name) in newer for name in together):
            found[then[LIBRARY]] = commit
            newer.append(then[LIBRARY])
    return found


EARLIER = earlier_versions()


@pytest.fixture(scope="module", params=EARLIER or [None])
def upgraded(request, tmp_path_factory):
    """A shop of an earlier version after its upgrade: what it was and what it is."""
    if request.param is None:
        pytest.skip("the history of this checkout does not reach an earlier version")
    folder = tmp_path_factory.mktemp("earlier")
    archive = subprocess.run(
        ["git", "archive", EARLIER[request.param], "addons"],
        cwd=paths.ROOT,
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    server = postgres.ensure(throwaway=True)
    engine = odoo.ensure(dev=True)
    before = Templates(replace(engine, ours=folder / "addons"), server)
    earlier = addons.read(folder / "addons")
    template = before.ensure(list(earlier), earlier, demo=True)
    with before.session(template) as (name, _conf):
        yield upgrade(Templates(engine, server), name)


def upgrade(templates, name):
    """Upgrade a shop; return what it was, what it is, and what was said of it."""
    conf = templates.conf(name)
    ours = addons.read()
    was = census(templates.server, name)
    rules = licence_rules(templates.server, name)
    problems = []
    words = ["-u", ",".join(ours), "--stop-after-init", "--no-http"]
    shell.run_logged(
        templates.odoo.command("server", "-d", name, *words),
        "upgrade-tests",
        env=templates.odoo.environment(conf),
        on_line=lambda line: problems.append(line) if PROBLEM.search(line) else None,
    )
    installed = database.installed(templates.server, name)
    looked = subprocess.run(
        templates.odoo.command("shell", "-d", name, "--no-http"),
        env=templates.odoo.environment(conf),
        stdin=(paths.TESTS / "install" / "upgraded_shop.py").open("rb"),
        capture_output=True,
        text=True,
        timeout=300,
    )
    if looked.returncode:
        pytest.fail(looked.stderr, pytrace=False)
    return {
        "was": was,
        "is": census(templates.server, name),
        "rules_before": rules,
        "problems": problems,
        "missing": [
            addon.name
            for addon in ours.values()
            if installed.get(addon.name) != addon.version
        ],
        **json.loads(looked.stdout.splitlines()[-1]),
    }


def census(server, name):
    """The rows of :data:`KEPT`."""
    return {
        label: database.query(server, sql, name).splitlines()
        for label, sql in KEPT.items()
    }


def licence_rules(server, name):
    """What each company chose for sales beyond a licence; empty when nobody could."""
    known = database.query(
        server,
        "SELECT 1 FROM information_schema.columns WHERE table_name = 'res_company' "
        "AND column_name = 'print3d_licence_rule'",
        name,
    )
    if not known:
        return []
    chosen = "SELECT DISTINCT print3d_licence_rule FROM res_company ORDER BY 1"
    return database.query(server, chosen, name).splitlines()


def test_the_log_is_quiet(upgraded):
    assert upgraded["problems"] == []
    assert upgraded["missing"] == []


@pytest.mark.parametrize("label", KEPT)
def test_nothing_is_lost(upgraded, label):
    """After the upgrade and its jobs; there may be more, as of demo data."""
    assert upgraded["was"][label]
    assert set(upgraded["was"][label]) <= set(upgraded["is"][label])


def test_files_are_whole_and_have_a_copy(upgraded):
    assert upgraded["damaged"] == []


def test_models_are_found(upgraded):
    assert upgraded["found"] == upgraded["models"]
    assert sorted(upgraded["found_by_name"]) == upgraded["models"]
    assert upgraded["found_by_setting"] == upgraded["sliced"]


def test_versions_are_in_their_history(upgraded):
    assert upgraded["not_in_history"] == []
    assert upgraded["differences"] > 0


def test_addresses(upgraded):
    """The page of the library took the address that its list of models had."""
    assert upgraded["paths"] == ["print3d-library", "print3d-models"]


def test_sales_are_warned_and_not_refused(upgraded):
    """A shop that sold without a check is not stopped by it the next morning."""
    assert upgraded["licence_rules"] == (upgraded["rules_before"] or ["warn"])


def test_ledgers_of_spools_add_up(upgraded):
    """Whatever happened to a spool before there were ledgers is in its ledger."""
    assert upgraded["spools"] > 0
    assert upgraded["spools_that_do_not_add_up"] == []
    assert upgraded["spools_without_status"] == []


def test_there_are_reasons_to_scrap(upgraded):
    assert {"Tangled", "Brittle"} <= set(upgraded["scrap_reasons"])
