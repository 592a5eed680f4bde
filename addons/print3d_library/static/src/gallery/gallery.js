import { Component, status, useExternalListener, useRef, useState } from "@odoo/owl";
import { useCustomDropzone } from "@web/core/dropzone/dropzone_hook";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useBus, useService } from "@web/core/utils/hooks";
import { useSortable } from "@web/core/utils/sortable_owl";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Thumbnail } from "../marks/thumbnail";
import { UploadDropzone } from "../upload/upload_hook";
import { Viewer } from "../viewer/viewer";
import { useLightbox } from "./lightbox";

export const PICTURE_TYPES = "image/png,image/jpeg,image/webp,image/gif";
const STILL = { is3d: false, naming: false };
const EMPTY = { entries: [], hidden: 0, can_write: false };
const KINDS = {
    cover: _t("Picture"),
    picture: _t("Picture"),
    plate: _t("From the slicer"),
    mesh: _t("From the mesh"),
};

/**
 * The keys in the order they have after one was moved behind another.
 *
 * @param {string[]} keys
 * @param {string} key the one that moves
 * @param {string|null} previous the one it comes behind; null for the first place
 * @returns {string[]}
 */
export function moveKey(keys, key, previous) {
    const rest = keys.filter((other) => other !== key);
    rest.splice(previous === null ? 0 : rest.indexOf(previous) + 1, 0, key);
    return rest;
}

/**
 * The pictures of files dropped or pasted.
 *
 * @param {Iterable<File>} files
 * @returns {File[]}
 */
export function onlyPictures(files) {
    return [...files].filter((file) => file.type.startsWith("image/"));
}

/**
 * The pictures of a model or variant: one large, or its 3D view, the others in a strip.
 *
 * They are added by choosing, dropping or pasting, put in order by dragging or with the
 * keys Ctrl + arrows, and seen in full screen.
 */
