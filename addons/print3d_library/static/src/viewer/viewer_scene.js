import { browser } from "@web/core/browser/browser";
import { coarsen, gridStep, layerRange, partArrays, toRgb } from "./viewer_data";

const MAX_TOOLS = 32;
const MAX_PIXEL_RATIO = 2;
const FIELD_OF_VIEW = 35;
// From the front, from the left and from above, as slicers show a plate.
const DIRECTION = [-0.55, -1, 0.7];
const TURN = Math.PI / 24;
const ZOOM = 1.2;
// Of the first frames, these are timed (before, programs are made); where even the best
// takes longer, in ms, the machine is too slow for the mesh.
const TIMED_FRAMES = [2, 3];
const SLOW = 60;
// What moves is drawn in less detail then, and in full so many ms after it came to rest.
const REST = 250;
const COARSE_CELLS = 64;
const COARSE_FROM = 30000;

/*
 * A line of material is a low roof between two points. The points stand in one buffer
 * that is read twice, one point apart, so that each is sent only once.
 */
const VERTEX_SHADER = `
attribute vec4 a;
attribute vec4 b;
uniform vec3 origin;
uniform vec3 steps;
uniform float width;
uniform float first;
uniform vec4 palette[${MAX_TOOLS}];
varying vec3 shade;
void main() {
    float word = mod(b.w, 32768.0);
    vec4 colour = palette[int(mod(word, 64.0))];
    vec3 from = origin + a.xyz * steps;
    vec3 to = origin + b.xyz * steps;
    vec2 way = to.xy - from.xy;
    float len = length(way);
    if (b.w >= 32768.0 || colour.a < 0.5 || len < 0.0001 || float(gl_InstanceID) < first) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        return;
    }
    float high = floor(word / 64.0) / 50.0;
    way /= len;
    vec3 across = vec3(-way.y, way.x, 0.0);
    vec3 place = mix(from, to, position.x);
    place.xy += way * (position.x * 2.0 - 1.0) * width * 0.3;
    place += across * position.y * width * 0.5;
    place.z += position.z * high;
    vec3 facing = normalize(normalMatrix * normalize(across * normal.y + vec3(0.0, 0.0, normal.z)));
    float light = 0.42 + 0.58 * abs(dot(facing, normalize(vec3(-0.25, 0.45, 0.85))));
    shade = mix(colour.rgb, vec3(0.5), 0.12) * light;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(place, 1.0);
}`;

const FRAGMENT_SHADER = `
varying vec3 shade;
void main() {
    gl_FragColor = vec4(shade, 1.0);
}`;

/** Whether the browser can draw in 3D at all. */
export function hasWebGl() {
    try {
        return Boolean(document.createElement("canvas").getContext("webgl2"));
    } catch {
        return false;
    }
}

/**
 * A mesh or a toolpath on a canvas. Draws when something has changed, and only then.
 *
 * Lengths are in mm, z is up, and the middle of what is shown stands on x = y = 0.
 */
export class ViewerScene {
    /**
     * @param {Object} three the library
     * @param {HTMLCanvasElement} canvas
     * @param {Object} [options]
     * @param {Function} [options.onDrawn] called with the triangles of each frame
     */
    constructor(three, canvas, { onDrawn } = {}) {
        this.three = three;
        this.canvas = canvas;
        this.onDrawn = onDrawn || (() => {});
        this.renderer = new three.WebGLRenderer({
            canvas,
            antialias: true,
            alpha: true,
            powerPreference: "low-power",
        });
        this.renderer.localClippingEnabled = true;
        this.pixelRatio = Math.min(
            browser.devicePixelRatio || window.devicePixelRatio || 1,
            MAX_PIXEL_RATIO
        );
        this.renderer.setPixelRatio(this.pixelRatio);
        this.scene = new three.Scene();
        this.content = new three.Group();
        this.scene.add(this.content);
        this.perspective = new three.PerspectiveCamera(FIELD_OF_VIEW, 1, 0.1, 1000);
        this.orthographic = new three.OrthographicCamera(-1, 1, 1, -1, 0.1, 1000);
        this.camera = this.perspective;
        const lamp = new three.DirectionalLight(0xffffff, 1.9);
        for (const camera of [this.perspective, this.orthographic]) {
            camera.up.set(0, 0, 1);
            this.scene.add(camera);
        }
        this.lamp = lamp;
        this.scene.add(
            new three.HemisphereLight(0xffffff, 0x9aa4b0, 1.7),
            lamp,
            lamp.target
        );
        this.controls = new three.OrbitControls(this.camera, canvas);
        this.request = () => this.requestDraw();
        this.controls.addEventListener("change", this.request);
        this.cut = new three.Plane(new three.Vector3(0, 0, -1), 1e9);
        this.size = [1, 1];
        this.radius = 1;
        this.height = 1;
        this.parts = [];
        this.frame = null;
        this.rest = null;
        this.canBeCoarse = false;
        this.frames = 0;
        this.quickest = Infinity;
        this.isCoarse = false;
        this.isResting = false;
    }

