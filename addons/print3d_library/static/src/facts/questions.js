import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { CORRECTABLE, openCorrection } from "./correctable";

const SHOWN = 4;

/** Values that can hardly be true, each with what a person may say to it. */
export class QuestionsField extends Component {
    static template = "print3d_library.QuestionsField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ accepting: [], reason: "", busy: false, all: false });
    }

    get questions() {
        return this.props.record.data[this.props.name] || [];
    }

    get open() {
        return this.questions.filter((question) => question.state === "open");
    }

    get accepted() {
        return this.questions.filter((question) => question.state === "accepted");
    }

    get title() {
        return this.open.length === 1
            ? _t("One value can hardly be true. Is it right?")
            : _t("%s values can hardly be true. Are they right?", this.open.length);
    }

    get canAnswer() {
        return this.props.record.data.can_correct;
    }

    canCorrect(question) {
        return question.field in CORRECTABLE;
    }

    /** The questions shown: a file of many plates may have many. */
    get shown() {
        return this.state.all ? this.open : this.open.slice(0, SHOWN);
    }

    get moreLabel() {
        return _t("Show %s more", this.open.length - SHOWN);
    }

    get acceptAllLabel() {
        return _t("Accept all %s", this.open.length);
    }

    get isAcceptingAll() {
        return this.state.accepting.length > 1;
    }

    isAccepting(question) {
        const { accepting } = this.state;
        return accepting.length === 1 && accepting[0] === question.id;
    }

    startAccept(questions) {
        this.state.accepting = questions.map(({ id }) => id);
        this.state.reason = "";
    }

    async accept() {
        const { root } = this.props.record.model;
        if (this.state.busy || !(await root.save())) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call(
                "print3d.question",
                "action_accept",
                [this.state.accepting],
                { reason: this.state.reason }
            );
        } finally {
            this.state.busy = false;
        }
        this.state.accepting = [];
        await root.load();
    }

    correct(question) {
        openCorrection(this.dialog, this.props.record, {
            resModel: question.res_model,
            resId: question.res_id,
            field: question.field,
            label: question.label,
            value: question.value,
        });
    }
}

export const questionsField = {
    component: QuestionsField,
    displayName: _t("Questions about odd values"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "can_correct", type: "boolean", readonly: true }],
};

registry.category("fields").add("print3d_questions", questionsField);
