import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { UploadFollower } from "./upload_follower";
import { UploadQueue } from "./upload_queue";

// What the file chooser offers first; what a file is, is decided by its content.
export const FILE_TYPES =
    ".gcode,.3mf,.bgcode,.gco,.g,.gx,.ufp,.stl,.obj,.amf,.step,.stp,.zip";

/**
 * Sends files while people go on working, and follows each until it is read and measured.
 *
 * It is an `UploadQueue`. Its bus triggers "CHANGED" when the server has something new: a
 * file stored, a version read, a mesh measured.
 */
export const uploadService = {
    dependencies: ["bus_service", "orm"],

    start(env, { bus_service: busService, orm }) {
        const queue = new UploadQueue(orm);
        new UploadFollower(queue, { orm, busService });
        browser.addEventListener("online", () => queue.wakeAll());
        browser.addEventListener("beforeunload", (ev) => {
            if (queue.items.some((item) => item.isBusy)) {
                ev.preventDefault();
                // Browsers show a sentence of their own; older ones want one here.
                ev.returnValue = String(_t("Files are still being sent."));
            }
        });
        return queue;
    },
};

registry.category("services").add("print3d_upload", uploadService);
