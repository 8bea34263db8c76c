// Formulas: a subset of LaTeX to MathML, by Temml, which is loaded with the first formula. What it cannot read, and a formula
// beyond the limits, stays as it is written.

import { el } from './dom.js';

const LONGEST = 5000;
/** Macros that a formula may expand: a definition that doubles itself ends here. */
const MOST_EXPANSIONS = 1000;

let library = null;

/**
 * A formula; its source, with delimiters, until it is drawn.
 *
 * @param display on lines of its own
 */
export function formula(tex, source, display) {
  const made = el('span', { class: display ? 'math display' : 'math', title: source }, source);
  if (tex.length <= LONGEST) draw(made, tex, display);
  return made;
}

async function draw(made, tex, display) {
  try {
    library ??= import('./vendor/temml.mjs');
    const { default: temml } = await library;
    const drawn = document.createElement('span');
    temml.render(tex, drawn, { displayMode: display, throwOnError: true, trust: false, maxExpand: MOST_EXPANSIONS, maxSize: [20, 20] });
    made.replaceChildren(...drawn.childNodes);
  } catch {
    // Not LaTeX, or more of it than Temml knows.
  }
}
