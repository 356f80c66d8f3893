/**
 * @file A map of places as SVG, without tiles: points, circles of uncertainty in true size, clusters, a scale bar; the
 * same as a table; and the places without coordinates with the reason. It imports nothing. Copy it into any page:
 *
 *     const { data } = await api.get("/v1/locations", { limit: 200 });
 *     document.body.append(drawMap({ places: data }));
 */

/** @typedef {import("./schema").components["schemas"]["LocationRecord"]} Place */
/** @typedef {Place & {latitude: number, longitude: number}} Located */
/** @typedef {{place: Located, x: number, y: number}} Point         in Web Mercator: the world is 1 wide */
/** @typedef {{members: [Point, ...Point[]], x: number, y: number}} Group   in pixels of the drawing */
/** @typedef {{x: number, y: number, scale: number}} View           the centre, and how many pixels wide the world is */
/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */
/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */
/**
 * @typedef {object} Options
 * @property {Place[]} places
 * @property {Map<string, number>} [counts]  events at each place; every place counts if this is left out
 * @property {{t: Translate}} [words]        English if they are left out
 * @property {(kind: "location", id: string) => string} [href]
 * @property {{url: string, attribution: string} | null} [tiles]
 * @property {"wgs84" | "gcj02"} [datum]     of the tiles: Chinese base maps are GCJ-02
 * @property {number} [width]                in pixels; the width of the container if left out
 * @property {number} [height]
 */

const ACCENT = "#a8321f";
const PALE = { fill: ACCENT, "fill-opacity": 0.1 };
const EARTH = 40_075_017; // metres round the equator
const NEAR = 24; // pixels within which points form a cluster
const CLOSEST = 256 * 2 ** 15; // zoom 15 of tiles
const COUNTIES = ["district", "county", "city"]; // labelled first, in larger letters
/** Styles of what only screen readers get. @type {Record<string, string>} */
const UNSEEN = {
  position: "absolute", width: "1px", height: "1px", margin: "-1px", overflow: "hidden", "clip-path": "inset(50%)",
  "white-space": "nowrap",
};
const LENGTHS_KM = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1]; // of the scale bar
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };

/** @type {Record<string, string>} */
const ENGLISH = {
  map: "Map of the places", map_help: "The arrow keys move the map, + and − zoom, 0 shows all.",
  as_table: "As a table", as_picture: "As a picture", zoom_in: "Zoom in", zoom_out: "Zoom out", fit: "Show all",
  place: "Place", events_there: "Events", coordinates: "Coordinates", within: "±{km} km", km: "{km} km",
  events: "{count} events", places: "{count} places",
  unlocated: "{count} places without coordinates", outside: "{count} places outside the picture",
};

