/* global crypto, structuredClone */

import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { advanceTime, Deferred } from "@odoo/hoot-mock";
import { makeKey, ScanQueue } from "@print3d_inventory/scan/core/scan_queue";
import {
    OfflineError,
    RefusedError,
    ServerError,
    SessionError,
} from "@print3d_inventory/scan/core/scan_transport";
import { allowTranslations } from "@web/../tests/web_test_helpers";

describe.current.tags("headless");
beforeEach(allowTranslations);

/** What the phone keeps, without IndexedDB; copies, as there. */
class FakeStore {
    name = "test";
    rows = new Map();
    last = 0;

    async getQueue(uid) {
        const rows = [...this.rows.values()].filter((row) => row.uid === uid);
        return structuredClone(rows.sort((a, b) => a.seq - b.seq));
    }

    async addItem(item) {
        const seq = ++this.last;
        this.rows.set(seq, structuredClone({ ...item, seq }));
        return seq;
    }

    async putItem(item) {
        this.rows.set(item.seq, structuredClone(item));
    }

    async removeWaiting(seq) {
        return this.rows.get(seq)?.state === "waiting" && this.rows.delete(seq);
    }

    async deleteItems(seqs) {
        seqs.forEach((seq) => this.rows.delete(seq));
    }
}

/** One lock for all tabs of a test. */
function makeLocks() {
    let last = Promise.resolve();
    return {
        request(name, job) {
            const run = last.then(job);
            last = run.catch(() => {});
            return run;
        },
    };
}

/** A server that does everything once, whatever it is told twice. */
function makeServer() {
    const server = {
        done: new Map(),
        calls: [],
        fail: () => null,
        answer: () => ({ state: "done" }),
        async send(items) {
            server.calls.push(items.map(({ action }) => action.value));
            const before = await server.fail(items, "before");
            if (before) {
                throw before;
            }
            const results = items.map((item) => {
                if (!server.done.has(item.key)) {
                    server.done.set(item.key, item.action.value);
                }
                return { key: item.key, ...server.answer(item) };
            });
            const after = await server.fail(items, "after");
            if (after) {
                throw after;
            }
            return results;
        },
    };
    return server;
}

async function makeQueue(server, { store = new FakeStore(), locks, uid = 1 } = {}) {
    const queue = new ScanQueue({
        store,
        send: (items) => server.send(items),
        locks: locks || makeLocks(),
    });
    await queue.use(uid);
    return queue;
}

/** Until the queue has nothing more to do by itself. */
async function rest(queue) {
    while (queue.running) {
        await queue.running;
    }
}

const use = (queue, value, spoolId = 7) =>
    queue.add("act", { kind: "use", value }, { title: `Use ${value}`, spoolId });

test("keys are of their own, and phones without randomUUID have some too", () => {
    const { randomUUID } = crypto;
    expect(makeKey()).not.toBe(makeKey());
    crypto.randomUUID = undefined;
    const key = makeKey();
    crypto.randomUUID = randomUUID;
    expect(key).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    );
});

test("actions are written down, told in order, and done", async () => {
    const server = makeServer();
    const queue = await makeQueue(server);
    const block = new Deferred();
    server.fail = () => block;
    await use(queue, 1);
    await use(queue, 2);
    await use(queue, 3);
    expect(queue.waiting).toHaveLength(3);
    block.resolve(null);
    await rest(queue);
    expect([...server.done.values()]).toEqual([1, 2, 3]);
    expect(server.calls).toEqual([[1], [2, 3]]);
    expect(queue.waiting).toHaveLength(0);
    expect(queue.items.map(({ state }) => state)).toEqual(["done", "done", "done"]);
});

test("without a network it tries later and later, and does each thing once", async () => {
    const server = makeServer();
    const queue = await makeQueue(server);
    server.fail = () => new OfflineError();
    await use(queue, 5);
    await rest(queue);
    expect(queue.status).toBe("offline");
    await advanceTime(1000);
    await rest(queue);
    await advanceTime(1000);
    expect(server.calls).toHaveLength(2, { message: "the second wait is longer" });
    await advanceTime(1000);
    await rest(queue);
    expect(server.calls).toHaveLength(3);
    server.fail = () => null;
    queue.replay();
    await rest(queue);
    expect(queue.status).toBe("");
    expect([...server.done.values()]).toEqual([5]);
});

test("an answer that was lost is asked for again with the same key", async () => {
    const server = makeServer();
    const queue = await makeQueue(server);
    server.fail = (items, when) => when === "after" && new OfflineError();
    await use(queue, 12);
    await rest(queue);
    expect(queue.waiting).toHaveLength(1);
    expect(server.done.size).toBe(1);
    server.fail = () => null;
    queue.replay();
    await rest(queue);
    expect(server.done.size).toBe(1);
    expect(server.calls).toEqual([[12], [12]]);
    expect(queue.waiting).toHaveLength(0);
});

test("a page that was killed goes on where it stopped", async () => {
    const server = makeServer();
    const store = new FakeStore();
    const first = await makeQueue(server, { store });
    server.fail = () => new OfflineError();
    await use(first, 1);
    await use(first, 2);
    await rest(first);
    server.fail = () => null;
    const second = await makeQueue(server, { store });
    expect(second.waiting).toHaveLength(2);
    second.replay();
    await rest(second);
    expect([...server.done.values()]).toEqual([1, 2]);
});

