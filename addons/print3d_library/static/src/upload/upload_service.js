import { EventBus, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

export const UPLOAD_URL = "/print3d/upload";
// What the file chooser offers first; what a file is, is decided by its content.
export const FILE_TYPES =
    ".gcode,.3mf,.bgcode,.gco,.g,.gx,.ufp,.stl,.obj,.amf,.step,.stp";
const POLL_DELAY = 3000;
const POLL_TIMES = 100;
const AT_ONCE = 2;
// Records a file may become: the key of their id in an answer, and how far they are.
const KINDS = [
    {
        name: "slice",
        id: "slice_id",
        model: "print3d.slice",
        state: "read_state",
        error: "read_error",
        done: (name) => _t("%s is read.", name),
    },
    {
        name: "mesh",
        id: "mesh_id",
        model: "print3d.mesh",
        state: "state",
        error: "error",
        done: (name) => _t("%s is measured.", name),
    },
];

/**
 * Sends files, a request a file, and follows each until it is read and measured.
 *
 * `items` (reactive) are `{id, name, state, progress, message, result, open}` with the
 * states waiting, sending, reading, done, reused, failed; `open` holds what is still
 * worked on, "slice" and "mesh". The bus triggers "CHANGED" when the server has
 * something new: a file stored, a version read, a mesh measured.
 */
export const uploadService = {
    dependencies: ["bus_service", "orm"],

    /** Overridden in tests. */
    createXhr() {
        return new browser.XMLHttpRequest();
    },

    start(env, { bus_service: busService, orm }) {
        const bus = new EventBus();
        const items = reactive([]);
        let nextId = 1;
        let polling = false;
        let polls = 0;

        const changed = (detail) => bus.trigger("CHANGED", detail);

        const finish = (item, state, message) => {
            item.state = state;
            item.message = message || item.message;
            item.file = null;
            item.xhr = null;
        };

        const onAnswer = (item, xhr) => {
            let result;
            try {
                result = JSON.parse(xhr.responseText).results[0];
            } catch {
                result = null;
            }
            if (xhr.status === 413) {
                finish(
                    item,
                    "failed",
                    _t("The file is larger than the server accepts.")
                );
            } else if (!result) {
                finish(
                    item,
                    "failed",
                    _t("The server did not take the file. Try again.")
                );
            } else if (!result.ok) {
                finish(item, "failed", result.message);
            } else {
                item.result = result;
                item.open = KINDS.filter((kind) => result[kind.id]).map(
                    (kind) => kind.name
                );
                finish(item, result.reused ? "reused" : "reading", result.message);
                polls = 0;
                follow();
                changed(result);
            }
            next();
        };

        const send = (item) => {
            const data = new FormData();
            data.append("csrf_token", odoo.csrf_token);
            for (const key of ["product_id", "template_id"]) {
                if (item.target[key]) {
                    data.append(key, item.target[key]);
                }
            }
            data.append("files", item.file);
            const xhr = uploadService.createXhr();
            item.state = "sending";
            item.xhr = xhr;
            xhr.open("POST", UPLOAD_URL);
            xhr.upload?.addEventListener("progress", (ev) => {
                item.progress = ev.total ? Math.round((100 * ev.loaded) / ev.total) : 0;
            });
            xhr.addEventListener("load", () => onAnswer(item, xhr));
            xhr.addEventListener("error", () => {
                finish(item, "failed", _t("The connection broke. Try again."));
                next();
            });
            xhr.addEventListener("abort", () => {
                finish(item, "failed", _t("Cancelled."));
                next();
            });
            xhr.send(data);
        };

        const next = () => {
            const sending = items.filter((item) => item.state === "sending").length;
            items
                .filter((item) => item.state === "waiting")
                .slice(0, Math.max(AT_ONCE - sending, 0))
                .forEach(send);
        };

        const onDone = (kind, detail) => {
            const isDone = detail[kind.state] === "done";
            const mine = items.filter(
                (item) =>
                    item.state === "reading" &&
                    item.open.includes(kind.name) &&
                    item.result[kind.id] === detail[kind.id]
            );
            for (const item of mine) {
                item.open = item.open.filter((name) => name !== kind.name);
                if (!isDone) {
                    finish(item, "failed", detail.message);
                } else if (!item.open.length) {
                    finish(item, "done", kind.done(detail.name));
                }
            }
            changed(detail);
        };

        const ask = async (kind) => {
            const ids = items
                .filter(
                    (item) => item.state === "reading" && item.open.includes(kind.name)
                )
                .map((item) => item.result[kind.id]);
            if (!ids.length) {
                return;
            }
            const fields = ["display_name", kind.state, kind.error];
            let records = [];
            try {
                records = await orm.silent.read(kind.model, ids, fields);
            } catch {
                // Asked again: the server may be busy with the very file.
            }
            for (const record of records) {
                if (record[kind.state] !== "pending") {
                    onDone(kind, {
                        [kind.id]: record.id,
                        [kind.state]: record[kind.state],
                        name: record.display_name,
                        message: record[kind.error] || "",
                    });
                }
            }
        };

        // The bus says it at once; asking is for a server without a websocket.
        const follow = () => {
            const waiting = items.filter((item) => item.state === "reading");
            if (polling || !waiting.length || polls >= POLL_TIMES) {
                return;
            }
            polling = true;
            polls++;
            browser.setTimeout(async () => {
                polling = false;
                await Promise.all(KINDS.map(ask));
                follow();
            }, POLL_DELAY);
        };

        busService.subscribe("print3d_slice_read", (detail) =>
            onDone(KINDS[0], detail)
        );
        busService.subscribe("print3d_mesh_inspected", (detail) =>
            onDone(KINDS[1], detail)
        );

        return {
            bus,
            items,
            /**
             * @param {File[]|FileList} files
             * @param {{product_id?: number, template_id?: number}} [target]
             */
            add(files, target = {}) {
                for (const file of files) {
                    items.push({
                        id: nextId++,
                        name: file.name,
                        file,
                        target,
                        state: "waiting",
                        progress: 0,
                        message: "",
                        result: null,
                        open: [],
                        xhr: null,
                    });
                }
                next();
            },
            cancel(item) {
                if (item.xhr) {
                    item.xhr.abort();
                } else {
                    finish(item, "failed", _t("Cancelled."));
                }
            },
            clear() {
                const open = items.filter((item) =>
                    ["waiting", "sending"].includes(item.state)
                );
                items.splice(0, items.length, ...open);
            },
        };
    },
};

registry.category("services").add("print3d_upload", uploadService);
