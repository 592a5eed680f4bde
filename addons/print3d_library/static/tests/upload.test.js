import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { manuallyDispatchProgrammaticEvent, queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { Sha256 } from "@print3d_library/upload/sha256";
import {
    readChosen,
    readDropped,
    wantsGrouping,
} from "@print3d_library/upload/upload_entries";
import { CancelledError, uploadHasher } from "@print3d_library/upload/upload_hasher";
import { formatBytes } from "@print3d_library/upload/upload_queue";
import {
    storageTransport,
    uploadRequest,
} from "@print3d_library/upload/upload_transport";
import { browser } from "@web/core/browser/browser";
import {
    contains,
    defineActions,
    getService,
    makeMockEnv,
    mountWebClient,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

const CHUNK = 1000;

function makeFile(name, size = 2500) {
    return new File([new Uint8Array(size).fill(name.length)], name);
}

/**
 * A server that keeps uploads as the real one does, with what a test lets go wrong.
 *
 * `server.fail(url)` may answer a request in its place: `{status, answer}`.
 */
function mockServer({ limits = {}, open = [] } = {}) {
    const server = {
        uploads: new Map(),
        known: new Map(),
        calls: [],
        parts: new Map(),
        fail: () => null,
        storage: () => null,
        become: () => ({ state: "done", slice_id: false, message: "Stored." }),
    };
    let batches = 0;
    onRpc("print3d.upload", "get_limits", () => ({
        chunk: CHUNK,
        file: 10000,
        archive: 20000,
        quota: 0,
        used: 0,
        ...limits,
    }));
    onRpc("print3d.upload.batch", "create_batch", ({ kwargs }) => {
        batches++;
        server.calls.push(`batch ${batches} ${kwargs.hold ? "held" : "at once"}`);
        return batches;
    });
    onRpc("print3d.upload.batch", "get_open", () => open);
    onRpc("has_access", () => true);

    const routes = {
        begin(upload, json) {
            if (server.known.has(json.name)) {
                return { known: server.known.get(json.name) };
            }
            const same = [...server.uploads.values()].find(
                (one) => one.sha256 === json.sha256 && one.state === "sending"
            );
            if (same) {
                same.direct &&= json.direct && same.direct;
                return same;
            }
            const id = server.uploads.size + 1;
            server.uploads.set(id, {
                ...json,
                id,
                received: 0,
                state: "sending",
                // How it goes; the storage is none unless a test has one.
                direct: json.direct && server.storage(json),
            });
            return server.uploads.get(id);
        },
        copy(upload, json) {
            return { ...json, id: 99, state: json.product_id ? "done" : "stored" };
        },
        chunk(upload, body, headers) {
            const offset = Number(headers["X-Upload-Offset"]);
            if (offset !== upload.received) {
                return { status: 409, ...upload };
            }
            upload.received += body.size;
            return upload;
        },
        sign(upload, { number }) {
            return { url: `storage/${upload.id}/${number}`, headers: {} };
        },
        finish(upload) {
            if (!upload.direct && upload.received !== upload.size) {
                return { status: 409, ...upload };
            }
            return Object.assign(upload, server.become(upload));
        },
        abort(upload) {
            return Object.assign(upload, { state: "cancelled" });
        },
    };

    patchWithCleanup(uploadRequest, {
        async send({ url, body, headers, signal }) {
            if (signal?.aborted) {
                throw new CancelledError();
            }
            const path = url.replace("/print3d/upload/", "");
            const failed = await server.fail(path, body);
            if (signal?.aborted) {
                throw new CancelledError();
            }
            if (failed) {
                server.calls.push(`${path} → ${failed.status}`);
                return {
                    status: failed.status,
                    text: JSON.stringify(failed.answer || {}),
                };
            }
            server.calls.push(path);
            if (path.startsWith("storage/")) {
                server.parts.set(path, body.size);
                return { status: 200, text: "" };
            }
            const [, id, name] = path.match(/^(?:(\d+)\/)?(\w+)$/);
            const json = typeof body === "string" ? JSON.parse(body) : body;
            const upload = server.uploads.get(Number(id));
            const { status = 200, ...answer } = routes[name](upload, json, headers);
            return { status, text: JSON.stringify(answer) };
        },
    });
    // Without a worker, whose time is not that of the tests.
    patchWithCleanup(uploadHasher, {
        async hash(blob, piece) {
            return {
                sha256: `${blob.name} ${blob.size}`,
                pieces: Array.from(
                    { length: Math.ceil(blob.size / piece) },
                    (_, index) => `piece ${index}`
                ),
            };
        },
    });
    return server;
}

/** Until nothing is left that does not wait for time to pass. */
async function settle() {
    for (let round = 0; round < 500; round++) {
        await Promise.resolve();
    }
    await advanceTime(200);
    await animationFrame();
}

async function startUploads(options) {
    const server = mockServer(options);
    await makeMockEnv();
    return { server, uploads: getService("print3d_upload") };
}

async function openPage(options) {
    const server = mockServer(options);
    await mountWebClient();
    await getService("action").doAction("print3d_upload");
    await animationFrame();
    return { server, uploads: getService("print3d_upload") };
}

const states = (uploads) => uploads.items.map(({ state }) => state);

describe.current.tags("desktop");
defineMailModels();
defineActions([
    {
        id: 8,
        xml_id: "print3d_library.print3d_upload_page_action",
        name: "Upload",
        tag: "print3d_upload",
        type: "ir.actions.client",
    },
]);
beforeEach(() => {
    browser.localStorage.clear();
    patchWithCleanup(storageTransport, { isUsed: true });
});

test("SHA-256 of the standard's examples, in pieces of any size", () => {
    const hash = (text, step) => {
        const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
        const sha = new Sha256();
        for (let from = 0; from < bytes.length; from += step) {
            sha.update(bytes.subarray(from, from + step));
        }
        return sha.hex();
    };
    // FIPS 180-2, appendix B.
    const examples = [
        ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
        ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
        [
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ],
        [
            "a".repeat(1000000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        ],
    ];
    for (const [text, expected] of examples) {
        for (const step of [1, 63, 64, 65, 4096].filter(
            (size) => size > 50 || text.length < 100
        )) {
            expect(hash(text, step)).toBe(expected);
        }
    }
});

test("a file is hashed in the page where there is no worker", async () => {
    patchWithCleanup(uploadHasher, { getWorker: () => false });
    const done = [];
    const hashed = await uploadHasher.hash(new Blob(["abcabc"]), 3, {
        onProgress: (bytes) => done.push(bytes),
    });
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(hashed.pieces).toEqual([abc, abc]);
    expect(hashed.sha256).toBe(
        "bbb59da3af939f7af5f360f2ceb80a496e3bae1cd87dde426db0ae40677e1c2c"
    );
    expect(done).toEqual([3, 6]);
    const controller = new AbortController();
    controller.abort();
    const { signal } = controller;
    await expect(uploadHasher.hash(new Blob(["abc"]), 3, { signal })).rejects.toThrow(
        CancelledError
    );
});

test("folders are read to their depths, without what systems leave in them", async () => {
    const file = (name) => ({
        name,
        isDirectory: false,
        file: (resolve) => resolve(makeFile(name)),
    });
    const directory = (name, ...lists) => ({
        name,
        isDirectory: true,
        createReader: () => ({
            readEntries: (resolve) => resolve(lists.shift() || []),
        }),
    });
    // A browser hands out a folder's entries in several lists.
    const root = directory(
        "toys",
        [file("b.stl"), file(".DS_Store")],
        [directory("eggs", [file("egg.gcode")]), directory("__MACOSX", [file("x")])],
        [file("a.stl")]
    );
    const items = [root, file("alone.3mf")].map((entry) => ({
        kind: "file",
        webkitGetAsEntry: () => entry,
    }));
    const found = await readDropped({ items, files: [] });
    expect(found.hasFolder).toBe(true);
    expect(found.entries.map((entry) => `${entry.path}:${entry.file.name}`)).toEqual([
        "toys:a.stl",
        "toys:b.stl",
        "toys/eggs:egg.gcode",
        ":alone.3mf",
    ]);
    expect(wantsGrouping(found)).toBe(true);
});

test("a few files become models at once, a folder or many are grouped", () => {
    const some = (count) =>
        readChosen(
            Array.from({ length: count }, (_, index) => makeFile(`${index}.stl`))
        );
    expect(wantsGrouping(some(10))).toBe(false);
    expect(wantsGrouping(some(11))).toBe(true);
    const chosen = makeFile("a.stl");
    Object.defineProperty(chosen, "webkitRelativePath", { value: "box/lid/a.stl" });
    const found = readChosen([chosen]);
    expect(found.entries[0].path).toBe("box/lid");
    expect(wantsGrouping(found)).toBe(true);
});

test("bytes as people read them", async () => {
    await makeMockEnv();
    expect([0, 999, 2048, 1572864, 209715200].map(formatBytes)).toEqual([
        "0 B",
        "999 B",
        "2 KB",
        "1.5 MB",
        "200 MB",
    ]);
});

test("a file goes in pieces and becomes something", async () => {
    const { server, uploads } = await startUploads();
    uploads.bus.addEventListener("CHANGED", ({ detail }) =>
        expect.step(`changed ${detail.name}`)
    );
    uploads.add([makeFile("clip.gcode")], { product_id: 7 });
    await settle();
    expect(server.calls).toEqual([
        "batch 1 at once",
        "begin",
        "1/chunk",
        "1/chunk",
        "1/chunk",
        "1/finish",
    ]);
    const [upload] = server.uploads.values();
    expect(upload).toMatchObject({ name: "clip.gcode", product_id: 7, size: 2500 });
    expect(states(uploads)).toEqual(["done"]);
    expect(uploads.items[0].file).toBe(null);
    expect(uploads.summary).toMatchObject({ busy: 0, size: 2500, sent: 2500 });
    expect.verifySteps(["changed clip.gcode"]);
});

test("a broken connection is tried again later and later, and goes on", async () => {
    const { server, uploads } = await startUploads();
    let broken = 0;
    server.fail = (path) =>
        path === "1/chunk" && server.uploads.get(1).received === 1000 && broken++ < 3
            ? { status: broken === 2 ? 502 : 0 }
            : null;
    uploads.add([makeFile("clip.gcode")]);
    await settle();
    expect(states(uploads)).toEqual(["stalled"]);
    expect(uploads.items[0].message).toMatch(/goes on by itself/);
    await advanceTime(1000);
    await settle();
    expect(states(uploads)).toEqual(["stalled"]);
    // The second time it waits twice as long.
    await advanceTime(1000);
    await settle();
    expect(server.calls.filter((call) => call.includes("→")).length).toBe(2);
    await advanceTime(1000);
    await settle();
    // The network says itself that it is back.
    await manuallyDispatchProgrammaticEvent(window, "online");
    await settle();
    expect(states(uploads)).toEqual(["done"]);
    expect(server.calls.filter((call) => call === "1/chunk").length).toBe(3);
});

test("what arrives twice or elsewhere goes on where the server is", async () => {
    const { server, uploads } = await startUploads();
    let lost = 0;
    server.fail = (path) => {
        if (path === "1/chunk" && !lost++) {
            // It arrived; its answer did not.
            server.uploads.get(1).received = 1700;
            return { status: 0 };
        }
        return null;
    };
    uploads.add([makeFile("clip.gcode")]);
    await settle();
    await advanceTime(1000);
    await settle();
    expect(states(uploads)).toEqual(["done"]);
    expect(server.uploads.get(1).received).toBe(2500);
});

test("cancelled in the middle, and sent again", async () => {
    const { server, uploads } = await startUploads();
    const held = new Deferred();
    server.fail = (path) => (path === "1/chunk" ? held : null);
    uploads.add([makeFile("clip.gcode"), makeFile("other.gcode")]);
    await settle();
    const [item] = uploads.items;
    expect(states(uploads)).toEqual(["sending", "done"]);
    uploads.cancel(item);
    held.resolve(null);
    await settle();
    expect(states(uploads)).toEqual(["cancelled", "done"]);
    expect(server.uploads.get(1).state).toBe("cancelled");
    uploads.retry(item);
    await settle();
    expect(states(uploads)).toEqual(["done", "done"]);
});

test("refused files keep their reason and can be tried again together", async () => {
    const { server, uploads } = await startUploads();
    server.become = ({ name }) =>
        name.startsWith("bad")
            ? { state: "failed", message: `“${name}” cannot be used.` }
            : { state: "done", message: "" };
    uploads.add([
        makeFile("bad1.gcode"),
        makeFile("fine.gcode"),
        makeFile("bad2.gcode"),
        makeFile("empty.gcode", 0),
        makeFile("huge.gcode", 10001),
    ]);
    await settle();
    expect(states(uploads)).toEqual(["failed", "done", "failed", "failed", "failed"]);
    expect(uploads.items[3].message).toMatch(/empty/);
    expect(uploads.items[4].message).toMatch(/too large: 10 KB/);
    // What is refused unseen is never sent.
    expect(server.uploads.size).toBe(3);
    server.become = () => ({ state: "done", message: "" });
    uploads.retryFailed();
    await settle();
    expect(states(uploads)).toEqual(["done", "done", "done", "failed", "failed"]);
});

test("files wait in a batch of their own; what is through may be cleared", async () => {
    const { server, uploads } = await startUploads();
    server.become = () => ({ state: "stored", batch_id: 1 });
    uploads.add([makeFile("a.stl"), makeFile("bb.stl")], {}, { hold: true });
    await settle();
    expect(states(uploads)).toEqual(["stored", "stored"]);
    expect(server.calls.filter((call) => call.startsWith("batch"))).toEqual([
        "batch 1 held",
    ]);
    expect(uploads.summary.holdBatchId).toBe(1);
    uploads.forgetBatch(1);
    expect(uploads.items.length).toBe(0);
    uploads.add([makeFile("ccc.stl")], {}, { hold: true });
    await settle();
    expect(uploads.summary.holdBatchId).toBe(2);
    uploads.clear();
    expect(uploads.items.length).toBe(0);
});

test("files of an archive are listed, however early it was unpacked", async () => {
    const { server, uploads } = await startUploads();
    const archive = { id: 1, is_archive: true, parent_id: false, message: "Unpacked." };
    const member = { id: 7, parent_id: 1, name: "a.stl", path: "toys", size: 9 };
    onRpc("print3d.upload", "get_results", () => [
        { ...archive, state: "done" },
        { ...member, state: "stored", message: "" },
    ]);
    server.become = () => ({ ...archive, state: "done" });
    uploads.add([makeFile("all.zip")], {}, { hold: true });
    await settle();
    expect(states(uploads)).toEqual(["unpacking"]);
    await advanceTime(3000);
    await settle();
    expect(states(uploads)).toEqual(["done", "stored"]);
    expect(uploads.items[1].path).toBe("toys");
});

test("nobody is logged in any more: nothing is lost and nothing runs on", async () => {
    const { server, uploads } = await startUploads();
    server.fail = (path) =>
        path === "begin" ? { status: 400, answer: { error: "session" } } : null;
    uploads.add(Array.from({ length: 20 }, (_, index) => makeFile(`${index}.gcode`)));
    await settle();
    expect(uploads.summary.halted).toMatch(/no longer logged in/);
    const asked = server.calls.length;
    await advanceTime(60000);
    await settle();
    expect(server.calls.length).toBe(asked);
    server.fail = () => null;
    uploads.resume();
    await settle();
    await settle();
    expect(new Set(states(uploads))).toEqual(new Set(["done"]));
});

test("straight to the storage: parts that arrived are not sent again", async () => {
    const { server, uploads } = await startUploads();
    let broken = 0;
    server.fail = (path) =>
        path === "storage/1/3" && !broken++ ? { status: 0 } : null;
    server.storage = () => ({ part_size: 800, done: [1] });
    uploads.add([makeFile("clip.gcode")]);
    await settle();
    expect(states(uploads)).toEqual(["stalled"]);
    server.uploads.get(1).direct.done = [1, 2];
    await advanceTime(1000);
    await settle();
    expect(states(uploads)).toEqual(["done"]);
    expect([...server.parts]).toEqual(
        [
            ["storage/1/2", 800],
            ["storage/1/4", 100],
            ["storage/1/3", 800],
        ].sort()
    );
});

test("a storage no browser reaches: files go through the server", async () => {
    const { server, uploads } = await startUploads();
    server.fail = (path) => (path.startsWith("storage/") ? { status: 0 } : null);
    server.storage = () => ({ part_size: 800, done: [] });
    uploads.add([makeFile("clip.gcode")]);
    for (let attempt = 0; attempt < 4; attempt++) {
        await settle();
        expect(states(uploads)).toEqual(["stalled"]);
        await advanceTime(30000);
    }
    await settle();
    expect(states(uploads)).toEqual(["done"]);
    // The next ones need not find out again.
    const asked = server.calls.filter((call) => call.startsWith("storage/")).length;
    uploads.add([makeFile("other.gcode")]);
    await settle();
    expect(states(uploads)).toEqual(["done", "done"]);
    expect(server.calls.filter((call) => call.startsWith("storage/")).length).toBe(
        asked
    );
});

test("the page: a line a file, filters, pages, and grouping at the end", async () => {
    const { server, uploads } = await openPage();
    expect(".o_print3d_upload_zone").toHaveCount(1);
    expect(".o_print3d_upload").toHaveCount(0);
    server.become = ({ name }) =>
        name.startsWith("bad")
            ? { state: "failed", message: "No file of a known slicer." }
            : { state: "stored", batch_id: 1 };
    const names = Array.from({ length: 60 }, (_, index) => `${index}.stl`);
    uploads.add(
        ["bad.txt", ...names].map((name) => makeFile(name, 500)),
        {},
        {
            hold: true,
        }
    );
    for (let round = 0; round < 8; round++) {
        await settle();
    }
    // The panel of other screens is not needed here.
    expect(".o_print3d_uploads").toHaveCount(0);
    expect(".o_print3d_upload").toHaveCount(50);
    expect(".o_print3d_upload:first").toHaveAttribute("data-state", "failed");
    expect(".o_print3d_upload:first .o_print3d_upload_message").toHaveText(
        "No file of a known slicer."
    );
    expect(queryAllTexts(".o_print3d_upload_filters > button")).toEqual([
        "All 61",
        "To be grouped 60",
        "Refused 1",
    ]);
    await contains(".o_pager_next").click();
    expect(".o_print3d_upload").toHaveCount(11);
    await contains("[data-filter=failed]").click();
    expect(".o_print3d_upload").toHaveCount(1);
    expect(".o_pager_next").toHaveCount(0);
    onRpc("print3d.upload.batch", "action_group", ({ args: [batchId] }) => {
        expect.step(`group ${batchId}`);
        return { type: "ir.actions.act_window_close" };
    });
    await contains(".o_print3d_upload_total .o_print3d_upload_group").click();
    await settle();
    expect.verifySteps(["group 1"]);
    await contains("[data-filter=all]").click();
    expect(".o_print3d_upload").toHaveCount(1);
});

test("what is in the library already is offered, to open and to add", async () => {
    const { server, uploads } = await openPage();
    const known = { file_id: 5, slice_id: 6, message: "In the library already." };
    server.known.set("a.gcode", { ...known, is_here: true });
    server.known.set("b.gcode", { ...known, is_here: false });
    uploads.add([makeFile("a.gcode")], { product_id: 7 });
    uploads.add([makeFile("b.gcode")], { product_id: 7 });
    await settle();
    expect(".o_print3d_upload[data-state=reused] .o_print3d_upload_open").toHaveCount(
        2
    );
    expect(".o_print3d_upload_add").toHaveCount(1);
    expect(server.calls).not.toInclude("1/chunk");
    await contains(".o_print3d_upload_add").click();
    await settle();
    expect(states(uploads)).toEqual(["reused", "done"]);
});

test("what was not finished is named, can be grouped or given up", async () => {
    const open = [
        {
            id: 31,
            name: "Upload of yesterday",
            hold: true,
            waiting: 3,
            sending: 1,
            unpacking: 0,
            files: [{ id: 12, name: "half.gcode", received: 600, size: 1000 }],
        },
    ];
    onRpc("print3d.upload.batch", "action_cancel", ({ args: [batchId] }) => {
        expect.step(`cancel ${batchId}`);
        open.pop();
        return true;
    });
    await openPage({ open });
    expect(".o_print3d_upload_earlier").toHaveCount(1);
    expect(".o_print3d_upload_earlier li").toHaveText(/half\.gcode\s*60 % sent/);
    expect(".o_print3d_upload_earlier .o_print3d_upload_group").toHaveCount(1);
    await contains(".o_print3d_upload_give_up").click();
    await animationFrame();
    expect(".o_print3d_upload_earlier").toHaveCount(0);
    expect.verifySteps(["cancel 31"]);
});

test("what was gone on with and given up is not offered again", async () => {
    const batch = { id: 31, name: "Upload", hold: false, waiting: 0, sending: 1 };
    const file = { id: 1, name: "half.gcode", received: 600, size: 2500 };
    const { server, uploads } = await openPage({ open: [{ ...batch, files: [file] }] });
    expect(".o_print3d_upload_earlier").toHaveCount(1);
    const held = new Deferred();
    server.fail = (path) => (path === "1/chunk" ? held : null);
    uploads.add([makeFile("half.gcode")]);
    await settle();
    expect(uploads.items[0].serverId).toBe(1);
    expect(".o_print3d_upload_earlier").toHaveCount(0);
    await contains(".o_print3d_upload_cancel").click();
    held.resolve(null);
    await settle();
    await contains(".o_print3d_upload_retry").click();
    await settle();
    expect(states(uploads)).toEqual(["done"]);
    expect(uploads.items[0].serverId).toBe(2);
    expect(".o_print3d_upload_earlier").toHaveCount(0);
});

test("what waits to be grouped is not lost when the list is cleared", async () => {
    const open = [];
    const { server, uploads } = await openPage({ open });
    server.become = () => ({ state: "stored", batch_id: 1 });
    uploads.add([makeFile("a.stl")], {}, { hold: true });
    await settle();
    const batch = { id: 1, name: "Upload of today", hold: true, sending: 0 };
    open.push({ ...batch, waiting: 1, unpacking: 0, files: [] });
    await contains(".o_print3d_upload_clear").click();
    await settle();
    expect(".o_print3d_upload").toHaveCount(0);
    expect(".o_print3d_upload_earlier .o_print3d_upload_group").toHaveCount(1);
    uploads.add([makeFile("bb.stl")], {}, { hold: true });
    await settle();
    // They are another upload.
    expect(uploads.summary.holdBatchId).toBe(2);
    expect(".o_print3d_upload_earlier").toHaveCount(1);
});

test("two thousand files are one page of rows", async () => {
    const { server, uploads } = await openPage();
    server.fail = () => new Deferred();
    uploads.add(
        Array.from({ length: 2000 }, (_, index) => makeFile(`${index}.stl`, 10))
    );
    await settle();
    expect(".o_print3d_upload").toHaveCount(50);
    expect(".o_print3d_upload_total").toHaveText(/0 of 2000 files/);
    // Three at a time, and a few are checked ahead.
    const { sending, ready } = uploads.summary.counts;
    expect([sending, ready]).toEqual([3, 6]);
    await contains(".o_print3d_upload_cancel_all").click();
    await settle();
    expect(uploads.summary.counts).toEqual({ cancelled: 2000 });
});

test("elsewhere a panel shows the last few and leads to the page", async () => {
    const server = mockServer();
    await mountWebClient();
    const uploads = getService("print3d_upload");
    uploads.add(Array.from({ length: 9 }, (_, index) => makeFile(`${index}.gcode`)));
    await settle();
    await settle();
    expect(server.uploads.size > 0).toBe(true);
    expect(".o_print3d_uploads .o_print3d_upload").toHaveCount(6);
    await contains(".o_print3d_uploads_page").click();
    await animationFrame();
    expect(".o_print3d_upload_screen .o_print3d_upload").toHaveCount(9);
    expect(".o_print3d_uploads").toHaveCount(0);
});