test("two tabs tell each thing once", async () => {
    const server = makeServer();
    const store = new FakeStore();
    const locks = makeLocks();
    const first = await makeQueue(server, { store, locks });
    server.fail = () => new OfflineError();
    await use(first, 1);
    await use(first, 2);
    await rest(first);
    const second = await makeQueue(server, { store, locks });
    server.fail = () => null;
    server.calls.length = 0;
    await Promise.all([first.replay(), second.replay()]);
    expect(server.calls).toEqual([[1, 2]]);
    expect(first.waiting).toHaveLength(0);
    expect(second.waiting).toHaveLength(0);
});

test("what the server cannot do now is done later, the rest at once", async () => {
    const server = makeServer();
    const queue = await makeQueue(server);
    server.fail = () => new OfflineError();
    await use(queue, 1);
    await use(queue, 2);
    await rest(queue);
    server.fail = () => null;
    server.answer = ({ action }) => ({ state: action.value === 1 ? "retry" : "done" });
    queue.replay();
    await rest(queue);
    expect(queue.waiting.map(({ action }) => action.value)).toEqual([1]);
    server.answer = () => ({ state: "done" });
    await advanceTime(60000);
    await rest(queue);
    expect(queue.waiting).toHaveLength(0);
});

test("conflicts and refusals stay until somebody looked", async () => {
    const server = makeServer();
    const store = new FakeStore();
    const queue = await makeQueue(server, { store });
    server.answer = ({ action }) => ({
        state: action.value === 1 ? "conflict" : "refused",
        message: `no ${action.value}`,
    });
    await use(queue, 1);
    await use(queue, 2);
    await rest(queue);
    expect(queue.open.map(({ message }) => message)).toEqual(["no 1", "no 2"]);
    const again = await makeQueue(server, { store });
    expect(again.open).toHaveLength(2);
    await again.dismiss(again.open[1]);
    expect(again.open.map(({ message }) => message)).toEqual(["no 1"]);
});

test("a session that ended keeps everything", async () => {
    const server = makeServer();
    const queue = await makeQueue(server);
    server.fail = () => new SessionError({ id: 2, name: "Somebody" });
    await use(queue, 1);
    await rest(queue);
    expect(queue.status).toBe("session");
    expect(queue.other.name).toBe("Somebody");
    await advanceTime(600000);
    expect(server.calls).toHaveLength(1, { message: "nobody asks again by itself" });
    server.fail = () => null;
    queue.replay();
    await rest(queue);
    expect(server.done.size).toBe(1);
});

test("a queue belongs to its user", async () => {
    const server = makeServer();
    const store = new FakeStore();
    const mine = await makeQueue(server, { store, uid: 1 });
    server.fail = () => new OfflineError();
    await use(mine, 1);
    await rest(mine);
    server.fail = () => null;
    const theirs = await makeQueue(server, { store, uid: 2 });
    await theirs.replay();
    expect(server.done.size).toBe(0);
    expect(theirs.items).toHaveLength(0);
});

test("what was not told yet is unsaid; what was told is not", async () => {
    const server = makeServer();
    const queue = await makeQueue(server);
    server.fail = () => new OfflineError();
    const first = await use(queue, 1);
    await rest(queue);
    expect(await queue.withdraw(first)).toBe(true);
    expect(queue.items).toHaveLength(0);
    server.fail = () => null;
    const second = await use(queue, 2);
    await rest(queue);
    expect(await queue.withdraw(second)).toBe(false);
    expect([...server.done.values()]).toEqual([2]);
});

test("a refused call is taken apart, so that only the wrong one is refused", async () => {
    const server = makeServer();
    const queue = await makeQueue(server);
    server.fail = () => new OfflineError();
    await use(queue, 1);
    await use(queue, 2);
    await use(queue, 3);
    await rest(queue);
    server.fail = (items) =>
        items.some(({ action }) => action.value === 2) && new RefusedError("not two");
    queue.replay();
    await rest(queue);
    await rest(queue);
    expect([...server.done.values()]).toEqual([1, 3]);
    expect(queue.open.map(({ message }) => message)).toEqual(["not two"]);
});

test("what makes the server fail again and again does not hold up the rest", async () => {
    const server = makeServer();
    const queue = await makeQueue(server);
    server.fail = (items) =>
        items.some(({ action }) => action.value === 1) && new ServerError("boom");
    await use(queue, 1);
    await use(queue, 2);
    for (let round = 0; round < 12; round++) {
        await rest(queue);
        await advanceTime(60000);
    }
    await rest(queue);
    expect(queue.open).toHaveLength(1);
    expect(queue.open[0].message).toMatch(/boom/);
    expect([...server.done.values()]).toEqual([2]);
    server.fail = () => null;
    await queue.retry(queue.open[0]);
    await rest(queue);
    expect([...server.done.values()]).toEqual([2, 1]);
});

test("what takes back or decides is told alone, in its turn", async () => {
    const server = makeServer();
    const queue = await makeQueue(server);
    server.fail = () => new OfflineError();
    await use(queue, 1);
    await queue.add("undo", { of_key: "x", value: "undo" }, { title: "Undo" });
    await use(queue, 2);
    await rest(queue);
    server.fail = () => null;
    server.calls.length = 0;
    queue.replay();
    await rest(queue);
    expect(server.calls).toEqual([[1], ["undo"], [2]]);
    const [act, undo] = queue.items;
    expect(typeof act.action.happened_on).toBe("string");
    expect("happened_on" in undo.action).toBe(false);
});

test("only the last of what is through is kept", async () => {
    const server = makeServer();
    const store = new FakeStore();
    const queue = await makeQueue(server, { store });
    for (let number = 0; number < 60; number++) {
        await use(queue, number);
    }
    await rest(queue);
    expect(server.done.size).toBe(60);
    expect(store.rows.size).toBe(40);
    expect(queue.items.at(-1).action.value).toBe(59);
});