export class Gallery extends Component {
    static template = "print3d_library.Gallery";
    static components = { Thumbnail, Viewer };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        const uploads = useService("print3d_upload");
        this.lightbox = useLightbox();
        this.types = PICTURE_TYPES;
        this.root = useRef("root");
        this.strip = useRef("strip");
        this.input = useRef("input");
        useAutofocus({ refName: "name", selectAll: true, mobile: true });
        this.state = useState({ ...EMPTY, key: "", ...STILL, busy: false });
        useRecordObserver((record) =>
            this.getStamp(record) === this.stamp ? null : this.load(record)
        );
        useBus(uploads.bus, "CHANGED", ({ detail }) => {
            const { resId } = this.props.record;
            if (resId && [detail.product_id, detail.template_id].includes(resId)) {
                this.load();
            }
        });
        useSortable({
            ref: this.strip,
            elements: ".o_print3d_gallery_item",
            enable: () => this.state.can_write && this.state.entries.length > 1,
            cursor: "grabbing",
            // A short press on a phone chooses or scrolls.
            touchDelay: 300,
            onDrop: ({ element, previous }) =>
                this.sort(element.dataset.key, previous?.dataset.key || null),
        });
        useCustomDropzone(
            this.root,
            UploadDropzone,
            {
                extraClass: "o_print3d_gallery_dropzone",
                text: _t("Drop pictures here"),
                onDrop: (ev) => this.add(ev.dataTransfer.files),
            },
            () => this.state.can_write
        );
        useExternalListener(document, "paste", (ev) => this.onPaste(ev));
    }

    // === DATA === //

    get entry() {
        const { entries, key } = this.state;
        return entries.find((entry) => entry.key === key) || entries[0];
    }

    get kind() {
        return String(KINDS[this.entry.kind]);
    }

    get canRemove() {
        return this.state.can_write && Boolean(this.entry);
    }

    get removeTitle() {
        return this.entry.is_own
            ? _t("Delete this picture")
            : _t("Leave this picture out of the gallery");
    }

    get hiddenText() {
        return this.state.hidden === 1
            ? _t("Show 1 that is left out")
            : _t("Show %s that are left out", this.state.hidden);
    }

    /** Changes when another record is shown, or this one was written. */
    getStamp(record) {
        return `${record.resModel}:${record.resId}:${record.data.write_date}`;
    }

    async load(record = this.props.record) {
        const { resModel, resId } = record;
        const isOther = this.shown !== `${resModel}:${resId}`;
        this.shown = `${resModel}:${resId}`;
        this.stamp = this.getStamp(record);
        const asked = this.shown;
        const result = resId
            ? await this.orm.call(resModel, "get_print3d_gallery", [[resId]])
            : { ...EMPTY, can_write: true };
        if (this.shown === asked) {
            Object.assign(this.state, result, isOther ? { key: "", ...STILL } : {});
        }
    }

    /** Call a method of the record, then show what is there now. */
    async call(method, ...args) {
        const { record } = this.props;
        this.state.busy = true;
        try {
            return await this.orm.call(record.resModel, method, [
                [record.resId],
                ...args,
            ]);
        } finally {
            this.state.busy = false;
            await this.load();
        }
    }

    // === LOOKING === //

    choose(entry) {
        Object.assign(this.state, { key: entry.key, ...STILL });
    }

    step(by) {
        const { entries } = this.state;
        const index = entries.indexOf(this.entry) + by;
        if (entries[index]) {
            this.choose(entries[index]);
        }
    }

    toggle3d() {
        this.state.is3d = !this.state.is3d;
    }

    /** All pictures in full screen, beginning with the one that is large. */
    openFull() {
        const files = this.state.entries.map((entry) => ({
            key: entry.key,
            name: entry.title,
            isImage: true,
            isViewable: true,
            defaultSource: entry.url,
            downloadUrl: `${entry.url}&download=true`,
        }));
        this.lightbox.open(files, this.state.entries.indexOf(this.entry));
    }

    onKeydown(ev) {
        const back = localization.direction === "rtl" ? "ArrowRight" : "ArrowLeft";
        if (!["ArrowLeft", "ArrowRight"].includes(ev.key)) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        const by = ev.key === back ? -1 : 1;
        if (ev.ctrlKey) {
            return this.moveBy(by);
        }
        this.step(by);
        this.strip.el
            .querySelector(`[data-key="${this.entry.key}"] button`)
            ?.focus({ preventScroll: false });
    }

    // === CHANGING === //

    async add(files) {
        const pictures = onlyPictures(files);
        if (pictures.length < [...files].length) {
            this.notification.add(
                _t(
                    "Only pictures belong in the gallery. Drop sliced files and meshes beside it."
                ),
                { type: "warning" }
            );
        }
        const { record } = this.props;
        if (!pictures.length || (!record.resId && !(await record.save()))) {
            return;
        }
        for (const file of pictures) {
            const data = (await getDataURLFromFile(file)).split(",")[1];
            this.state.key = await this.call("add_print3d_picture", file.name, data);
        }
        await this.reload();
    }

    onChosen() {
        const files = [...this.input.el.files];
        this.input.el.value = "";
        return this.add(files);
    }

    onPaste(ev) {
        const isTyping = ev.target.closest?.(
            "input, textarea, [contenteditable=true], .modal"
        );
        const pictures = onlyPictures(ev.clipboardData?.files || []);
        if (!isTyping && this.state.can_write && pictures.length) {
            ev.preventDefault();
            this.add(pictures);
        }
    }

    async makeMain() {
        const { key } = this.entry;
        await this.call("set_print3d_main_picture", key);
        await this.reload();
    }

    async remove() {
        const { resModel, resId } = this.props.record;
        const { title, is_own: isOwn } = this.entry;
        const removed = await this.call("remove_print3d_picture", this.entry.key);
        Object.assign(this.state, { key: "", ...STILL });
        await this.reload();
        const text = isOwn
            ? _t("“%s” is deleted.", title)
            : _t("“%s” is left out of the gallery.", title);
        if (!removed.key) {
            this.notification.add(text, { type: "info" });
            return;
        }
        const close = this.notification.add(text, {
            type: "info",
            autocloseDelay: 10000,
            buttons: [
                {
                    name: _t("Undo"),
                    icon: "fa-undo",
                    onClick: async () => {
                        close();
                        await this.orm.call(resModel, "restore_print3d_picture", [
                            [resId],
                            removed.key,
                            removed.is_main,
                        ]);
                        await this.showAgain(resId, removed.key);
                    },
                },
            ],
        });
    }

    /** A picture is back; one may have gone to another page meanwhile. */
    async showAgain(resId, key) {
        if (status(this) !== "destroyed" && this.props.record.resId === resId) {
            await this.load();
            Object.assign(this.state, { key, ...STILL });
            await this.reload();
        }
    }

    startNaming() {
        this.state.naming = true;
    }

    onNameKeydown(ev) {
        if (ev.key === "Enter" || ev.key === "Escape") {
            ev.preventDefault();
            ev.stopPropagation();
            return ev.key === "Enter" ? this.rename(ev) : this.stopNaming();
        }
    }

    stopNaming() {
        this.state.naming = false;
    }

    async rename(ev) {
        const name = ev.target.value.trim();
        if (!this.state.naming) {
            return;
        }
        this.stopNaming();
        if (name && name !== this.entry.title) {
            await this.call("rename_print3d_picture", this.entry.key, name);
        }
    }

    showHidden() {
        return this.call("show_print3d_hidden");
    }

    sort(key, previous) {
        const keys = this.state.entries.map((entry) => entry.key);
        const order = moveKey(keys, key, previous);
        const entries = new Map(this.state.entries.map((entry) => [entry.key, entry]));
        this.state.entries = order.map((entryKey) => entries.get(entryKey));
        return this.call("sort_print3d_gallery", order);
    }

    moveBy(by) {
        const keys = this.state.entries.map((entry) => entry.key);
        const index = keys.indexOf(this.entry.key);
        if (!this.state.can_write || !keys[index + by]) {
            return;
        }
        return this.sort(
            keys[index],
            by > 0 ? keys[index + 1] : keys[index - 2] || null
        );
    }

    /** The page shows the main picture elsewhere; what is typed is not thrown away. */
    async reload() {
        const { record } = this.props;
        if (!(await record.isDirty())) {
            await record.load();
        }
    }
}

export const galleryWidget = {
    component: Gallery,
    fieldDependencies: [{ name: "write_date", type: "datetime", readonly: true }],
};

registry.category("view_widgets").add("print3d_gallery", galleryWidget);