/** @type {Translate} */
const english = (key, values = {}) =>
  (ENGLISH[key.replace("charts.", "")] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/**
 * @param {Options} options
 * @returns {HTMLElement}
 */
export function drawMap(options) {
  const { places, counts, href, tiles = null, datum = "wgs84" } = options;
  const t = options.words?.t ?? english;
  /** @param {Place} place */
  const count = (place) => (counts ? (counts.get(place.id) ?? 0) : 1);
  const located = /** @type {Located[]} */ (places.filter((place) => place.latitude !== null));
  const points = located.map((place) => project(place, tiles && datum === "gcj02" ? place.gcj02 : null));
  const area = commonCity(located);
  /** @param {Located} place */
  const isInside = (place) => (counts && count(place) > 0) || place.path.some((step) => step.id === area);
  const near = points.filter(({ place }) => isInside(place));
  const drawn = near.length ? near : points;
  const bounds = boundsOf(drawn);
  const ending = commonEnding(drawn.map(({ place }) => place.name));
  const centre = { x: (bounds.left + bounds.right) / 2, y: (bounds.top + bounds.bottom) / 2 };

  let { width = 0, height = 0 } = options;
  let view = { ...centre, scale: 1 };
  let fitted = 1; // the scale that shows all

  const canvas = svg("svg", { "aria-hidden": "true" });
  const label = `${t("charts.map")}. ${t("charts.map_help")}`;
  const frame = html("div", { class: "map-frame", role: "group", tabindex: 0, "aria-label": label }, canvas);
  if (tiles) frame.append(html("p", { class: "attribution" }, tiles.attribution));
  const zoomIn = button("+", "charts.zoom_in", () => zoom(2));
  const zoomOut = button("−", "charts.zoom_out", () => zoom(0.5));
  const all = button("⤢", "charts.fit", fit);

  /** @param {string} sign @param {string} key @param {() => void} press */
  function button(sign, key, press) {
    const element = html("button", { type: "button", "aria-label": t(key), title: t(key) }, sign);
    element.addEventListener("click", press);
    return element;
  }

  function fit() {
    const margin = Math.min(56, width / 7);
    const across = (width - 2 * margin) / Math.max(bounds.right - bounds.left, 1e-9);
    const down = (height - 2 * margin) / Math.max(bounds.bottom - bounds.top, 1e-9);
    fitted = Math.min(across, down, CLOSEST / 8);
    view = { ...centre, scale: fitted };
    draw();
  }

  /** @param {number} factor @param {{x: number, y: number}} [at] the new centre */
  function zoom(factor, at = view) {
    const scale = Math.min(view.scale * factor, CLOSEST);
    if (scale <= fitted) return fit();
    view = { x: at.x, y: at.y, scale };
    draw();
  }

  /** @param {number} across @param {number} down in pixels */
  function pan(across, down) {
    view.x = Math.min(Math.max(view.x + across / view.scale, bounds.left), bounds.right);
    view.y = Math.min(Math.max(view.y + down / view.scale, bounds.top), bounds.bottom);
    draw();
  }

  function draw() {
    if (points.length === 0) return;
    const isZoomed = view.scale > fitted;
    frame.classList.toggle("zoomed", isZoomed);
    zoomIn.disabled = view.scale >= CLOSEST;
    zoomOut.disabled = all.disabled = !isZoomed;
    // A disabled button loses the focus.
    if (document.activeElement?.matches(".zoom :disabled")) (isZoomed ? zoomOut : zoomIn).focus();
    set(canvas, { width, height, viewBox: `0 0 ${width} ${height}` });
    const groups = cluster(drawn, view, width, height);
    const shown = svg("g", {}, ...(tiles ? tileImages(tiles.url, view, width, height) : []));
    for (const group of groups) {
      for (const { place } of group.members) {
        const r = pixelsOf(place.uncertainty_km ?? 0, place.latitude, view);
        // A smaller circle is under the point.
        if (r > 5) shown.append(svg("circle", { class: "uncertainty", cx: group.x, cy: group.y, r, ...PALE }));
      }
    }
    const taken = groups.map(({ members, x, y }) => boxAround(x, y, members.length > 1 ? 13 : 8));
    taken.push({ left: 0, right: 140, top: height - 42, bottom: height }); // the scale bar
    shown.append(...groups.map((group) => symbol(group, taken)));
    canvas.replaceChildren(shown, scaleBar(view, height, t));
  }

  /** A point, or a cluster with the number of its places. @param {Group} group @param {Box[]} taken by other labels */
  function symbol({ members, x, y }, taken) {
    const [{ place }] = members;
    const isCluster = members.length > 1;
    const isEmpty = !members.some((member) => count(member.place) > 0);
    const names = members.map((member) => member.place.name);
    const title = isCluster ? [t("charts.places", { count: members.length }), ...names].join("\n") : names[0];
    const events = counts && !isCluster ? `: ${t("charts.events", { count: count(place) })}` : "";
    const address = isCluster ? null : href?.("location", place.id);
    const link = svg("a", { href: address, class: isEmpty ? "empty" : null, tabindex: -1 });
    link.append(svg("title", {}, title + events));
    link.append(svg("circle", { class: "hit", cx: x, cy: y, r: 22, fill: "transparent" }));
    if (isCluster) {
      link.append(svg("circle", { class: "cluster", cx: x, cy: y, r: 12, fill: ACCENT }));
      link.append(svg("text", { x, y: y + 4.5, "text-anchor": "middle", fill: "#fff" }, String(members.length)));
    } else {
      const look = isEmpty ? { r: 4, fill: "none", stroke: ACCENT } : { r: 5, fill: ACCENT };
      link.append(svg("circle", { class: "point", cx: x, cy: y, ...look }));
    }
    // A cluster has the name of its county, not that of any of its places.
    const isCounty = COUNTIES.includes(place.kind);
    const size = isCounty ? 15 : 13;
    const name = place.name.endsWith(ending) ? place.name.slice(0, place.name.length - ending.length) : place.name;
    const spot = isCounty || !isCluster ? freeSpot(name, x, y, size, isCluster ? 16 : 10, width, taken) : null;
    if (spot) {
      const position = { x: spot.x, y: spot.y, "text-anchor": spot.anchor, "font-size": size };
      link.append(svg("text", { class: isCounty ? "county" : "place", ...position }, name));
    }
    link.addEventListener("click", (click) => {
      if (wasDragged) click.preventDefault();
      else if (isCluster) {
        const box = boundsOf(members);
        const across = width / 2 / Math.max(box.right - box.left, 1e-9);
        const down = height / 2 / Math.max(box.bottom - box.top, 1e-9);
        const at = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
        zoom(Math.max(2, Math.min(across, down) / view.scale), at);
      }
    });
    return link;
  }

  // While the map is dragged only one attribute changes; it is drawn again at the end.
  /** @type {PointerEvent | null} */
  let held = null;
  let wasDragged = false;
  canvas.addEventListener("pointerdown", (event) => {
    wasDragged = false;
    held = view.scale > fitted && event.button === 0 ? event : null;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [across, down] = [event.clientX - held.clientX, event.clientY - held.clientY];
    if (!wasDragged && Math.hypot(across, down) < 4) return;
    if (!wasDragged) canvas.setPointerCapture(event.pointerId);
    wasDragged = true;
    canvas.firstElementChild?.setAttribute("transform", `translate(${across} ${down})`);
  });
  /** @param {PointerEvent} event */
  const release = (event) => {
    if (held && wasDragged) pan(held.clientX - event.clientX, held.clientY - event.clientY);
    held = null;
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.target !== frame || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = ARROWS[key];
    if (step && view.scale > fitted) pan(...step);
    else if (key === "+" || key === "=") zoom(2);
    else if (key === "-") zoom(0.5);
    else if (key === "0") fit();
    else return;
    event.preventDefault();
  });

  if (width && height) fit();
  else {
    const shape = (bounds.bottom - bounds.top) / Math.max(bounds.right - bounds.left, 1e-9);
    new ResizeObserver(() => {
      const available = Math.floor(frame.clientWidth);
      if (available === 0 || available === width) return;
      width = available;
      height = options.height ?? Math.round(Math.min(Math.max(width * 0.72 * shape + 96, width * 0.7), width, 560));
      fit();
    }).observe(frame);
  }
  const placesDrawn = new Set(drawn.map(({ place }) => place));
  const table = tableOf(located.sort((a, b) => count(b) - count(a)), options, t);
  return html(
    "div",
    { class: "picture" },
    ...swappable(frame, table, html("div", { class: "zoom" }, zoomIn, zoomOut, all), t),
    reasons("charts.unlocated", places.filter((place) => place.latitude === null), options, t),
    reasons("charts.outside", located.filter((place) => !placesDrawn.has(place)), options, t),
  );
}

