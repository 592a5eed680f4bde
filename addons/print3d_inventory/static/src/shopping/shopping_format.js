import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";

/** Grams are compared by the kilo: a price of one gram says nothing to anybody. */
const PER_KILO = 1000;

/**
 * @param {string} text a date as the server writes it, or nothing
 * @returns {string}
 */
export function dateText(text) {
    return text ? formatDate(deserializeDate(text)) : "";
}

/**
 * A price for so much of the product as people compare by.
 *
 * @param {number} price of one unit
 * @param {boolean} isFilament whose unit is the gram
 * @param {string} unit name of the unit
 * @param {number} currencyId
 * @returns {string} e.g. "€ 19.90 / kg"
 */
export function unitPriceText(price, isFilament, unit, currencyId) {
    return isFilament
        ? `${formatCurrency(price * PER_KILO, currencyId)} / kg`
        : `${formatCurrency(price, currencyId)} / ${unit}`;
}
