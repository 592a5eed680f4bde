import { _t } from "@web/core/l10n/translation";

/** How each state of a file looks: colour, word and icon. */
export const STATES = {
    waiting: ["grey", _t("Waiting")],
    hashing: ["grey", _t("Being checked"), "fa-search"],
    ready: ["grey", _t("Waiting")],
    sending: ["blue", _t("Sending"), "fa-upload"],
    stalled: ["amber", _t("No connection"), "fa-plug"],
    finishing: ["violet", _t("Being taken in"), "fa-cog"],
    unpacking: ["violet", _t("Being unpacked"), "fa-archive"],
    reading: ["violet", _t("Reading"), "fa-cog"],
    stored: ["amber", _t("To be grouped"), "fa-object-group"],
    done: ["green", _t("Done")],
    reused: ["amber", _t("There already"), "fa-files-o"],
    failed: ["red", _t("Refused")],
    cancelled: ["grey", _t("Cancelled"), "fa-ban"],
};

/** Filters of the list, each with the states it shows. */
export const FILTERS = [
    { key: "all", label: _t("All"), states: Object.keys(STATES) },
    {
        key: "going",
        label: _t("On their way"),
        states: [
            "waiting",
            "hashing",
            "ready",
            "sending",
            "stalled",
            "finishing",
            "unpacking",
            "reading",
        ],
    },
    { key: "stored", label: _t("To be grouped"), states: ["stored"] },
    { key: "done", label: _t("Done"), states: ["done"] },
    { key: "reused", label: _t("There already"), states: ["reused"] },
    { key: "failed", label: _t("Refused"), states: ["failed"] },
    { key: "cancelled", label: _t("Cancelled"), states: ["cancelled"] },
];

// Records a file may become: the key of their id in an answer, and how far they are.
export const KINDS = [
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

// What only this page can bring to its end.
const BUSY = new Set([
    "waiting",
    "hashing",
    "ready",
    "sending",
    "stalled",
    "finishing",
]);
const GOING = new Set(FILTERS[1].states);

/** A file of this browser on its way to the library, or one unpacked from it. */
export class UploadItem {
    constructor(id, { file = null, name, path = "", size, target = {}, hold = false }) {
        this.id = id;
        this.file = file;
        this.name = name ?? file.name;
        this.path = path;
        this.size = size ?? file.size;
        this.target = target;
        this.hold = hold;
        this.parentId = null;
        // Whether the files of this archive are in the list.
        this.isListed = false;
        this.state = "waiting";
        // Counts up with each change, so that its row is drawn again, and no other.
        this.version = 0;
        this.message = "";
        this.sent = 0;
        this.result = null;
        this.known = null;
        // What is still worked on once it is stored: "slice" and "mesh".
        this.open = [];
        this.serverId = null;
        this.sha256 = "";
        this.pieces = [];
        this.pieceSize = 0;
        this.attempts = 0;
        this.damages = 0;
        this.storageFailures = 0;
        this.controller = null;
        this.timer = null;
    }

    /** Bytes that are through, in percent. */
    get progress() {
        return this.size ? Math.floor((100 * this.sent) / this.size) : 0;
    }

    get dot() {
        const [colour, label, icon] = STATES[this.state];
        return { colour, label: String(label), icon };
    }

    get isBusy() {
        return BUSY.has(this.state);
    }

    get isGoing() {
        return GOING.has(this.state);
    }

    get isCancellable() {
        return this.isBusy || this.state === "stored" || this.state === "unpacking";
    }

    get isRetryable() {
        return Boolean(this.file) && ["failed", "cancelled"].includes(this.state);
    }

    /** Whether a file of the library can be used here, too. */
    get isAddable() {
        const { product_id, template_id } = this.target;
        return (
            this.state === "reused" &&
            Boolean(this.known) &&
            (this.hold || (Boolean(product_id || template_id) && !this.known.is_here))
        );
    }

    /** What the file became or is in the library, to be opened. */
    get record() {
        const { slice_id, mesh_id } = this.result || {};
        if (slice_id) {
            return { model: "print3d.slice", id: slice_id };
        }
        return mesh_id ? { model: "print3d.mesh", id: mesh_id } : null;
    }
}
