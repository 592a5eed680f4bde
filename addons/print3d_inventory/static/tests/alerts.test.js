/* global luxon */
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click, edit, press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    allowTranslations,
    contains,
    defineModels,
    fields,
    getService,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { AlertBell } from "@print3d_inventory/alerts/alert_bell";
import { readClock } from "@print3d_inventory/alerts/alert_marks";

const NOW = "2026-05-04 10:00:00";

function makeAlert(id, values = {}) {
    return {
        id,
        name: `Alert ${id}`,
        body: `Body ${id}`,
        severity: "warning",
        category: "inventory",
        state: "open",
        source_name: `SP${id}`,
        res_model: "stock.lot",
        res_id: id,
        count: 1,
        first_seen_on: "2026-05-04 08:00:00",
        last_seen_on: "2026-05-04 09:00:00",
        due_on: false,
        sla_state: false,
        muted_until: false,
        user: false,
        company: 1,
        can_act: true,
        actions: [
            { key: "request", label: "Create restock request", icon: "fa-truck" },
            { key: "open", label: "Open the spool", icon: "fa-eye" },
            { key: "weigh", label: "Weigh", icon: "fa-balance-scale" },
            { key: "limits", label: "Adjust threshold", icon: "fa-sliders" },
        ],
        ...values,
    };
}

/** The alerts of a server, of which deeds take some away. */
function mockAlerts(alerts, { isOperator = true } = {}) {
    mockDate(NOW, 0);
    onRpc("has_group", () => isOperator);
    onRpc("print3d.alert", "get_bell", ({ kwargs }) => {
        const { tab = "all", search = "", severity, limit } = kwargs;
        if (limit > 1) {
            expect.step(["bell", tab, search, severity || "-"].join(" "));
        }
        const shown = alerts.filter(
            (alert) =>
                (tab === "all" || alert.category === tab) &&
                (!severity || alert.severity === severity) &&
                alert.name.toLowerCase().includes(search.toLowerCase())
        );
        const count = (key) => alerts.filter((alert) => alert.category === key).length;
        return {
            open: alerts.filter(({ state }) => state === "open").length,
            critical: alerts.filter(({ severity: is }) => is === "critical").length,
            tabs: [
                { key: "all", label: "All", count: alerts.length },
                { key: "mine", label: "Mine", count: 0 },
                { key: "inventory", label: "Inventory", count: count("inventory") },
                { key: "job", label: "Jobs", count: count("job") },
                { key: "billing", label: "Billing", count: count("billing") },
            ],
            total: shown.length,
            alerts: shown.slice(0, limit),
        };
    });
    const end = (method, undo) =>
        onRpc("print3d.alert", method, ({ args: [[id], ...others] }) => {
            expect.step([method, id, ...others].join(" "));
            const index = alerts.findIndex((alert) => alert.id === id);
            const [gone] = alerts.splice(index, 1);
            onRpc("print3d.alert", undo, ({ args: [ids] }) => {
                expect.step(`${undo} ${ids}`);
                alerts.splice(index, 0, gone);
                return true;
            });
            return {
                type: "ir.actions.client",
                tag: "print3d_alert_done",
                params: { ids: [id], message: `Done: ${gone.name}`, undo },
            };
        });
    end("action_resolve_quickly", "action_reopen");
    end("action_mute_quickly", "action_unmute");
    onRpc("print3d.alert", "action_acknowledge", ({ args: [[id]] }) => {
        expect.step(`acknowledge ${id}`);
        alerts.find((alert) => alert.id === id).state = "acknowledged";
        return true;
    });
    return alerts;
}

async function mountBell() {
    await mountWithCleanup(WebClient);
    await advanceTime(500);
    await animationFrame();
}

/** Mount the bell; returns a function that brings it news, as the bus does. */
async function mountListeningBell() {
    const listeners = [];
    mockService("bus_service", {
        subscribe(type, listener) {
            if (type === "print3d_alert_count") {
                listeners.push(listener);
            }
            return super.subscribe(...arguments);
        },
    });
    await mountBell();
    expect(listeners).toHaveLength(1);
    return async (payload) => {
        listeners[0](payload);
        await animationFrame();
    };
}

