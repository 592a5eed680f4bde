import { EventBus, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

export const UPLOAD_URL = "/print3d/upload";
export const FILE_TYPES = ".gcode,.3mf,.gco,.g";
const POLL_DELAY = 3000;
const POLL_TIMES = 100;
const AT_ONCE = 2;

/**
 * Sends sliced files, a request a file, and follows each until it is read.
 *
 * `items` (reactive) are `{id, name, state, progress, message, result}` with the states
 * waiting, sending, reading, done, reused, failed. The bus triggers "CHANGED" when the
 * server has something new: a version stored, or read.
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

        const onRead = ({ slice_id, read_state, message, ...rest }) => {
            const mine = items.filter(
                (item) => item.state === "reading" && item.result.slice_id === slice_id
            );
            for (const item of mine) {
                finish(
                    item,
                    read_state === "done" ? "done" : "failed",
                    read_state === "done" ? _t("%s is read.", rest.name) : message
                );
            }
            changed({ slice_id, read_state, ...rest });
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
                const ids = items
                    .filter((item) => item.state === "reading")
                    .map((item) => item.result.slice_id);
                if (!ids.length) {
                    return;
                }
                let versions = [];
                try {
                    versions = await orm.silent.read("print3d.slice", ids, [
                        "display_name",
                        "read_state",
                        "read_error",
                    ]);
                } catch {
                    // Asked again below: the server may be busy with the very file.
                }
                for (const version of versions) {
                    if (version.read_state !== "pending") {
                        onRead({
                            slice_id: version.id,
                            name: version.display_name,
                            read_state: version.read_state,
                            message: version.read_error || "",
                        });
                    }
                }
                follow();
            }, POLL_DELAY);
        };

        busService.subscribe("print3d_slice_read", onRead);

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
