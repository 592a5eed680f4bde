import { Component, onWillUnmount, useEffect, xml } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const DELAY = 3000;

/**
 * Reads a form again every few seconds while the server works on its record. What a
 * person is writing is never lost: a record that was changed is left alone.
 */
export class FollowWidget extends Component {
    static template = xml`<span class="d-none"/>`;
    static props = { ...standardWidgetProps, field: String, value: String };

    setup() {
        useEffect(
            () => this.wait(),
            () => [this.isWorking]
        );
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get isWorking() {
        const { data, resId } = this.props.record;
        return Boolean(resId) && data[this.props.field] === this.props.value;
    }

    wait() {
        browser.clearTimeout(this.timer);
        if (this.isWorking) {
            this.timer = browser.setTimeout(() => this.look(), DELAY);
        }
    }

    async look() {
        if (!(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
        this.wait();
    }
}

registry.category("view_widgets").add("print3d_follow", {
    component: FollowWidget,
    extractProps: ({ attrs }) => ({ field: attrs.field, value: attrs.value }),
});
