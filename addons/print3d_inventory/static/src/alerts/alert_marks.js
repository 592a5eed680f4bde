import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatPrintTime } from "@print3d_library/marks/format";

/** On the bus of the page: the server told that alerts changed. */
export const CHANGED = "PRINT3D_ALERTS:CHANGED";

/** Colour and icon of each severity: the colour is never alone. */
export const SEVERITIES = {
    info: { colour: "blue", icon: "fa-info", label: _t("Info"), rank: 0 },
    warning: {
        colour: "amber",
        icon: "fa-exclamation",
        label: _t("Warning"),
        rank: 1,
    },
    critical: { colour: "red", icon: "fa-bolt", label: _t("Critical"), rank: 2 },
};

/** How the clock of an alert is shown in each state. */
const CLOCKS = {
    on_track: { colour: "green", icon: "fa-check" },
    risk: { colour: "amber", icon: "fa-hourglass-half" },
    breached: { colour: "red", icon: "fa-times" },
};

/**
 * What the badge of a due time says at a moment.
 *
 * @param {luxon.DateTime|false} dueOn until when somebody should have seen to it
 * @param {"on_track"|"risk"|"breached"|false} state as the server knows it
 * @param {luxon.DateTime} now
 * @param {boolean} [isOver] it was closed: its time does not run any more
 * @returns {{state: string, colour: string, icon: string, label: string}|null}
 */
export function readClock(dueOn, state, now, isOver = false) {
    if (!dueOn || !(state in CLOCKS)) {
        return null;
    }
    if (isOver) {
        const label = state === "breached" ? _t("Was too late") : _t("Was in time");
        return { ...CLOCKS[state], state, label };
    }
    const seconds = dueOn.diff(now).as("seconds");
    // The server looks each minute; the clock on the screen is never behind.
    const current = seconds <= 0 ? "breached" : state;
    const time = formatSpan(Math.abs(seconds));
    const label = {
        on_track: _t("On track: %s left", time),
        risk: _t("At risk: %s left", time),
        breached: _t("Late by %s", time),
    }[current];
    return { ...CLOCKS[current], state: current, label };
}

/** A time from minutes to days, as people say it. */
export function formatSpan(seconds) {
    const days = Math.floor(seconds / 86400);
    if (days >= 2) {
        return _t("%s days", days);
    }
    return formatPrintTime(Math.max(60, Math.round(seconds / 60) * 60));
}

/** A time the server sent, as text or as luxon's. */
export function readTime(value) {
    return typeof value === "string" ? deserializeDateTime(value) : value || false;
}
