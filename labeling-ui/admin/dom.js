// Creates elements. Text becomes text nodes only, never markup.

import { RTL_LETTERS } from '../i18n.js';

const SVG = 'http://www.w3.org/2000/svg';

/**
 * `el('button', { class: 'quiet', onclick: f }, 'text', child)`; attributes and children that are null or false are
 * left out.
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Like `el`, for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const $ = (id) => document.getElementById(id);

/** Creates the page's heading, which takes the focus when the page changes. */
export const title = (words) => el('h2', { tabindex: -1, id: 'title' }, words);

/** Returns the direction of a text's first letter; null for numbers, and for elements, which decide for themselves. */
function own(cell) {
  const first = typeof cell === 'string' ? /\p{L}/u.exec(cell) : null;
  return first && (RTL_LETTERS.test(first[0]) ? 'rtl' : 'ltr');
}

/** Creates a table that scrolls sideways if it is too wide. `rows` are lists of texts, elements or null. */
export function table(caption, heads, rows) {
  const cells = (row) => row.map((cell, index) => el(index === 0 ? 'th' : 'td', { scope: index === 0 ? 'row' : null, dir: own(cell) }, cell ?? '–'));
  return el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    el('table', { class: 'figures' },
      el('caption', { class: 'unseen' }, caption),
      el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', {}, rows.map((row) => el('tr', {}, cells(row))))));
}