async function openDrawer(mount = mountBell) {
    const mounted = await mount();
    await contains(".o_print3d_alert_bell button").click();
    await animationFrame();
    return mounted;
}

describe.current.tags("desktop");
defineMailModels();

// === The clock ===

test("a clock says how much time is left, and never with its colour alone", () => {
    allowTranslations();
    const now = luxon.DateTime.fromISO("2026-05-04T10:00:00");
    const read = (hours, state, isOver) =>
        readClock(now.plus({ hours }), state, now, isOver);
    expect(readClock(false, false, now)).toBe(null);
    expect(read(5, "on_track")).toEqual({
        state: "on_track",
        colour: "green",
        icon: "fa-check",
        label: "On track: 5 h 00 min left",
    });
    expect(read(0.5, "risk").label).toBe("At risk: 30 min left");
    expect(read(0.5, "risk").icon).toBe("fa-hourglass-half");
    expect(read(72, "on_track").label).toBe("On track: 3 days left");
    expect(read(-2, "breached").label).toBe("Late by 2 h 00 min");
    // The server looks each minute; the page is not behind.
    expect(read(-0.1, "risk").state).toBe("breached");
    expect(read(-2, "breached", true).label).toBe("Was too late");
    expect(read(-2, "on_track", true).label).toBe("Was in time");
});

class Alert extends models.Model {
    _name = "print3d.alert";

    name = fields.Char();
    due_on = fields.Datetime();
    sla_state = fields.Selection({
        selection: [
            ["on_track", "On track"],
            ["risk", "At risk"],
            ["breached", "Overdue"],
        ],
    });
    state = fields.Selection({
        selection: [
            ["open", "Open"],
            ["resolved", "Resolved"],
        ],
    });

    _records = [
        {
            id: 1,
            name: "Soon",
            due_on: "2026-05-04 10:45:00",
            sla_state: "risk",
            state: "open",
        },
        { id: 2, name: "Whenever", state: "open" },
        {
            id: 3,
            name: "Over",
            due_on: "2026-05-04 09:00:00",
            sla_state: "on_track",
            state: "resolved",
        },
    ];
}

test("lists show the clock, and it goes on", async () => {
    defineModels([Alert]);
    mockDate(NOW, 0);
    await mountView({
        type: "list",
        resModel: "print3d.alert",
        arch: `<list><field name="name"/><field name="due_on" widget="print3d_alert_sla"/></list>`,
    });
    const texts = () => queryAllTexts(".o_data_row .o_data_cell[name=due_on]");
    expect(texts()).toEqual(["At risk: 45 min left", "", "Was in time"]);
    await advanceTime(10 * 60 * 1000);
    await animationFrame();
    expect(texts()[0]).toBe("At risk: 35 min left");
});

// === The bell ===

test("a card says how far the request is that answers the alert", async () => {
    const opened = [];
    mockService("action", { doAction: (action) => opened.push(action) });
    const request = { id: 7, name: "PR00007", state: "Ordered", can_open: true };
    mockAlerts([
        makeAlert(1, { request }),
        makeAlert(2, { request: { ...request, can_open: false } }),
        makeAlert(3, { request: false }),
        makeAlert(4, { request: { ...request, state: "Rejected", is_over: true } }),
    ]);
    await openDrawer();
    expect(queryAllTexts(".o_print3d_alert_request")).toEqual([
        "PR00007: Ordered",
        "PR00007: Ordered",
        "PR00007: Rejected",
    ]);
    expect("button.o_print3d_alert_request").toHaveCount(2);
    // What was asked for is opened by its name, not asked for again until it is over.
    expect("button[data-action=request]").toHaveCount(2);
    await contains("button.o_print3d_alert_request:first").click();
    expect(opened.pop()).toMatchObject({ res_model: "purchase.request", res_id: 7 });
    expect.verifySteps(["bell all  -"]);
});