/** @param {Located} place @param {{latitude: number, longitude: number} | null} other its point in another datum */
function project(place, other) {
  const { latitude, longitude } = other ?? place;
  const y = (1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2;
  return { place, x: (longitude + 180) / 360, y };
}

/** @param {Point[]} points @returns {Box} */
function boundsOf(points) {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** The city that most places lie in: a place far from it does not shrink the picture. @param {Located[]} places */
function commonCity(places) {
  /** @type {Map<string, number>} */
  const totals = new Map();
  for (const { path } of places) {
    const city = path.find((step) => step.kind === "city");
    if (city) totals.set(city.id, (totals.get(city.id) ?? 0) + 1);
  }
  return [...totals].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The ending like ", Tianshui" that most names with an ending have: labels do without it. @param {string[]} names */
function commonEnding(names) {
  const endings = names.flatMap((name) => /, [^,]+$/.exec(name) ?? []);
  return endings.find((ending) => endings.filter((other) => other === ending).length * 2 > endings.length) ?? "";
}

/**
 * Groups of points that are too near to be distinguished. At the closest zoom a group is spread on a ring.
 *
 * @param {Point[]} points @param {View} view @param {number} width @param {number} height
 * @returns {Group[]}
 */
function cluster(points, view, width, height) {
  /** @param {Point} point */
  const rank = ({ place }) => (COUNTIES.includes(place.kind) ? COUNTIES.indexOf(place.kind) : COUNTIES.length);
  /** @type {Group[]} */
  const groups = [];
  for (const point of [...points].sort((a, b) => rank(a) - rank(b))) {
    const x = (point.x - view.x) * view.scale + width / 2;
    const y = (point.y - view.y) * view.scale + height / 2;
    // Points within a drag of the picture are drawn too.
    if (x < -width || x > 2 * width || y < -height || y > 2 * height) continue;
    const group = groups.find((other) => Math.hypot(other.x - x, other.y - y) < NEAR);
    if (group) group.members.push(point);
    else groups.push({ members: [point], x, y });
  }
  if (view.scale < CLOSEST) return groups;
  return groups.flatMap(({ members, x, y }) => members.map((member, index) => {
    const [turn, radius] = [(2 * Math.PI * index) / members.length, members.length > 1 ? 12 + 4 * members.length : 0];
    return { members: [member], x: x + radius * Math.sin(turn), y: y - radius * Math.cos(turn) };
  }));
}

/** @param {number} km @param {number} latitude @param {View} view */
const pixelsOf = (km, latitude, { scale }) => (km * 1000 * scale) / (EARTH * Math.cos((latitude * Math.PI) / 180));

/** @param {View} view @param {number} height @param {Translate} t */
function scaleBar(view, height, t) {
  const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * view.y))) * 180) / Math.PI;
  const km = LENGTHS_KM.find((length) => pixelsOf(length, latitude, view) <= 110) ?? 0.1;
  const d = `M12 ${height - 18}v6h${pixelsOf(km, latitude, view)}v-6`;
  const line = svg("path", { class: "scale", d, fill: "none", stroke: "currentColor" });
  const text = svg("text", { class: "axis", x: 12, y: height - 24, "font-size": 13 }, t("charts.km", { km }));
  return svg("g", {}, line, text);
}