    // === CONTENT === //

    /**
     * @param {ArrayBuffer} buffer
     * @param {Object} decoded of `decode`
     * @param {number} [scale] mm of one mm in the file
     * @returns {Object[]} parts: name, role, colour, plate, triangles, visible
     */
    showMesh(buffer, { header, body }, scale = 1) {
        const { three } = this;
        const hasModel = header.parts.some((part) => part.role === "model");
        this.parts = header.parts.map((part) => {
            const { positions, indices } = partArrays(buffer, body, part);
            const geometry = new three.BufferGeometry();
            geometry.setAttribute("position", new three.BufferAttribute(positions, 3));
            geometry.setIndex(new three.BufferAttribute(indices, 1));
            const groups = part.groups || [];
            groups.forEach(([start, count], index) =>
                geometry.addGroup(start, count, index)
            );
            const colours = groups.length
                ? groups.map((group) => group[2])
                : [part.colour];
            const materials = colours.map((colour) =>
                this.meshMaterial(colour, part.role)
            );
            const mesh = new three.Mesh(
                geometry,
                groups.length ? materials : materials[0]
            );
            mesh.visible = !hasModel || part.role === "model";
            this.content.add(mesh);
            return {
                name: part.name,
                role: part.role,
                colour: colours[0] || "",
                triangles: indices.length / 3,
                visible: mesh.visible,
                mesh,
                materials,
                full: geometry,
            };
        });
        this.canBeCoarse = header.shown >= COARSE_FROM;
        this.content.scale.setScalar(scale);
        this.setBox(header.box.map((corner) => corner.map((value) => value * scale)));
        return this.parts;
    }

    meshMaterial(colour, role) {
        const { three } = this;
        const isBody = role === "model";
        const material = new three.MeshLambertMaterial({
            flatShading: true,
            side: three.DoubleSide,
            clippingPlanes: [this.cut],
            transparent: !isBody,
            opacity: isBody ? 1 : 0.4,
            depthWrite: isBody,
        });
        const shown = /^#[0-9a-f]{6}/i.test(colour || "") ? colour.slice(0, 7) : "";
        material.color.set(shown || (isBody ? "#8FA3B8" : "#E0A030"));
        // Black would show no form.
        material.color.lerp(new three.Color(0x808080), 0.15);
        return material;
    }

