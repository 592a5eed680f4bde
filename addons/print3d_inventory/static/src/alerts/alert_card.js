/* global luxon */
import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { StateDot } from "@print3d_library/marks/state_dot";
import { readTime, SEVERITIES } from "./alert_marks";
import { SlaBadge } from "./sla_badge";

/** Actions of the source that are shown; the others are in the menu. */
const SHOWN_ACTIONS = 2;

/** One alert with what can be done about it: in the drawer, on pages, on the home page. */
export class AlertCard extends Component {
    static template = "print3d_inventory.AlertCard";
    static components = { Dropdown, DropdownItem, SlaBadge, StateDot };
    static props = {
        alert: Object,
        deeds: Object,
        isShort: { type: Boolean, optional: true },
        page: { type: Object, optional: true },
    };

    get severity() {
        return SEVERITIES[this.props.alert.severity] || SEVERITIES.info;
    }

    /** On the page of what it is about, that need be neither named nor opened. */
    get isOwnPage() {
        const { alert, page } = this.props;
        return page?.resModel === alert.res_model && page?.resId === alert.res_id;
    }

    /** What it is about has a name, is elsewhere, and may be read. */
    get hasSource() {
        const { can_open_source, res_model, source_name } = this.props.alert;
        return source_name && res_model && can_open_source !== false && !this.isOwnPage;
    }

    get seen() {
        return readTime(this.props.alert.last_seen_on)?.toRelative() || "";
    }

    get seenTitle() {
        const { first_seen_on, last_seen_on } = this.props.alert;
        const [first, last] = [first_seen_on, last_seen_on].map((value) =>
            readTime(value).toLocaleString(luxon.DateTime.DATETIME_MED)
        );
        return _t("First seen %(first)s, last seen %(last)s", { first, last });
    }

    /** The names of the source and of the request open them: no buttons for that.
     * What a request that is over did not bring may be asked for anew. */
    get actions() {
        const { actions, request, source_name } = this.props.alert;
        const named = {
            open: source_name || this.isOwnPage,
            request: request && !request.is_over,
        };
        return actions.filter(({ key }) => !named[key]);
    }

    get shownActions() {
        return this.actions.slice(0, SHOWN_ACTIONS);
    }

    get moreActions() {
        return this.actions.slice(SHOWN_ACTIONS);
    }

    get isMine() {
        return this.props.alert.user?.id === user.userId;
    }
}
