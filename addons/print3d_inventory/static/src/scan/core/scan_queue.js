import { EventBus } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { OfflineError, RefusedError, SessionError } from "./scan_transport";

const BATCH = 25;
const FIRST_DELAY = 1000;
const LAST_DELAY = 60000;
// Times that one and the same item may make the server fail before it is put aside.
const FAILURES = 5;
// What is through stays for the list of the last actions, and to be undone.
const KEPT = 40;
const LOCK = "print3d_scan_replay";

/** A key of its own for each action; phones without HTTPS have no randomUUID. */
export function makeKey() {
    const { crypto } = globalThis;
    if (crypto.randomUUID) {
        return crypto.randomUUID();
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
        ""
    );
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The browser's locks over all tabs; without them the keys alone have to do. */
export const webLocks = {
    request(name, job) {
        const { locks } = window.navigator;
        return locks ? locks.request(name, job) : job();
    },
};

/**
 * What people did and the server has yet to be told, in order and exactly once.
 *
 * Every item is written down before anything else happens, with the key by which the
 * server knows it again; so it may be told twice, by a page that was killed on the way
 * or from two tabs, and is done once.
 *
 * An item is `{seq, uid, key, route, action, title, spoolId, state, result, message,
 * createdOn}`; states: waiting, done, conflict, refused, dismissed. `status` is what
 * keeps the queue from being told: "", "offline", "session", "error".
 *
 * The bus tells: `CHANGED`, and `SETTLED` with an item that the server answered.
 */
export class ScanQueue {
    /**
     * @param {Object} options
     * @param {Object} options.store see ScanStore
     * @param {(item: Object[]) => Promise<Object[]>} options.send tells the server items
     *      of one route and gives their results
     * @param {Object} [options.locks]
     * @param {Object} [options.clock] `setTimeout`, `clearTimeout` and `now`
     */
    constructor({ store, send, locks = webLocks, clock }) {
        this.store = store;
        this.send = send;
        this.locks = locks;
        this.clock = clock || {
            setTimeout: (...args) => window.setTimeout(...args),
            clearTimeout: (timer) => window.clearTimeout(timer),
            now: () => new Date(),
        };
        this.bus = new EventBus();
        this.uid = null;
        this.items = [];
        this.status = "";
        this.other = null;
        this.attempts = 0;
        this.timer = null;
        this.running = null;
        this.isWanted = false;
        this.failures = new Map();
    }

    // === WHAT IS IN IT === //

    /** Show and tell the queue of this user from now on. */
    async use(uid) {
        this.uid = uid;
        await this.reload();
    }

    /** Read again what other tabs may have changed. */
    async reload() {
        this.items = this.uid ? await this.store.getQueue(this.uid) : [];
        this.bus.trigger("CHANGED");
    }

    get waiting() {
        return this.items.filter((item) => item.state === "waiting");
    }

    /** Items that a person has to look at. */
    get open() {
        return this.items.filter(
            (item) => item.state === "conflict" || item.state === "refused"
        );
    }

    /** @returns {Object[]} what waits for a spool, the oldest first */
    getWaitingOf(spoolId) {
        return this.waiting.filter((item) => item.spoolId === spoolId);
    }

    /**
     * Write down an action, and tell it as soon as may be.
     *
     * @param {"act"|"undo"|"decide"} route
     * @param {Object} action as the server wants it, without its key
     * @param {{title: string, spoolId?: number}} info for the list of what waits
     * @returns {Promise<Object>} the item
     */
    async add(route, action, { title, spoolId = null }) {
        const key = makeKey();
        const createdOn = this.clock.now().toISOString();
        const item = {
            uid: this.uid,
            key,
            route,
            action: {
                ...action,
                key,
                ...(route === "act" ? { happened_on: createdOn } : {}),
            },
            title,
            spoolId,
            state: "waiting",
            result: null,
            message: "",
            createdOn,
        };
        item.seq = await this.store.addItem(item);
        this.items.push(item);
        this.bus.trigger("CHANGED");
        this.replay();
        return item;
    }

    /**
     * Take back what was not told yet.
     *
     * @returns {Promise<boolean>} false when the server was told meanwhile, or is being
     */
    async withdraw(item) {
        return this.locks.request(this.lock, async () => {
            const isGone = await this.store.removeWaiting(item.seq);
            await this.reload();
            return isGone;
        });
    }

    /** The person has seen what the server refused. */
    async dismiss(item) {
        item.state = "dismissed";
        await this.store.putItem(item);
        await this.tidy();
        this.bus.trigger("CHANGED");
    }

    /** Tell again what was refused; it bears the same key. */
    async retry(item) {
        item.state = "waiting";
        item.message = "";
        this.failures.delete(item.key);
        await this.store.putItem(item);
        this.bus.trigger("CHANGED");
        this.replay();
    }

    // === TELLING IT === //

    get lock() {
        return `${LOCK}:${this.store.name}`;
    }

    /** Tell what waits, now; one tab after the other. */
    replay() {
        this.clock.clearTimeout(this.timer);
        this.timer = null;
        if (this.running) {
            this.isWanted = true;
            return this.running;
        }
        this.running = this.locks
            .request(this.lock, () => this.drain())
            .catch((error) => this.onError(error, []))
            .finally(() => {
                this.running = null;
                this.bus.trigger("CHANGED");
                if (this.isWanted) {
                    this.isWanted = false;
                    this.replay();
                }
            });
        return this.running;
    }

    async drain() {
        const { uid } = this;
        while (uid && uid === this.uid) {
            // As it is on the disk: another tab may have told some of it.
            const items = await this.store.getQueue(uid);
            this.items = items;
            const batch = this.takeBatch(
                items.filter((one) => one.state === "waiting")
            );
            if (!batch.length) {
                this.setStatus("");
                break;
            }
            if (!(await this.tell(batch))) {
                break;
            }
        }
        await this.tidy();
    }

    /** @returns {Promise<boolean>} whether to go on */
    async tell(batch) {
        let results;
        try {
            results = await this.send(batch);
        } catch (error) {
            await this.onError(error, batch);
            return false;
        }
        this.attempts = 0;
        this.setStatus("");
        const byKey = new Map((results || []).map((result) => [result.key, result]));
        let isLater = false;
        for (const item of batch) {
            const result = byKey.get(item.key);
            if (!result || result.state === "retry") {
                isLater = true;
            } else {
                await this.settle(item, result);
            }
        }
        if (isLater) {
            this.later();
        }
        return !isLater;
    }

    /** Actions go together; what takes back or decides goes alone, in its turn. */
    takeBatch(waiting) {
        const isAct = ({ route }) => route === "act";
        if (!waiting.length || !isAct(waiting[0])) {
            return waiting.slice(0, 1);
        }
        // What made the server fail goes alone, so that it holds up nothing else.
        const isSuspect = waiting.some(({ key }) => this.failures.has(key));
        const end = waiting.findIndex((item) => !isAct(item));
        return waiting.slice(0, isSuspect ? 1 : Math.min(BATCH, end < 0 ? BATCH : end));
    }

    async settle(item, result) {
        const states = { conflict: "conflict", refused: "refused" };
        item.state = states[result.state] || "done";
        item.result = result;
        item.message = result.message || "";
        await this.store.putItem(item);
        this.bus.trigger("SETTLED", item);
    }

    async onError(error, batch) {
        if (error instanceof OfflineError) {
            this.setStatus("offline");
            this.later();
        } else if (error instanceof SessionError) {
            this.setStatus("session", error.other);
        } else if (error instanceof RefusedError) {
            await this.onRefused(error, batch);
        } else {
            await this.onFailure(error, batch);
        }
    }

    /** The whole call was refused: of several nobody knows which one was meant. */
    async onRefused(error, batch) {
        if (batch.length === 1) {
            await this.settle(batch[0], { state: "refused", message: error.message });
        } else {
            batch.forEach(({ key }) => this.failures.set(key, 0));
        }
        this.isWanted = batch.length > 0;
    }

    async onFailure(error, batch) {
        this.setStatus("error");
        for (const { key } of batch) {
            this.failures.set(key, (this.failures.get(key) || 0) + 1);
        }
        const [item] = batch;
        if (batch.length === 1 && this.failures.get(item.key) >= FAILURES) {
            await this.settle(item, {
                state: "refused",
                message: _t(
                    "The server failed at this again and again: %(reason)s Try it once " +
                        "more later, or do it on a computer.",
                    { reason: error.message }
                ),
            });
            this.isWanted = true;
            return;
        }
        this.later();
    }

    /** Try again by itself, later and later. */
    later() {
        const delay = Math.min(FIRST_DELAY * 2 ** this.attempts++, LAST_DELAY);
        this.clock.clearTimeout(this.timer);
        this.timer = this.clock.setTimeout(() => this.replay(), delay);
    }

    setStatus(status, other = null) {
        if (this.status !== status || this.other !== other) {
            this.status = status;
            this.other = other;
            this.bus.trigger("CHANGED");
        }
    }

    /** Forget what is through, but for the last of it. */
    async tidy() {
        const through = this.items.filter(
            (item) => item.state === "done" || item.state === "dismissed"
        );
        const old = through.slice(0, Math.max(0, through.length - KEPT));
        if (old.length) {
            await this.store.deleteItems(old.map(({ seq }) => seq));
            this.items = this.items.filter((item) => !old.includes(item));
        }
    }
}