    /**
     * @param {ArrayBuffer} buffer
     * @param {Object} decoded of `decode`
     * @param {Object[]} tools `{tool, colour, name}`, tools count from 1
     */
    showToolpath(buffer, { header, body }, tools = []) {
        const { three } = this;
        this.header = header;
        const geometry = new three.InstancedBufferGeometry();
        const [corners, normals, faces] = roof();
        geometry.setAttribute("position", new three.BufferAttribute(corners, 3));
        geometry.setAttribute("normal", new three.BufferAttribute(normals, 3));
        geometry.setIndex(new three.BufferAttribute(faces, 1));
        const points = new three.InstancedInterleavedBuffer(
            new Uint16Array(buffer, body, header.points * 4),
            4
        );
        geometry.setAttribute("a", new three.InterleavedBufferAttribute(points, 4, 0));
        geometry.setAttribute("b", new three.InterleavedBufferAttribute(points, 4, 4));
        this.palette = new Float32Array(MAX_TOOLS * 4);
        this.material = new three.ShaderMaterial({
            vertexShader: VERTEX_SHADER,
            fragmentShader: FRAGMENT_SHADER,
            side: three.DoubleSide,
            uniforms: {
                origin: { value: header.origin },
                steps: { value: header.steps },
                width: { value: header.width },
                first: { value: 0 },
                palette: { value: this.palette },
            },
        });
        const used = Object.keys(header.tools).map(Number);
        this.parts = (used.length ? used : [1]).map((tool) => {
            const known = tools.find((line) => line.tool === tool) || {};
            const part = { tool, name: known.name || "", colour: known.colour || "" };
            part.millimetres = header.tools[tool] || 0;
            part.visible = true;
            return part;
        });
        for (let tool = 0; tool < MAX_TOOLS; tool++) {
            const part = this.parts.find((entry) => entry.tool === tool + 1);
            this.palette.set([...toRgb(part?.colour), 1], tool * 4);
        }
        const mesh = new three.Mesh(geometry, this.material);
        mesh.frustumCulled = false;
        const [lowest, highest] = header.box;
        mesh.position.set(
            -(lowest[0] + highest[0]) / 2,
            -(lowest[1] + highest[1]) / 2,
            0
        );
        this.instances = geometry;
        this.content.add(mesh);
        this.setBox([[lowest[0], lowest[1], 0], highest]);
        this.setLayer(header.layers.length - 1);
        return this.parts;
    }

    /** Take in the corners of everything, and look at it. */
    setBox([lowest, highest]) {
        const size = highest.map((value, axis) => Math.max(value - lowest[axis], 0.01));
        this.extent = size;
        this.height = size[2];
        this.radius = Math.hypot(...size) / 2;
        this.addGrid(Math.max(size[0], size[1]));
        this.fit();
    }

    addGrid(side) {
        const { three } = this;
        const step = gridStep(side * 1.4);
        const half = Math.ceil((side * 0.7) / step) * step;
        const lines = [];
        for (let at = -half; at <= half + step / 2; at += step) {
            lines.push(at, -half, 0, at, half, 0, -half, at, 0, half, at, 0);
        }
        const geometry = new three.BufferGeometry();
        geometry.setAttribute(
            "position",
            new three.BufferAttribute(new Float32Array(lines), 3)
        );
        const material = new three.LineBasicMaterial({
            transparent: true,
            opacity: 0.22,
        });
        // As dark on a light page as it is light on a dark one.
        material.color.set(toHex(window.getComputedStyle(this.canvas).color));
        this.grid = new three.LineSegments(geometry, material);
        this.grid.position.z = -this.height / 2000;
        this.gridStep = step;
        this.scene.add(this.grid);
    }

    // === WHAT IS SEEN === //

    setVisible(index, visible) {
        const part = this.parts[index];
        part.visible = visible;
        if (part.mesh) {
            part.mesh.visible = visible;
        } else {
            this.palette[(part.tool - 1) * 4 + 3] = visible ? 1 : 0;
        }
        this.requestDraw();
    }

    setWireframe(on) {
        for (const part of this.parts) {
            for (const material of part.materials || []) {
                material.wireframe = on;
            }
        }
        this.requestDraw();
    }

    /** Leave out what is above a share of the height. */
    setSection(share) {
        this.cut.constant = share >= 1 ? 1e9 : this.height * share;
        this.requestDraw();
    }

    /** Show a toolpath up to a layer, or only that layer. */
    setLayer(layer, only = false) {
        const [from, to] = layerRange(this.header, layer);
        this.instances.instanceCount = Math.max(to - 1, 0);
        this.material.uniforms.first.value = only ? from : 0;
        this.requestDraw();
    }

    // === CAMERA === //