test("the bell counts, and follows the news of this company", async () => {
    mockAlerts([makeAlert(1), makeAlert(2, { severity: "critical" })]);
    const ring = await mountListeningBell();
    expect(".o_print3d_alert_count").toHaveText("2");
    expect(".o_print3d_alert_count .fa-bolt").toHaveCount(1);
    expect(".o_print3d_alert_bell button").toHaveAttribute(
        "aria-label",
        "Alerts: 2 new, 1 of them critical"
    );
    await ring({ company: 1, open: 7, critical: 0, alert: null });
    expect(".o_print3d_alert_count").toHaveText("7");
    expect(".o_print3d_alert_count .fa-bolt").toHaveCount(0);
    await ring({ company: 99, open: 50, critical: 9, alert: null });
    expect(".o_print3d_alert_count").toHaveText("7");
    await ring({
        company: 1,
        open: 8,
        critical: 1,
        alert: makeAlert(3, { severity: "critical", name: "MK4 is blocked" }),
    });
    expect(".o_notification_content").toHaveText("MK4 is blocked. Body 3");
    await contains(".o_notification_buttons button").click();
    await animationFrame();
    expect(".o_print3d_alert_sheet").toHaveCount(1);
    expect.verifySteps(["bell all  -"]);
});

test("who has nothing to do with the shop has no bell", async () => {
    mockAlerts([makeAlert(1)], { isOperator: false });
    await mountWithCleanup(AlertBell);
    await advanceTime(1000);
    expect(".o_print3d_alert_bell").toHaveCount(0);
});

// === The drawer ===

test("the drawer sorts by tab, severity and words", async () => {
    mockAlerts([
        makeAlert(1, { name: "Low spool" }),
        makeAlert(2, { name: "Failed print", category: "job", severity: "critical" }),
    ]);
    await openDrawer();
    expect(queryAllTexts(".o_print3d_alert_title")).toEqual([
        "Low spool",
        "Failed print",
    ]);
    // Empty kinds that nobody asked for are not offered.
    expect(queryAllTexts("[role=tab]")).toEqual([
        "All2",
        "Mine",
        "Inventory1",
        "Jobs1",
    ]);
    await contains("[data-tab=job]").click();
    expect(queryAllTexts(".o_print3d_alert_title")).toEqual(["Failed print"]);
    await contains("[data-tab=all]").click();
    await contains("[data-severity=warning]").click();
    expect(queryAllTexts(".o_print3d_alert_title")).toEqual(["Low spool"]);
    await contains("[data-severity=warning]").click();
    await click(".o_print3d_alert_sheet input");
    await edit("failed");
    await advanceTime(300);
    await animationFrame();
    expect(queryAllTexts(".o_print3d_alert_title")).toEqual(["Failed print"]);
    await edit("nothing like it");
    await advanceTime(300);
    await animationFrame();
    expect(".o_print3d_alert_empty").toHaveText("No alert is like that");
    expect.verifySteps([
        "bell all  -",
        "bell job  -",
        "bell all  -",
        "bell all  warning",
        "bell all  -",
        "bell all failed -",
        "bell all nothing like it -",
    ]);
});

test("what is resolved goes, and comes back", async () => {
    mockAlerts([makeAlert(1), makeAlert(2)]);
    await openDrawer();
    await contains("[data-id='1'] button[name=resolve]").click();
    await animationFrame();
    expect(queryAllTexts(".o_print3d_alert_title")).toEqual(["Alert 2"]);
    expect(".o_print3d_alert_count").toHaveText("1");
    expect(".o_notification_content").toHaveText("Done: Alert 1");
    await contains(".o_notification_buttons button:contains(Undo)").click();
    await animationFrame();
    expect(queryAllTexts(".o_print3d_alert_title")).toEqual(["Alert 1", "Alert 2"]);
    await contains("[data-id='2'] button[name=more]").click();
    await contains(".o-dropdown-item[name=mute_day]").click();
    await animationFrame();
    expect(queryAllTexts(".o_print3d_alert_title")).toEqual(["Alert 1"]);
    await contains("[data-id='1'] button[name=acknowledge]").click();
    await animationFrame();
    expect("[data-id='1'] button[name=acknowledge]").toHaveCount(0);
    expect("[data-id='1']").toHaveText(/Acknowledged/);
    expect.verifySteps([
        "bell all  -",
        "action_resolve_quickly 1",
        "bell all  -",
        "action_reopen 1",
        "bell all  -",
        "action_mute_quickly 2 1",
        "bell all  -",
        "acknowledge 1",
        "bell all  -",
    ]);
});

