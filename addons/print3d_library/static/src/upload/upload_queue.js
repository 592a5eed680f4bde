import { EventBus, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { formatFloat } from "@web/core/utils/numbers";
import { CancelledError, UnreadableFileError, uploadHasher } from "./upload_hasher";
import { FILTERS, KINDS, UploadItem } from "./upload_item";
import {
    callServer,
    chunkTransport,
    ConnectionError,
    SessionError,
    storageTransport,
} from "./upload_transport";

const BATCH = "print3d.upload.batch";
const UPLOAD = "print3d.upload";
const AT_ONCE = 3;
// Files that are checked while others are sent.
const AHEAD = 6;
const REFRESH_DELAY = 150;
const FIRST_RETRY_DELAY = 1000;
const LAST_RETRY_DELAY = 30000;
// Times that a file which did not arrive as it was sent is sent again.
const DAMAGES = 3;
// Milliseconds over which the speed is measured.
const SPEED_WINDOW = 8000;

/** Bytes as people read them, in the same units as the server's messages. */
export function formatBytes(bytes) {
    const units = ["B", "KB", "MB", "GB", "TB"];
    let power = 0;
    while (bytes >= 1024 && power < units.length - 1) {
        bytes /= 1024;
        power++;
    }
    const digits = power > 1 && bytes < 100 ? 1 : 0;
    return `${formatFloat(bytes, { digits: [16, digits] })} ${units[power]}`;
}

/**
 * Files of this browser on their way: checked, sent in pieces, gone on with.
 *
 * `items` are plain objects, thousands of them; what a screen watches is `summary`,
 * which is brought up to date some times a second:
 *
 * - `version` counts up with each change of any item
 * - `counts` the number of items by state
 * - `size`, `sent` bytes of what is to be sent; `speed` in bytes a second
 * - `halted` why nothing is sent until a person did something
 */
export class UploadQueue {
    constructor(orm) {
        this.orm = orm;
        this.bus = new EventBus();
        this.items = [];
        this.summary = reactive({
            version: 0,
            counts: {},
            size: 0,
            sent: 0,
            speed: 0,
            busy: 0,
            halted: "",
            holdBatchId: null,
            isPageOpen: false,
        });
        this.nextId = 1;
        this.batches = { hold: null, now: null };
        this.limits = null;
        this.samples = [];
        this.refreshTimer = null;
    }

    // === WHAT PEOPLE DO === //

    /**
     * @param {Iterable<File|{file: File, path: string}>} files
     * @param {{product_id?: number, template_id?: number}} [target]
     * @param {{hold?: boolean}} [options] whether the files wait to be grouped
     */
    add(files, target = {}, { hold = false } = {}) {
        for (const entry of files) {
            const { file, path } = entry.file ? entry : { file: entry, path: "" };
            this.items.push(
                new UploadItem(this.nextId++, { file, path, target, hold })
            );
        }
        this.touch();
        this.pump();
    }

    cancel(item) {
        if (!item.isCancellable) {
            return;
        }
        this.stop(item);
        this.set(item, "cancelled", "");
        if (item.serverId) {
            this.abort(item.serverId);
            this.bus.trigger("ABORTED", item.serverId);
        }
        this.pump();
    }

    cancelAll() {
        for (const item of this.items.filter((one) => one.isBusy)) {
            this.cancel(item);
        }
    }

    retry(item) {
        if (!item.isRetryable) {
            return;
        }
        item.attempts = 0;
        item.serverId = null;
        item.sent = 0;
        this.set(item, item.sha256 ? "ready" : "waiting", "");
        this.pump();
    }

    retryFailed() {
        for (const item of this.items.filter((one) => one.state === "failed")) {
            this.retry(item);
        }
    }

    remove(item) {
        this.cancel(item);
        const index = this.items.indexOf(item);
        if (index >= 0) {
            this.items.splice(index, 1);
        }
        this.touch();
    }

    /** Forget what is through. What waits to be grouped becomes an earlier upload. */
    clear() {
        const left = this.items.filter((item) => item.isBusy || item.isGoing);
        this.items.splice(0, this.items.length, ...left);
        if (!left.some((item) => item.hold)) {
            this.batches.hold = null;
            this.summary.holdBatchId = null;
        }
        this.touch();
    }

    /** Use the file of the library for what this one was meant for, too. */
    async addHere(item) {
        if (!item.isAddable) {
            return;
        }
        this.set(item, "finishing", "");
        try {
            const { answer } = await callServer("copy", {
                json: {
                    ...(await this.describe(item)),
                    file_id: item.known.file_id,
                },
            });
            item.known = null;
            this.settle(item, answer);
        } catch (error) {
            this.set(item, "reused", this.explain(error));
        }
    }

    /** Go on after a person did what `halted` asks for. */
    resume() {
        this.summary.halted = "";
        this.pump();
    }

    /** The batch of files that wait to be grouped was handed over. */
    forgetBatch(batchId) {
        if (this.summary.holdBatchId === batchId) {
            this.batches.hold = null;
            this.summary.holdBatchId = null;
        }
        const left = this.items.filter(
            (item) => item.state !== "stored" || item.result?.batch_id !== batchId
        );
        this.items.splice(0, this.items.length, ...left);
        this.touch();
    }

    // === THE QUEUE === //

    pump() {
        if (this.summary.halted) {
            return;
        }
        const count = (...states) =>
            this.items.filter((item) => states.includes(item.state)).length;
        if (!count("hashing") && count("ready") < AHEAD) {
            const next = this.items.find((item) => item.state === "waiting");
            if (next) {
                this.check(next);
            }
        }
        const free = AT_ONCE - count("sending", "stalled", "finishing");
        this.items
            .filter((item) => item.state === "ready")
            .slice(0, Math.max(free, 0))
            .forEach((item) => this.send(item));
    }

    /** Hash a file, unless it can be refused before. */
    async check(item) {
        item.controller = new AbortController();
        const { signal } = item.controller;
        this.set(item, "hashing", "");
        try {
            const limits = await this.getLimits();
            const refusal = this.getRefusal(item, limits);
            if (refusal) {
                this.set(item, "failed", refusal);
            } else {
                item.pieceSize = limits.chunk;
                const hashed = await uploadHasher.hash(item.file, limits.chunk, {
                    signal,
                });
                if (!signal.aborted) {
                    item.sha256 = hashed.sha256;
                    item.pieces = hashed.pieces;
                    this.set(item, "ready");
                }
            }
        } catch (error) {
            this.onError(item, error, signal, "waiting");
        }
        this.pump();
    }

    getRefusal(item, limits) {
        if (!item.size) {
            return _t("“%s” is empty (0 bytes). Export it again.", item.name);
        }
        const isArchive = item.name.toLowerCase().endsWith(".zip");
        const limit = isArchive ? Math.max(limits.archive, limits.file) : limits.file;
        if (item.size > limit) {
            return _t(
                "“%(name)s” is too large: %(size)s, and the limit is %(limit)s.",
                {
                    name: item.name,
                    size: formatBytes(item.size),
                    limit: formatBytes(limit),
                }
            );
        }
        return "";
    }

    async send(item) {
        item.controller = new AbortController();
        const { signal } = item.controller;
        this.set(item, "sending", "");
        try {
            await this.sendOnce(item, signal);
        } catch (error) {
            this.onError(item, error, signal, "ready");
        }
        this.pump();
    }

    async sendOnce(item, signal) {
        const vals = await this.describe(item);
        if (signal.aborted) {
            return;
        }
        const { answer: begun } = await callServer("begin", {
            json: { ...vals, size: item.size, sha256: item.sha256 },
            signal,
        });
        if (begun.known) {
            item.known = begun.known;
            item.result = begun.known;
            this.set(item, "reused", begun.known.message);
            return;
        }
        item.serverId = begun.id;
        item.message = begun.received ? _t("Goes on where it stopped.") : "";
        const transport = begun.direct ? storageTransport : chunkTransport;
        const answer = await transport.send(item, begun, {
            onSent: (bytes) => this.onSent(item, bytes),
            signal,
        });
        if (answer.state !== "sending") {
            this.settle(item, answer);
            return;
        }
        this.set(item, "finishing", "");
        const { status, answer: last } = await callServer(`${begun.id}/finish`, {
            json: { sha256: item.sha256 },
        });
        if (signal.aborted) {
            return;
        }
        if (status === 200) {
            this.settle(item, last);
        } else if (status === 422 && ++item.damages > DAMAGES) {
            this.set(item, "failed", last.message);
        } else {
            throw new ConnectionError(last.message);
        }
    }

    /** What the server has to know of a file. */
    async describe(item) {
        const { product_id, template_id } = item.target;
        return {
            batch_id: await this.getBatch(item.hold),
            name: item.name,
            path: item.path,
            ...(product_id ? { product_id } : {}),
            ...(template_id ? { template_id } : {}),
            direct: storageTransport.isUsed,
        };
    }

    onSent(item, bytes) {
        if (bytes > item.sent) {
            item.attempts = 0;
        }
        item.sent = Math.min(bytes, item.size);
        item.version++;
        this.touch();
    }

    /** @param {string} state what the file waits for when it can be tried again */
    onError(item, error, signal, state) {
        if (error instanceof CancelledError || signal.aborted) {
            return;
        }
        if (error instanceof ConnectionError || error instanceof ConnectionLostError) {
            this.stall(item, error.message, state);
        } else if (error instanceof SessionError) {
            this.set(item, state, "");
            this.summary.halted = this.explain(error);
        } else if (error.code === "missing" && !item.renewed) {
            // The batch was collected, or given up in another tab.
            item.renewed = true;
            this.batches[item.hold ? "hold" : "now"] = null;
            this.set(item, state, "");
        } else {
            this.set(item, "failed", this.explain(error));
        }
    }

    explain(error) {
        if (error instanceof SessionError) {
            return _t(
                "You are no longer logged in. Reload the page, log in and choose the " +
                    "same files again: they go on where they stopped."
            );
        }
        if (error instanceof UnreadableFileError) {
            return _t(
                "The file cannot be read: it was moved, renamed or changed. Choose it again."
            );
        }
        if (error instanceof ConnectionError) {
            return _t("The server does not answer. Try again.");
        }
        return error.data?.message || error.message || String(error);
    }

    /** Try again by itself, later and later. */
    stall(item, reason, state) {
        const delay = Math.min(
            FIRST_RETRY_DELAY * 2 ** item.attempts++,
            LAST_RETRY_DELAY
        );
        item.nextState = state;
        this.set(
            item,
            "stalled",
            reason || _t("The connection broke. It goes on by itself.")
        );
        item.timer = browser.setTimeout(() => this.wake(item), delay);
    }

    wake(item) {
        if (item.state === "stalled") {
            browser.clearTimeout(item.timer);
            this.set(item, item.nextState);
            this.pump();
        }
    }

    /** The network is there again. */
    wakeAll() {
        for (const item of this.items.filter((one) => one.state === "stalled")) {
            this.wake(item);
        }
    }

    stop(item) {
        browser.clearTimeout(item.timer);
        item.controller?.abort();
        item.controller = null;
    }

    async abort(serverId) {
        try {
            await callServer(`${serverId}/abort`, { json: {} });
        } catch {
            // What nobody goes on with is collected by the server.
        }
    }

    // === WHAT BECAME OF A FILE === //

    /** Take over the server's word about a file. */
    settle(item, answer) {
        item.serverId = answer.id;
        item.result = answer;
        item.sent = item.size;
        if (answer.is_archive && answer.state === "done" && !item.isListed) {
            // Unpacked before anybody asked: its files are asked for now.
            this.set(item, "unpacking", answer.message);
        } else if (answer.state !== "done" || answer.is_archive) {
            this.set(item, answer.state, answer.message);
        } else {
            item.file = null;
            item.pieces = [];
            item.open = KINDS.filter((kind) => answer[kind.id]).map(({ name }) => name);
            const state = item.open.length ? "reading" : "done";
            this.set(item, answer.reused ? "reused" : state, answer.message);
            this.bus.trigger("CHANGED", answer);
        }
        if (["reading", "unpacking"].includes(item.state)) {
            this.bus.trigger("FOLLOW");
        }
    }

    /** What was unpacked from an archive, each as an item after it. */
    settleMembers(archive, answers) {
        archive.isListed = true;
        const known = new Map(this.items.map((item) => [item.serverId, item]));
        const fresh = [];
        for (const answer of answers) {
            let item = known.get(answer.id);
            if (!item) {
                item = new UploadItem(this.nextId++, { ...answer, hold: archive.hold });
                item.parentId = archive.id;
                item.state = "unpacking";
                fresh.push(item);
            }
            if (item.state === "unpacking" && answer.state !== "unpacking") {
                this.settle(item, answer);
            }
        }
        this.items.splice(this.items.indexOf(archive) + 1, 0, ...fresh);
        this.touch();
    }

    set(item, state, message = item.message) {
        item.state = state;
        item.message = String(message);
        item.version++;
        this.touch();
    }

    // === THE SERVER === //

    async getLimits() {
        this.limits ??= await this.orm.silent.call(UPLOAD, "get_limits", []);
        return this.limits;
    }

    /** The id of the batch that files are sent in, begun with the first of them. */
    async getBatch(hold) {
        const key = hold ? "hold" : "now";
        this.batches[key] ??= this.orm.silent.call(BATCH, "create_batch", [], { hold });
        try {
            const batchId = await this.batches[key];
            if (hold) {
                this.summary.holdBatchId = batchId;
            }
            return batchId;
        } catch (error) {
            this.batches[key] = null;
            throw error;
        }
    }

    // === WHAT SCREENS WATCH === //

    touch() {
        if (!this.refreshTimer) {
            this.refreshTimer = browser.setTimeout(() => {
                this.refreshTimer = null;
                this.refresh();
            }, REFRESH_DELAY);
        }
    }

    refresh() {
        const counts = {};
        let [size, sent, busy] = [0, 0, 0];
        for (const item of this.items) {
            counts[item.state] = (counts[item.state] || 0) + 1;
            busy += item.isBusy;
            if (!item.parentId && !["failed", "cancelled"].includes(item.state)) {
                size += item.size;
                sent += item.isBusy ? item.sent : item.size;
            }
        }
        Object.assign(this.summary, { counts, size, sent, busy });
        this.summary.speed = this.measure();
        this.summary.version++;
    }

    /** Bytes a second of late, of what really went over the network. */
    measure() {
        const now = browser.performance.now();
        const bytes = this.items.reduce((sum, item) => sum + item.sent, 0);
        this.samples.push({ now, bytes });
        while (this.samples[0].now < now - SPEED_WINDOW) {
            this.samples.shift();
        }
        const [first] = this.samples;
        const seconds = (now - first.now) / 1000;
        return seconds > 0.5 ? Math.max(0, (bytes - first.bytes) / seconds) : 0;
    }

    count(filterKey) {
        const { states } = FILTERS.find((filter) => filter.key === filterKey);
        return states.reduce(
            (sum, state) => sum + (this.summary.counts[state] || 0),
            0
        );
    }
}
