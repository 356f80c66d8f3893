/**
 * @file Clicks on links of the page without loading it again; Back and Forward restore the scroll position and the focus.
 */

/** @typedef {import("./state.js").State} State */

/** `offset` is that of the anchor, an element on the screen, pixels. @typedef {{top: number, focus: string | null, anchor: string | null, offset: number}} Position */

/**
 * Take over clicks on links for which `read` returns a state, and the browser's history.
 *
 * @param {(url: URL) => State | null} read   null for links that the browser follows itself
 * @param {(state: State, position: Position | null) => Promise<void>} show
 *        shows a state; the position is that of an earlier visit, null for a new one
 */
export function createNavigation(read, show) {
  history.scrollRestoration = "manual";
  let timer = 0;

  const remember = () => {
    clearTimeout(timer);
    history.replaceState({ ...history.state, top: window.scrollY, focus: nameOfFocus(), ...anchorOnScreen() }, "");
  };
  const position = positionOf(history.state);
  // Each entry that the page made has a state; one without is of a fragment that was typed.
  if (position === null) remember();

  /** Go to an address; resolves when it is shown. @param {string} href */
  const go = async (href) => {
    const url = new URL(href, location.href);
    const state = read(url);
    if (state === null) {
      location.assign(url);
      return;
    }
    if (url.href === location.href) return;
    remember();
    history.pushState({ from: location.href }, "", url);
    return show(state, null);
  };

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.hasAttribute("download") || link.hasAttribute("target")) return;
    const href = link.getAttribute("href") ?? "";
    if (href.startsWith("#")) {
      event.preventDefault();
      document.getElementById(href.slice(1))?.focus();
      return;
    }
    const url = new URL(href, location.href);
    if (url.origin !== location.origin || read(url) === null) return;
    event.preventDefault();
    go(href);
  });

  window.addEventListener("popstate", (event) => {
    clearTimeout(timer);
    for (const sheet of document.querySelectorAll("dialog")) sheet.close();
    const state = read(new URL(location.href));
    if (state) show(state, positionOf(event.state));
  });

  // No event precedes Back, so the position is stored whenever it has changed.
  for (const name of ["scroll", "focusin"]) {
    document.addEventListener(name, () => {
      clearTimeout(timer);
      timer = window.setTimeout(remember, 200);
    }, { passive: true });
  }

  return {
    go,
    /** The position of an earlier visit, where the page was loaded again. */
    position,
    /** Go to `href`: back to it if this state was opened from there. @param {string} href */
    leave(href) {
      if (history.state?.from === new URL(href, location.href).href) history.back();
      else go(href);
    },
  };
}

/** @param {any} state of the history @returns {Position | null} */
function positionOf(state) {
  return state && { top: 0, focus: null, anchor: null, offset: 0, ...state };
}

/**
 * Scroll and focus as they were.
 *
 * @param {Position} position
 */
export function restore({ top, focus, anchor, offset }) {
  const named = focus === null ? [] : [...document.querySelectorAll(focus)];
  // A table has the same links as its picture, which is hidden.
  const element = named.find(isShown) ?? named[0];
  if (element instanceof HTMLElement || element instanceof SVGElement) element.focus({ preventScroll: true });
  window.scrollTo({ top, behavior: "instant" });
  const anchored = anchor === null ? null : document.querySelector(anchor);
  // Cards have estimated heights until they are drawn, and those near the screen are drawn in the next frames.
  const correct = (/** @type {number} */ frames) => {
    if (anchored && isShown(anchored)) window.scrollBy({ top: anchored.getBoundingClientRect().top - offset, behavior: "instant" });
    if (frames > 0) requestAnimationFrame(() => correct(frames - 1));
  };
  correct(3);
}

/** Whether an element has a place on the page. @param {Element} element */
const isShown = (element) => element.getClientRects().length > 0;

/** The card, or else the section, that is on the screen in the column of the list. */
function anchorOnScreen() {
  const column = document.getElementById("list")?.getBoundingClientRect();
  const across = column ? column.left + column.width / 2 : 0;
  const element = document.elementFromPoint(across, window.innerHeight / 3)?.closest("[data-id], section[id]");
  if (!element) return { anchor: null, offset: 0 };
  const id = element.getAttribute("data-id");
  return { anchor: id ? `[data-id="${CSS.escape(id)}"]` : `#${element.id}`, offset: element.getBoundingClientRect().top };
}

/** A selector of the element that has the focus, null where it has no name. */
function nameOfFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  const section = element.closest("[id]")?.id;
  const name = ["href", "name"].find((name) => element.hasAttribute(name));
  if (!section || !name) return null;
  const value = element instanceof HTMLInputElement ? `[value="${CSS.escape(element.value)}"]` : "";
  return `#${CSS.escape(section)} ${element.localName}[${name}="${CSS.escape(element.getAttribute(name) ?? "")}"]${value}`;
}
