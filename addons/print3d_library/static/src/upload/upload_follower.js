import { browser } from "@web/core/browser/browser";
import { KINDS } from "./upload_item";

const POLL_DELAY = 3000;
const POLL_TIMES = 100;
// Files that are asked for in one call.
const ASKED_AT_ONCE = 200;

/**
 * Follows stored files until they are read and measured, and archives until they are
 * unpacked. The server's bus says it at once; asking is for servers without a websocket.
 */
export class UploadFollower {
    constructor(queue, { orm, busService }) {
        this.queue = queue;
        this.orm = orm;
        this.isPolling = false;
        this.polls = 0;
        queue.bus.addEventListener("FOLLOW", () => {
            this.polls = 0;
            this.poll();
        });
        busService.subscribe("print3d_slice_read", (detail) =>
            this.onDone(KINDS[0], detail)
        );
        busService.subscribe("print3d_mesh_inspected", (detail) =>
            this.onDone(KINDS[1], detail)
        );
        busService.subscribe("print3d_upload_unpacked", ({ id }) => {
            const archive = this.unpacking.find((item) => item.serverId === id);
            if (archive) {
                this.loadMembers([archive]);
            }
        });
    }

    get reading() {
        return this.queue.items.filter((item) => item.state === "reading");
    }

    get unpacking() {
        return this.queue.items.filter(
            (item) => item.state === "unpacking" && !item.parentId
        );
    }

    onDone(kind, detail) {
        const isDone = detail[kind.state] === "done";
        const mine = this.reading.filter(
            (item) =>
                item.open.includes(kind.name) &&
                item.result[kind.id] === detail[kind.id]
        );
        for (const item of mine) {
            item.open = item.open.filter((name) => name !== kind.name);
            if (!isDone) {
                this.queue.set(item, "failed", detail.message);
            } else if (!item.open.length) {
                this.queue.set(item, "done", kind.done(detail.name));
            }
        }
        this.queue.bus.trigger("CHANGED", detail);
    }

    poll() {
        const isIdle = !this.reading.length && !this.unpacking.length;
        if (this.isPolling || isIdle || this.polls >= POLL_TIMES) {
            return;
        }
        this.isPolling = true;
        this.polls++;
        browser.setTimeout(async () => {
            try {
                await Promise.all([
                    ...KINDS.map((kind) => this.ask(kind)),
                    this.loadMembers(),
                ]);
            } catch {
                // Asked again: the server may be busy with the very file.
            }
            this.isPolling = false;
            this.poll();
        }, POLL_DELAY);
    }

    async ask(kind) {
        const ids = this.reading
            .filter((item) => item.open.includes(kind.name))
            .slice(0, ASKED_AT_ONCE)
            .map((item) => item.result[kind.id]);
        if (!ids.length) {
            return;
        }
        const fields = ["display_name", kind.state, kind.error];
        const records = await this.orm.silent.read(kind.model, ids, fields);
        for (const record of records) {
            if (record[kind.state] !== "pending") {
                this.onDone(kind, {
                    [kind.id]: record.id,
                    [kind.state]: record[kind.state],
                    name: record.display_name,
                    message: record[kind.error] || "",
                });
            }
        }
    }

    async loadMembers(archives = this.unpacking) {
        if (!archives.length) {
            return;
        }
        const ids = archives.map((item) => item.serverId);
        const answers = await this.orm.silent.call("print3d.upload", "get_results", [
            ids,
        ]);
        for (const archive of archives) {
            const members = answers.filter(
                ({ parent_id }) => parent_id === archive.serverId
            );
            this.queue.settleMembers(archive, members);
            const own = answers.find(({ id }) => id === archive.serverId);
            if (own && own.state !== "unpacking") {
                this.queue.settle(archive, own);
            }
        }
    }
}
