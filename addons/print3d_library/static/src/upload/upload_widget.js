import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useUpload } from "./upload_hook";

/** Button of a form of a model or variant, whose whole page takes dropped files. */
export class UploadWidget extends Component {
    static template = "print3d_library.UploadWidget";
    static props = {
        ...standardWidgetProps,
        string: { type: String, optional: true },
        highlight: { type: Boolean, optional: true },
    };

    setup() {
        const page = {
            get el() {
                return document.querySelector(".o_print3d_page .o_form_sheet_bg");
            },
        };
        this.upload = useUpload(page, {
            text: _t("Drop sliced files and meshes of this model here"),
            getTarget: () => this.getTarget(),
            onChanged: (detail) => this.onChanged(detail),
        });
    }

    async getTarget() {
        const { record } = this.props;
        if (!record.resId && !(await record.save())) {
            return null;
        }
        return record.resModel === "product.product"
            ? { product_id: record.resId }
            : { template_id: record.resId };
    }

    async onChanged(detail) {
        const { record } = this.props;
        const mine =
            record.resModel === "product.product"
                ? detail.product_id === record.resId
                : detail.template_id === record.resId;
        // What a person is typing is not thrown away.
        if ((mine || !detail.product_id) && !(await record.isDirty())) {
            await record.load();
        }
    }
}

export const uploadWidget = {
    component: UploadWidget,
    extractProps: ({ attrs }) => ({
        string: attrs.string || _t("Add a file"),
        highlight: Boolean(attrs.highlight),
    }),
};

registry.category("view_widgets").add("print3d_upload", uploadWidget);
