import { Component, onWillStart, onMounted, useState } from "@odoo/owl";
import { RPCError } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { termLabel } from "../facts/terms";
import { FilamentChips } from "../marks/filament_chips";
import { formatGrams, formatPrintTime } from "../marks/format";
import { StateDot } from "../marks/state_dot";
import { Thumbnail } from "../marks/thumbnail";
import {
    describeEffect,
    describeSuccess,
    groupChanges,
    oneSided,
    readOverrideChanges,
    readPlates,
} from "./compare_format";
import { VERSION_STATES } from "./timeline";

export const COMPARE_TAG = "print3d_compare";

/** What is different between two versions; the address of the page can be shared. */
export class ComparePage extends Component {
    static template = "print3d_library.Compare";
    static components = { FilamentChips, Layout, RecordSelector, StateDot, Thumbnail };
    static props = ["*"];
    static path = "print3d-compare";
    static displayName = _t("Compare Versions");

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        const { params = {} } = this.props.action;
        this.state = useState({
            old: Number(params.old) || false,
            new: Number(params.new) || false,
            data: null,
            error: "",
            query: "",
            all: false,
            open: {},
        });
        this.request = 0;
        this.display = { controlPanel: {} };
        onWillStart(() => this.load());
        onMounted(() => this.share());
    }

    share() {
        this.props.updateActionState?.({ old: this.state.old, new: this.state.new });
    }

    async load() {
        const request = ++this.request;
        const { old, new: now } = this.state;
        if (!old || !now) {
            this.state.data = null;
            return;
        }
        let data = null;
        let error = "";
        try {
            data = await this.orm.call("print3d.slice", "get_comparison", [old, now]);
        } catch (reason) {
            if (!(reason instanceof RPCError) || !reason.data) {
                throw reason;
            }
            error = reason.data.message;
        }
        if (request === this.request) {
            Object.assign(this.state, { data, error });
        }
    }

    choose(side, id) {
        this.state[side] = id || false;
        this.share();
        return this.load();
    }

    swap() {
        const { old, new: now } = this.state;
        Object.assign(this.state, { old: now, new: old });
        this.share();
        return this.load();
    }

    get sides() {
        const { data } = this.state;
        return [
            { key: "old", title: _t("From"), id: this.state.old, head: data?.old },
            { key: "new", title: _t("To"), id: this.state.new, head: data?.new },
        ];
    }

    get domain() {
        return [["read_state", "=", "done"]];
    }

    getDot(state) {
        const dot = VERSION_STATES[state];
        return { ...dot, label: String(dot.label) };
    }

    open(head) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: head.display_name,
            res_model: "print3d.slice",
            res_id: head.id,
            views: [[false, "form"]],
        });
    }

    // === Effect === //

    get effects() {
        const { effect } = this.state.data.difference;
        const piece = effect.per_piece;
        const [oldTime, newTime] = effect[piece ? "piece_time_s" : "time_s"];
        const [oldGrams, newGrams] = effect[piece ? "piece_grams" : "grams"];
        return [
            {
                key: "time",
                label: piece ? _t("Time a piece") : _t("Print time"),
                ...describeEffect(oldTime, newTime, "time"),
                from: formatPrintTime(oldTime) || "–",
                to: formatPrintTime(newTime) || "–",
            },
            {
                key: "grams",
                label: piece ? _t("Filament a piece") : _t("Filament"),
                ...describeEffect(oldGrams, newGrams, "grams"),
                from: formatGrams(oldGrams),
                to: formatGrams(newGrams),
            },
        ];
    }

    get success() {
        const { old, new: now } = this.state.data;
        const counted = [old, now].some(({ stats }) => "prints" in (stats || {}));
        return counted
            ? { from: describeSuccess(old.stats), to: describeSuccess(now.stats) }
            : null;
    }

    get hasOtherColours() {
        const key = ({ chips }) =>
            JSON.stringify(
                chips.map(({ colours, material }) => [colours, material]).sort()
            );
        return key(this.state.data.old) !== key(this.state.data.new);
    }

    // === Differences === //

    get difference() {
        return this.state.data.difference;
    }

    get groups() {
        return groupChanges(this.difference, {
            query: this.state.query,
            all: this.state.all,
        });
    }

    get onlyOne() {
        return this.state.all ? oneSided(this.difference, this.state.query) : [];
    }

    get plates() {
        return readPlates(this.difference.plates);
    }

    get overrides() {
        return readOverrideChanges(this.difference.overrides);
    }

    get programs() {
        const query = this.state.query.trim().toLowerCase();
        return this.difference.programs.filter(
            ({ name, lines }) =>
                name.toLowerCase().includes(query) ||
                lines.some(([, text]) => text.toLowerCase().includes(query))
        );
    }

    get isSame() {
        return Object.entries(this.difference.counts).every(
            ([key, count]) => key === "same" || !count
        );
    }

    get countText() {
        const { figures, own, same } = this.difference.counts;
        const changed = this.difference.same_family ? Math.max(own, figures) : figures;
        return _t("%(changed)s settings changed, %(same)s are the same", {
            changed,
            same,
        });
    }

    get uncompared() {
        const { terms, names } = this.difference.uncompared;
        return ["old", "new"].map((side) => ({
            key: side,
            slicer: this.state.data[side].slicer,
            terms: terms[side].map(termLabel).join(", "),
            names: names[side],
        }));
    }

    getOnlyText(slicer) {
        return _t("Only %s says", slicer);
    }

    getNamesText({ slicer, names }) {
        return _t("%(count)s settings in the words of %(slicer)s", {
            count: names.length,
            slicer,
        });
    }

    toggle(key) {
        this.state.open[key] = !this.state.open[key];
    }

    getLinesText({ added, removed }) {
        return _t("+%(added)s −%(removed)s lines", { added, removed });
    }
}

registry.category("actions").add(COMPARE_TAG, ComparePage);