    setOrthographic(on) {
        const camera = on ? this.orthographic : this.perspective;
        camera.position.copy(this.camera.position);
        if (on) {
            const distance = this.camera.position.distanceTo(this.controls.target);
            const half = distance * Math.tan((FIELD_OF_VIEW * Math.PI) / 360);
            camera.zoom = this.halfHeight() / half;
        } else {
            const half = this.halfHeight() / this.camera.zoom;
            const away = camera.position.sub(this.controls.target).normalize();
            const distance = half / Math.tan((FIELD_OF_VIEW * Math.PI) / 360);
            camera.position.copy(
                away.multiplyScalar(distance).add(this.controls.target)
            );
        }
        this.camera = camera;
        this.controls.object = camera;
        this.project();
        this.controls.update();
        this.requestDraw();
    }

    /** Half of what an orthographic view shows at zoom 1, in mm. */
    halfHeight() {
        return this.radius * 1.1;
    }

    /** All of it, from where one looked first. */
    fit() {
        const [width, height] = this.size;
        const vertical = (FIELD_OF_VIEW * Math.PI) / 360;
        const horizontal = Math.atan(Math.tan(vertical) * (width / height));
        const distance =
            (this.radius * 1.02) / Math.sin(Math.min(vertical, horizontal));
        this.controls.target.set(0, 0, this.height / 2);
        const length = Math.hypot(...DIRECTION);
        this.camera.position.set(
            ...DIRECTION.map((value) => (value / length) * distance)
        );
        this.camera.position.z += this.height / 2;
        this.orthographic.zoom = Math.min(width / height, 1);
        this.project();
        this.controls.update();
        this.requestDraw();
    }

    project() {
        const [width, height] = this.size;
        const distance = this.camera.position.distanceTo(this.controls.target);
        const far = Math.max(distance, this.radius) * 20;
        this.perspective.aspect = width / height;
        this.perspective.near = this.radius / 100;
        this.perspective.far = far;
        const half = this.halfHeight();
        Object.assign(this.orthographic, {
            left: (-half * width) / height,
            right: (half * width) / height,
            top: half,
            bottom: -half,
            near: -far,
            far,
        });
        this.perspective.updateProjectionMatrix();
        this.orthographic.updateProjectionMatrix();
    }

    /** Turn by steps: around the thing, and over it. */
    turn(around, over) {
        const away = this.camera.position.clone().sub(this.controls.target);
        const distance = away.length();
        const flat = Math.hypot(away.x, away.y);
        const angle = Math.atan2(away.y, away.x) + around * TURN;
        const limit = Math.PI / 2 - 0.001;
        const rise = Math.atan2(away.z, flat) + over * TURN;
        const tilt = Math.min(Math.max(rise, -limit), limit);
        away.set(
            distance * Math.cos(tilt) * Math.cos(angle),
            distance * Math.cos(tilt) * Math.sin(angle),
            distance * Math.sin(tilt)
        );
        this.camera.position.copy(away.add(this.controls.target));
        this.controls.update();
        this.requestDraw();
    }

    zoom(steps) {
        const factor = ZOOM ** steps;
        if (this.camera === this.orthographic) {
            this.camera.zoom *= factor;
            this.project();
        } else {
            const away = this.camera.position.clone().sub(this.controls.target);
            away.multiplyScalar(1 / factor);
            this.camera.position.copy(away.add(this.controls.target));
        }
        this.controls.update();
        this.requestDraw();
    }

    // === DRAWING === //

    resize(width, height) {
        if (!width || !height) {
            return;
        }
        this.size = [width, height];
        this.renderer.setSize(width, height, false);
        this.project();
        this.requestDraw();
    }

    requestDraw() {
        if (this.frame === null && this.renderer) {
            this.frame = browser.requestAnimationFrame(() => this.draw());
        }
    }

    draw() {
        this.frame = null;
        this.pace();
        // The light comes over the shoulder, wherever one stands.
        const { lamp, camera, controls } = this;
        lamp.position.copy(camera.position);
        lamp.position.z += this.radius;
        lamp.target.position.copy(controls.target);
        this.render();
        if (!this.isCoarse) {
            this.onDrawn(this.renderer.info.render.triangles);
        }
    }

    get isSlow() {
        return this.frames >= Math.max(...TIMED_FRAMES) && this.quickest > SLOW;
    }

