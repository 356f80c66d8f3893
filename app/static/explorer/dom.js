/**
 * @file Builds elements without a template language. Texts become text nodes, so data can never become markup.
 */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | false | null | undefined} Child */
/** @typedef {Record<string, unknown>} Attributes */

/**
 * An HTML element. `on…` attributes are listeners; `true` is an attribute without a value; `false`, null and undefined
 * leave it out.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/**
 * An SVG element, made like an HTML element. Style it by presentation attributes and classes.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  fill(element, attributes, children);
  return element;
}

/**
 * The element of the page with this id. The server renders every one that the modules use.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element #${id}.`);
  return element;
}

/**
 * Replace everything in a section except its heading, which the server rendered.
 *
 * @param {Element} section
 * @param {...Child} children
 */
export function replaceBody(section, ...children) {
  // The heading stays where it is, for it may have the focus.
  for (const node of [...section.childNodes]) if (!(node instanceof HTMLHeadingElement)) node.remove();
  section.append(...nodesOf(children));
}

/** Continue in another task, so that the browser can paint and respond meanwhile. @param {AbortSignal} [signal] */
export async function nextTask(signal) {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}

/**
 * @param {Element} element
 * @param {Attributes | undefined} attributes
 * @param {(Child | Child[])[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...nodesOf(children));
}

/** Children as `append` takes them, without those that are left out. @param {(Child | Child[])[]} children */
function nodesOf(children) {
  const present = children.flat().filter((child) => child !== false && child !== null && child !== undefined);
  return present.map((child) => (child instanceof Node ? child : String(child)));
}