test("what the source offers is done, and what it opens is opened", async () => {
    mockAlerts([makeAlert(1)]);
    onRpc("print3d.alert", "action_run", ({ args: [[id], key] }) => {
        expect.step(`run ${id} ${key}`);
        return key === "weigh"
            ? { type: "ir.actions.act_window", res_model: "print3d.spool.weigh" }
            : false;
    });
    mockService("action", {
        doAction(action) {
            expect.step(`open ${action.res_model}`);
        },
    });
    await openDrawer();
    // The name of the source opens it, so that two others find room.
    expect(queryAllTexts(".o_print3d_alert_buttons button")).toEqual([
        "Create restock request",
        "Weigh",
    ]);
    await contains("[data-action=request]").click();
    await animationFrame();
    expect(".o_print3d_alert_sheet").toHaveCount(1);
    await contains("[data-action=weigh]").click();
    await animationFrame();
    expect(".o_print3d_alert_sheet").toHaveCount(0);
    expect.verifySteps([
        "bell all  -",
        "run 1 request",
        "bell all  -",
        "run 1 weigh",
        "open print3d.spool.weigh",
    ]);
});

test("whoever may not act is not asked to", async () => {
    mockAlerts([makeAlert(1, { can_act: false, actions: [] })]);
    await openDrawer();
    expect("[data-id='1'] button[name=acknowledge]").toHaveCount(1);
    expect("[data-id='1'] button[name=resolve]").toHaveCount(0);
    expect("[data-id='1'] button[name=more]").toHaveCount(0);
    expect.verifySteps(["bell all  -"]);
});

test("keys go through the cards and close the drawer", async () => {
    mockAlerts([makeAlert(1), makeAlert(2)]);
    await openDrawer();
    queryOne(".o_print3d_alert_sheet input").focus();
    await press("ArrowDown");
    expect("[data-id='1']").toBeFocused();
    await press("ArrowDown");
    expect("[data-id='2']").toBeFocused();
    await press("ArrowUp");
    await press("ArrowUp");
    expect(".o_print3d_alert_sheet input").toBeFocused();
    queryOne("[data-tab=all]").focus();
    await press("ArrowRight");
    await animationFrame();
    expect("[data-tab=mine]").toBeFocused();
    await press("Escape");
    await animationFrame();
    expect(".o_print3d_alert_sheet").toHaveCount(0);
    expect.verifySteps(["bell all  -", "bell mine  -"]);
});

test("without alerts the drawer says so", async () => {
    mockAlerts([]);
    await openDrawer();
    expect(".o_print3d_alert_count").toHaveCount(0);
    expect(".o_print3d_alert_empty .h5").toHaveText("Nothing needs a person");
    expect.verifySteps(["bell all  -"]);
});

test("the drawer follows the news while it is open", async () => {
    const alerts = mockAlerts([makeAlert(1)]);
    const ring = await openDrawer(mountListeningBell);
    alerts.push(makeAlert(2, { severity: "critical" }));
    await ring({ company: 1, open: 2, critical: 1, alert: alerts[1] });
    await advanceTime(1000);
    await animationFrame();
    expect(queryAllTexts(".o_print3d_alert_title")).toEqual(["Alert 1", "Alert 2"]);
    // Whoever looks at the drawer sees it there.
    expect(".o_notification").toHaveCount(0);
    expect(getService("notification")).not.toBe(undefined);
    expect.verifySteps(["bell all  -", "bell all  -"]);
});