    /** Draw, and wait for the graphics card where the frame is timed. */
    render() {
        const started = window.performance.now();
        this.renderer.render(this.scene, this.camera);
        this.frames++;
        if (TIMED_FRAMES.includes(this.frames)) {
            const context = this.renderer.getContext();
            const { RGBA, UNSIGNED_BYTE } = context;
            context.readPixels(0, 0, 1, 1, RGBA, UNSIGNED_BYTE, new Uint8Array(4));
            const taken = window.performance.now() - started;
            this.quickest = Math.min(this.quickest, taken);
        }
    }

    /** Where frames take long, draw what moves in less detail until it rests. */
    pace() {
        if (!this.canBeCoarse || !this.isSlow) {
            return;
        }
        this.setCoarse(!this.isResting);
        this.isResting = false;
        browser.clearTimeout(this.rest);
        if (this.isCoarse) {
            this.rest = browser.setTimeout(() => {
                this.isResting = true;
                this.requestDraw();
            }, REST);
        }
    }

    setCoarse(on) {
        if (on === this.isCoarse) {
            return;
        }
        this.isCoarse = on;
        for (const part of this.parts) {
            if (on && !part.coarse) {
                part.coarse = this.makeCoarse(part.full);
            }
            part.mesh.geometry = on ? part.coarse : part.full;
        }
        this.renderer.setPixelRatio(on ? 1 : this.pixelRatio);
    }

    /** The same corners with fewer triangles. */
    makeCoarse(full) {
        const { three } = this;
        const { array: positions } = full.attributes.position;
        const { array: indices } = full.index;
        const groups = full.groups.length
            ? full.groups
            : [{ start: 0, count: indices.length, materialIndex: 0 }];
        const pieces = groups.map(({ start, count }) =>
            coarsen(positions, indices.subarray(start, start + count), COARSE_CELLS)
        );
        const all = new indices.constructor(
            pieces.reduce((length, piece) => length + piece.length, 0)
        );
        const coarse = new three.BufferGeometry();
        coarse.setAttribute("position", full.attributes.position);
        let at = 0;
        pieces.forEach((piece, index) => {
            all.set(piece, at);
            if (full.groups.length) {
                coarse.addGroup(at, piece.length, groups[index].materialIndex);
            }
            at += piece.length;
        });
        coarse.setIndex(new three.BufferAttribute(all, 1));
        return coarse;
    }

    /** Give everything back to the graphics card. */
    dispose() {
        if (this.frame !== null) {
            browser.cancelAnimationFrame(this.frame);
        }
        browser.clearTimeout(this.rest);
        for (const part of this.parts) {
            part.full?.dispose();
            part.coarse?.dispose();
        }
        this.controls.removeEventListener("change", this.request);
        this.controls.dispose();
        this.scene.traverse((object) => {
            object.geometry?.dispose();
            for (const material of [object.material].flat()) {
                material?.dispose();
            }
        });
        this.renderer.dispose();
        this.renderer.forceContextLoss();
        this.renderer = null;
        this.parts = [];
    }
}

/** Corners (along, across, up), normals and triangles of a line's roof. */
function roof() {
    const profile = [
        [-1, -1, -1, 0.25],
        [-0.7, 0, -0.5, 1],
        [0.7, 0, 0.5, 1],
        [1, -1, 1, 0.25],
    ];
    const corners = [];
    const normals = [];
    for (const along of [0, 1]) {
        for (const [across, up, normalAcross, normalUp] of profile) {
            corners.push(along, across, up);
            normals.push(0, normalAcross, normalUp);
        }
    }
    const faces = [0, 1, 2].flatMap((at) => [at, at + 4, at + 5, at, at + 5, at + 1]);
    return [
        new Float32Array(corners),
        new Float32Array(normals),
        new Uint16Array(faces),
    ];
}

/** `rgb(…)` as the browser computes it, as `#RRGGBB`. */
function toHex(colour) {
    const numbers = (colour.match(/\d+/g) || [0, 0, 0]).slice(0, 3);
    return `#${numbers.map((value) => Number(value).toString(16).padStart(2, "0")).join("")}`;
}