/** @param {string} url @param {View} view @param {number} width @param {number} height */
function tileImages(url, view, width, height) {
  const z = Math.min(Math.max(Math.round(Math.log2(view.scale / 256)), 0), 18);
  const size = view.scale / 2 ** z;
  const [left, top] = [view.x * view.scale - width / 2, view.y * view.scale - height / 2];
  const images = [];
  for (let y = Math.floor(top / size); y * size < top + height; y += 1) {
    for (let x = Math.floor(left / size); x * size < left + width; x += 1) {
      const href = url.replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
      // Half a pixel more, so that no gap is seen between tiles.
      images.push(svg("image", { href, x: x * size - left, y: y * size - top, width: size + 0.5, height: size + 0.5 }));
    }
  }
  return images;
}

/** @param {number} x @param {number} y @param {number} radius @returns {Box} */
const boxAround = (x, y, radius) => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });

/**
 * A position for a label that overlaps nothing: beside, below or above the point.
 *
 * @param {string} text @param {number} x @param {number} y @param {number} size @param {number} gap
 * @param {number} width of the drawing @param {Box[]} taken
 */
function freeSpot(text, x, y, size, gap, width, taken) {
  let length = 0;
  for (const character of text) length += character > "\u2e7f" ? size : size * 0.56;
  const spots = [
    { anchor: "start", left: x + gap, x: x + gap, y: y + size * 0.36 },
    { anchor: "end", left: x - gap - length, x: x - gap, y: y + size * 0.36 },
    { anchor: "middle", left: x - length / 2, x, y: y + gap + size },
    { anchor: "middle", left: x - length / 2, x, y: y - gap - size * 0.3 },
  ];
  for (const spot of spots) {
    const [left, right, top, bottom] = [spot.left, spot.left + length, spot.y - size, spot.y + size * 0.3];
    if (left < 2 || right > width - 2) continue;
    if (taken.some((box) => left < box.right && right > box.left && top < box.bottom && bottom > box.top)) continue;
    taken.push({ left, right, top, bottom });
    return spot;
  }
  return null;
}

