import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, rpc } from "@web/core/network/rpc";

const URL_BASE = "/print3d/scan";
const SESSION_EXPIRED = 100;
const REFUSALS = new Set([
    "odoo.exceptions.AccessError",
    "odoo.exceptions.AccessDenied",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
]);

/** The server was not reached; the same call may be answered later. */
export class OfflineError extends Error {}

/** Nobody is logged in any more, or somebody else is. */
export class SessionError extends Error {
    constructor(other = null) {
        super("session");
        this.other = other;
    }
}

/** The server says no, and why. */
export class RefusedError extends Error {}

/** The server failed; nobody knows why. */
export class ServerError extends Error {}

function translate(error) {
    if (error instanceof ConnectionLostError) {
        return new OfflineError(_t("The server does not answer."));
    }
    if (error.code === SESSION_EXPIRED) {
        return new SessionError();
    }
    if (REFUSALS.has(error.exceptionName)) {
        return new RefusedError(error.data?.message || error.message);
    }
    return new ServerError(
        error.data?.message || error.message || _t("The server could not do it.")
    );
}

/** The calls of the scan app; everything goes through `request`, so that tests can. */
export const scanTransport = {
    /** @returns {Promise<any>} */
    request(path, params) {
        return rpc(path, params, { silent: true });
    },

    /**
     * @param {string} name below the app's address
     * @param {Object} params
     * @throws {OfflineError|SessionError|RefusedError|ServerError}
     */
    async call(name, params = {}) {
        let answer;
        try {
            answer = await this.request(`${URL_BASE}/${name}`, params);
        } catch (error) {
            throw translate(error);
        }
        if (answer?.other_user) {
            throw new SessionError(answer.other_user);
        }
        return answer;
    },

    /** What a tag of a spool is written with. */
    async getTagPayload(spoolId) {
        try {
            return await this.request(
                "/web/dataset/call_kw/stock.lot/get_tag_payload",
                {
                    model: "stock.lot",
                    method: "get_tag_payload",
                    args: [[spoolId]],
                    kwargs: {},
                }
            );
        } catch (error) {
            throw translate(error);
        }
    },
};
