import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatGrams } from "@print3d_library/marks/format";
import { useScan } from "../hooks";
import { formatWhen, Sheet } from "../parts";

/** Two figures stand against each other: a person says which one counts. */
export class ConflictSheet extends Component {
    static template = "print3d_inventory.ScanConflict";
    static components = { Sheet };
    static props = {
        itemKey: { type: String, optional: true },
        spoolId: { type: Number, optional: true },
        entryId: { type: Number, optional: true },
        close: Function,
    };

    setup() {
        this.scan = useScan();
    }

    get item() {
        const { itemKey, entryId } = this.props;
        return this.scan.read(() =>
            this.scan.model.queue.items.find(
                (item) =>
                    item.state === "conflict" &&
                    (item.key === itemKey ||
                        item.result?.conflict?.entry_id === entryId)
            )
        );
    }

    get spoolId() {
        return this.props.spoolId || this.item?.spoolId;
    }

    get card() {
        return this.scan.read(() => this.scan.model.getCard("spool", this.spoolId));
    }

    get conflict() {
        const { entryId } = this.props;
        return (
            this.item?.result?.conflict ||
            (this.card?.conflicts || []).find(({ entry_id: id }) => id === entryId)
        );
    }

    get subtitle() {
        return [this.card?.name, this.card?.title].filter(Boolean).join(" · ");
    }

    get theirs() {
        const { by, when } = this.conflict;
        return [by, formatWhen(when)].filter(Boolean).join(" · ");
    }

    get choices() {
        const { choices, mine_g, found_g, problem } = this.conflict;
        const mine = formatGrams(mine_g);
        const found = formatGrams(found_g);
        const isAbove = problem === "above";
        const texts = {
            mine: isAbove
                ? [
                      _t("So much was on it"),
                      _t("%s are left; the spool was fuller", mine),
                  ]
                : [_t("Mine counts"), _t("%s are left", mine)],
            theirs: isAbove
                ? [_t("Forget my figure"), _t("%s stay as they are", found)]
                : [_t("Theirs counts"), _t("%s are left", found)],
            add: [_t("Both count"), _t("What I took is taken off theirs, too")],
            tare: [_t("The spool is full"), _t("The empty spool weighs the rest")],
        };
        return choices.map((key) => ({
            key,
            title: texts[key][0],
            text: texts[key][1],
        }));
    }

    async decide(key) {
        const { model } = this.scan;
        await model.decide(this.conflict, key, this.item, this.spoolId);
        model.hush();
        await this.props.close();
    }
}