/** @param {Located[]} places @param {Options} options @param {Translate} t */
function tableOf(places, { counts, href }, t) {
  const heads = ["charts.place", ...(counts ? ["charts.events_there"] : []), "charts.coordinates"];
  const rows = places.map((place) => {
    const within = place.uncertainty_km === null ? "" : ` ${t("charts.within", { km: place.uncertainty_km })}`;
    const name = html("a", { href: href?.("location", place.id) }, place.name);
    const events = counts ? [String(counts.get(place.id) ?? 0)] : [];
    const cells = [name, ...events, `${place.latitude}, ${place.longitude}${within}`];
    return html("tr", {}, ...cells.map((cell) => html("td", {}, cell)));
  });
  const head = html("tr", {}, ...heads.map((key) => html("th", { scope: "col" }, t(key))));
  const caption = html("caption", {}, t("charts.map"));
  for (const [name, value] of Object.entries(UNSEEN)) caption.style.setProperty(name, value);
  const table = html("table", {}, caption, html("thead", {}, head), html("tbody", {}, ...rows));
  return html("div", { class: "table-scroll" }, table);
}

/**
 * A picture, or the table in its place. The table is always there for screen readers; the Tab key reaches its links
 * while it is seen.
 *
 * @param {HTMLElement} picture @param {HTMLElement} table @param {HTMLElement} tools @param {Translate} t
 */
function swappable(picture, table, tools, t) {
  const swap = html("button", { type: "button", class: "button plain" });
  /** @param {boolean} asTable */
  const show = (asTable) => {
    picture.hidden = tools.hidden = asTable;
    for (const [name, value] of Object.entries(UNSEEN)) table.style.setProperty(name, asTable ? null : value);
    for (const link of table.querySelectorAll("a")) link.tabIndex = asTable ? 0 : -1;
    swap.textContent = t(asTable ? "charts.as_picture" : "charts.as_table");
  };
  swap.addEventListener("click", () => show(!picture.hidden));
  show(false);
  return [html("div", { class: "picture-head" }, tools, swap), picture, table];
}

/**
 * Places that are not drawn, each with the reason.
 *
 * @param {string} key @param {Place[]} places @param {Options} options @param {Translate} t
 */
function reasons(key, places, { href }, t) {
  if (places.length === 0) return "";
  const items = places.map((place) => {
    const link = html("a", { href: href?.("location", place.id) }, place.name);
    return html("li", {}, link, place.coordinates_note ? html("p", {}, place.coordinates_note) : "");
  });
  const summary = html("summary", {}, t(key, { count: places.length }));
  return html("details", {}, summary, html("ul", { class: "reasons" }, ...items));
}

/** @typedef {Record<string, string | number | null | undefined>} Attributes */
/** @typedef {(Node | string)[]} Children */

/** @template {Element} T @param {T} element @param {Attributes} attributes @param {Children} children @returns {T} */
function set(element, attributes, ...children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {Attributes} attributes @param {Children} children */
const html = (tag, attributes, ...children) => set(document.createElement(tag), attributes, ...children);

/** @template {keyof SVGElementTagNameMap} T @param {T} tag @param {Attributes} attributes @param {Children} children */
const svg = (tag, attributes, ...children) =>
  set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, ...children);
