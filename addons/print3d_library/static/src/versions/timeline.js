import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FilamentChips } from "../marks/filament_chips";
import { formatGrams, formatPrintTime } from "../marks/format";
import { StateDot } from "../marks/state_dot";
import { Thumbnail } from "../marks/thumbnail";
import { useUpload } from "../upload/upload_hook";
import { describeEffect, describeSuccess } from "./compare_format";

export const VERSION_STATES = {
    draft: { colour: "blue", icon: "fa-star", label: _t("Draft") },
    active: { colour: "green", icon: "fa-check", label: _t("Active") },
    retired: { colour: "grey", icon: "fa-archive", label: _t("Retired") },
};
const READ_STATES = {
    pending: { colour: "violet", icon: "fa-cog", label: _t("Reading") },
    failed: { colour: "red", icon: "fa-times", label: _t("Not readable") },
};

/**
 * The versions of a variant, the newest first.
 *
 * The field holds what `product.product._get_print3d_timeline` returns; it stands on the
 * page of the variant and on those of its versions.
 */
export class TimelineField extends Component {
    static template = "print3d_library.TimelineField";
    static components = { FilamentChips, StateDot, Thumbnail };
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ editing: 0, note: "", busy: false, canWrite: false });
        // The page around takes dropped files already; this adds a button only.
        this.upload = useUpload(
            { el: null },
            {
                text: _t("Add a version"),
                getTarget: () => ({ product_id: this.value.product_id }),
                onChanged: (detail) => this.onUploaded(detail),
            }
        );
        user.checkAccessRight("print3d.slice", "write").then((allowed) => {
            this.state.canWrite = allowed;
        });
    }

    get value() {
        return this.props.record.data[this.props.name] || { versions: [] };
    }

    get lines() {
        return this.value.versions;
    }

    getDot(line) {
        const dot = READ_STATES[line.read_state] || VERSION_STATES[line.state];
        return { ...dot, label: String(dot.label) };
    }

    getFigures(line) {
        return [formatPrintTime(line.time_s), line.grams ? formatGrams(line.grams) : ""]
            .filter(Boolean)
            .join(" · ");
    }

    /** The change against the version before, of one piece, in words. */
    getChange(line) {
        const { before } = line;
        if (!before) {
            return "";
        }
        const say = (change, kind) => {
            const base = 1e9;
            return change ? describeEffect(base, base + change, kind).text : "";
        };
        const words = [say(before.time_s, "time"), say(before.grams, "grams")].filter(
            Boolean
        );
        return words.length
            ? _t("%(words)s than %(version)s, a piece", {
                  words: words.join(", "),
                  version: before.name,
              })
            : "";
    }

    getPrints(line) {
        if (!("prints" in line.stats)) {
            return "";
        }
        if (!line.stats.prints) {
            return _t("not printed yet");
        }
        const times =
            line.stats.prints === 1
                ? _t("printed once")
                : _t("printed %s times", line.stats.prints);
        return line.stats.ended ? `${times}, ${describeSuccess(line.stats)}` : times;
    }

    getDeviation(line) {
        return line.deviation_count
            ? _t("deviates from %(profile)s in %(count)s", {
                  profile: line.profile,
                  count: line.deviation_count,
              })
            : "";
    }

    canActivate(line) {
        return this.state.canWrite && line.is_known && line.state !== "active";
    }

    canRetire(line) {
        return this.state.canWrite && line.is_known && line.state !== "retired";
    }

    canCompareActive(line) {
        return (
            line.is_known &&
            this.value.active_id &&
            this.value.active_id !== line.id &&
            this.value.active_id !== line.before?.id
        );
    }

    async reload() {
        await this.props.record.load();
    }

    /** Call a button's method of a version, and what it asks for, then reload. */
    async call(method, line) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            const action = await this.orm.call("print3d.slice", method, [[line.id]]);
            if (action && typeof action === "object") {
                // Another page takes this one's place; a dialog says when it closes.
                await this.action.doAction(action, { onClose: () => this.reload() });
            } else {
                await this.reload();
            }
        } finally {
            this.state.busy = false;
        }
    }

    activate(line) {
        const method =
            line.state === "retired" ? "action_roll_back" : "action_activate";
        return this.call(method, line);
    }

    compare(old, now) {
        return this.action.doAction({
            type: "ir.actions.client",
            name: _t("Compare Versions"),
            tag: "print3d_compare",
            path: "print3d-compare",
            params: { old, new: now },
        });
    }

    open(line) {
        return this.call("action_open", line);
    }

    download(line) {
        return this.call("action_download", line);
    }

    // === Note === //

    edit(line) {
        Object.assign(this.state, { editing: line.id, note: line.note });
    }

    onNoteKeydown(ev) {
        ev.stopPropagation();
        if (ev.key === "Escape") {
            this.state.editing = 0;
        }
    }

    async saveNote(line) {
        if (this.state.editing !== line.id) {
            return;
        }
        const note = this.state.note.trim();
        this.state.editing = 0;
        if (note !== line.note) {
            await this.orm.write("print3d.slice", [line.id], { note: note || false });
            await this.reload();
        }
    }

    async onUploaded({ slice_id, product_id, reused }) {
        if (product_id !== this.value.product_id) {
            return;
        }
        if (!(await this.props.record.isDirty())) {
            await this.reload();
        }
        const line = this.lines.find(({ id }) => id === slice_id);
        // What is new is asked while it is fresh.
        if (line && !line.note && !reused && !this.state.editing) {
            this.edit(line);
        }
    }
}

export const timelineField = {
    component: TimelineField,
    displayName: _t("Timeline of versions"),
    supportedTypes: ["json"],
};

registry.category("fields").add("print3d_timeline", timelineField);
