// Renders formulas, a subset of LaTeX, as MathML with Temml, which is loaded with the first formula. A formula that
// Temml cannot read, or that exceeds a limit, is shown as written.

import { el } from './dom.js';

const LONGEST = 5000;
/** Limits on sizes and macro expansions, against definitions that expand exponentially; no links, no images. */
const LIMITS = { maxExpand: 1000, maxSize: [20, 20], trust: false, throwOnError: true };

let library = null;

/**
 * Returns an element that shows the source, and the formula once it is rendered.
 *
 * @param display whether the formula is on lines of its own
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
    temml.render(tex, drawn, { ...LIMITS, displayMode: display });
    made.replaceChildren(...drawn.childNodes);
  } catch {
    // Not LaTeX, or LaTeX that Temml does not know.
  }
}
