import {
    Component,
    onMounted,
    onWillUnmount,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { safeColour } from "../marks/format";
import { decode } from "./viewer_data";
import { ViewerScene, hasWebGl } from "./viewer_scene";

const ASK_AGAIN = 1500;
const FRAME = 60;
const PLAY_SECONDS = 8;

const ROLES = {
    modifier: _t("modifier"),
    negative: _t("cut away"),
    support: _t("support"),
    support_blocker: _t("support blocker"),
    support_enforcer: _t("support enforcer"),
    excluded: _t("not printed"),
};

/**
 * A record in 3D: a mesh, or the way of the nozzle on a plate.
 *
 * Asks the server's `get_viewer`, waits until it is prepared, and draws it.
 */
export class Viewer extends Component {
    static template = "print3d_library.Viewer";
    static props = {
        resModel: String,
        resId: Number,
        label: { type: String, optional: true },
        picture: { type: String, optional: true },
        close: { type: Function, optional: true },
    };
    static defaultProps = { label: "", picture: "" };

    setup() {
        this.orm = useService("orm");
        this.root = useRef("root");
        this.canvas = useRef("canvas");
        this.scene = null;
        this.isGone = false;
        this.state = useState({
            status: "loading",
            message: "",
            kind: "",
            parts: [],
            triangles: 0,
            drawn: 0,
            reduced: false,
            showParts: false,
            showSection: false,
            section: 100,
            layer: 0,
            layers: 0,
            onlyLayer: false,
            playing: false,
            wireframe: false,
            orthographic: false,
            full: false,
        });
        onMounted(() => this.load());
        onWillUnmount(() => this.leave());
        useExternalListener(document, "fullscreenchange", () => {
            this.state.full = document.fullscreenElement === this.root.el;
        });
        useEffect(
            (canvas) => {
                const observer = new ResizeObserver(() => this.resize());
                if (canvas) {
                    observer.observe(canvas.parentElement);
                }
                return () => observer.disconnect();
            },
            () => [this.canvas.el]
        );
    }

    // === LOADING === //

    async load(retry = false) {
        if (!hasWebGl()) {
            this.fail(
                _t(
                    "This browser cannot draw in 3D (WebGL 2 is switched off or missing). Here is the picture."
                ),
                "missing"
            );
            return;
        }
        this.state.status = "loading";
        try {
            const [view] = await Promise.all([
                this.ask(retry),
                loadBundle("print3d_library.assets_three"),
            ]);
            if (this.isGone || !view) {
                return;
            }
            const response = await browser.fetch(view.url);
            if (response.status !== 200) {
                throw new Error(String(response.status));
            }
            const buffer = await response.arrayBuffer();
            if (!this.isGone) {
                this.show(buffer, view);
            }
        } catch {
            if (!this.isGone) {
                this.fail(_t("The 3D view could not be loaded. Check the connection."));
            }
        }
    }

    /** What the server has prepared, as soon as it has. */
    async ask(retry) {
        const { resModel, resId } = this.props;
        let view = await this.orm.call(resModel, "get_viewer", [[resId]], { retry });
        while (view.state === "making" && !this.isGone) {
            this.state.status = "making";
            await new Promise((resolve) => {
                this.timer = browser.setTimeout(resolve, ASK_AGAIN);
            });
            if (this.isGone) {
                return null;
            }
            view = await this.orm.silent.call(resModel, "get_viewer", [[resId]]);
        }
        if (view.state === "failed" && !this.isGone) {
            this.fail(view.message);
            return null;
        }
        return view;
    }

    fail(message, status = "failed") {
        this.scene?.dispose();
        this.scene = null;
        this.state.message = message;
        this.state.status = status;
    }

    show(buffer, view) {
        const decoded = decode(buffer);
        const { header } = decoded;
        const { state } = this;
        this.scene = new ViewerScene(window.print3dThree, this.canvas.el, {
            onDrawn: (triangles) => {
                state.drawn = triangles;
            },
        });
        this.canvas.el.addEventListener("webglcontextlost", (ev) => {
            ev.preventDefault();
            if (!this.isGone && this.scene) {
                this.fail(_t("The graphics card gave up. Try again."));
            }
        });
        state.kind = decoded.kind;
        this.resize();
        let parts = [];
        if (decoded.kind === "mesh") {
            parts = this.scene.showMesh(buffer, decoded, view.scale || 1);
            state.triangles = header.triangles;
            state.reduced = header.shown < header.triangles;
        } else {
            parts = this.scene.showToolpath(buffer, decoded, view.tools || []);
            this.heights = header.layers.map((layer) => layer[1]);
            state.layers = header.layers.length;
            state.layer = state.layers - 1;
        }
        state.parts = parts.map((part) => ({
            name: part.tool ? this.toolName(part) : part.name,
            detail: part.tool ? this.metres(part.millimetres) : ROLES[part.role] || "",
            colour: safeColour(part.colour),
            visible: part.visible,
        }));
        state.status = "ready";
    }

    toolName(part) {
        return part.name
            ? _t("Tool %(tool)s: %(name)s", { tool: part.tool, name: part.name })
            : _t("Tool %s", part.tool);
    }

    metres(millimetres) {
        return _t("%s m", (millimetres / 1000).toFixed(2));
    }

    leave() {
        this.isGone = true;
        browser.clearTimeout(this.timer);
        this.stop();
        this.scene?.dispose();
        this.scene = null;
    }

    resize() {
        const box = this.canvas.el?.parentElement;
        if (box && this.scene) {
            this.scene.resize(box.clientWidth, box.clientHeight);
        }
    }

    // === WORDS === //

    get isReady() {
        return this.state.status === "ready";
    }

    get canvasLabel() {
        return this.props.label
            ? _t(
                  "%s in 3D: arrow keys turn, plus and minus zoom, R resets",
                  this.props.label
              )
            : _t("3D view: arrow keys turn, plus and minus zoom, R resets");
    }

    get layerText() {
        return _t("Layer %(layer)s of %(layers)s · %(height)s mm", {
            layer: this.state.layer + 1,
            layers: this.state.layers,
            height: this.heights[this.state.layer].toFixed(2),
        });
    }

    get sectionText() {
        const height = (this.scene.height * this.state.section) / 100;
        return _t("Cut at %s mm", height.toFixed(1));
    }

    get reducedText() {
        return _t(
            "Shown simplified: the mesh has %s triangles.",
            this.state.triangles.toLocaleString()
        );
    }

    // === WHAT PEOPLE DO === //

    onKeydown(ev) {
        const action = {
            ArrowLeft: () => this.scene.turn(-1, 0),
            ArrowRight: () => this.scene.turn(1, 0),
            ArrowUp: () => this.scene.turn(0, 1),
            ArrowDown: () => this.scene.turn(0, -1),
            "+": () => this.scene.zoom(1),
            "=": () => this.scene.zoom(1),
            "-": () => this.scene.zoom(-1),
            r: () => this.scene.fit(),
            R: () => this.scene.fit(),
        }[ev.key];
        if (action && this.scene && !ev.ctrlKey && !ev.metaKey && !ev.altKey) {
            ev.preventDefault();
            ev.stopPropagation();
            action();
        }
    }

    fit() {
        this.scene.fit();
    }

    toggleOrthographic() {
        this.state.orthographic = !this.state.orthographic;
        this.scene.setOrthographic(this.state.orthographic);
    }

    toggleWireframe() {
        this.state.wireframe = !this.state.wireframe;
        this.scene.setWireframe(this.state.wireframe);
    }

    toggleSection() {
        this.state.showSection = !this.state.showSection;
        this.state.section = this.state.showSection ? 50 : 100;
        this.scene.setSection(this.state.section / 100);
    }

    onSection(ev) {
        this.state.section = Number(ev.target.value);
        this.scene.setSection(this.state.section / 100);
    }

    toggleParts() {
        this.state.showParts = !this.state.showParts;
    }

    togglePart(index) {
        const part = this.state.parts[index];
        part.visible = !part.visible;
        this.scene.setVisible(index, part.visible);
    }

    onLayer(ev) {
        this.stop();
        this.setLayer(Number(ev.target.value));
    }

    setLayer(layer) {
        this.state.layer = layer;
        this.scene.setLayer(layer, this.state.onlyLayer);
    }

    toggleOnlyLayer() {
        this.state.onlyLayer = !this.state.onlyLayer;
        this.setLayer(this.state.layer);
    }

    togglePlay() {
        if (this.state.playing) {
            this.stop();
            return;
        }
        const last = this.state.layers - 1;
        if (this.state.layer >= last) {
            this.setLayer(0);
        }
        this.state.playing = true;
        const step = Math.max(1, Math.round((last * FRAME) / (PLAY_SECONDS * 1000)));
        const wait = Math.max(FRAME, (PLAY_SECONDS * 1000) / Math.max(last, 1));
        this.player = browser.setInterval(
            () => {
                this.setLayer(Math.min(this.state.layer + step, last));
                if (this.state.layer >= last) {
                    this.stop();
                }
            },
            Math.min(wait, 250)
        );
    }

    stop() {
        browser.clearInterval(this.player);
        this.state.playing = false;
    }

    async toggleFull() {
        if (document.fullscreenElement) {
            await document.exitFullscreen();
        } else if (this.state.full) {
            this.state.full = false;
        } else if (this.root.el.requestFullscreen) {
            try {
                await this.root.el.requestFullscreen();
            } catch {
                this.state.full = true;
            }
        } else {
            // iPhones have it for films only: over the page then.
            this.state.full = true;
        }
    }
}
