// Elements made of text: nothing that comes from data is ever read as HTML.

/**
 * Makes an element. Properties that begin with "on" are listeners, the rest are attributes;
 * false, null and undefined leave an attribute out. Strings among the children become text.
 *
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Node|string|number|null|false|undefined|Array<Node|string|null|false>)} children
 * @returns {any}
 */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === false || child === undefined) continue;
    made.append(child instanceof Node ? child : String(child));
  }
  return made;
}

/**
 * Text from data, kept apart from what stands around it whichever way it runs.
 *
 * @param {string} text
 * @param {string} [lang] of the text, where known
 */
export function words(text, lang) {
  return el("bdi", lang ? { lang } : {}, text);
}

/** Puts these children in the place of those that are there. */
export function fill(/** @type {Element} */ place, /** @type {Node[]} */ ...children) {
  place.replaceChildren(...children);
}
