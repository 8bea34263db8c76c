// Creates elements. Text becomes text nodes only, never markup.

/**
 * Creates an element: `el('button', { class: 'quiet', type: 'button', onclick: f }, 'text', child)`. Attributes that
 * are null or false are left out.
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const $ = (id) => document.getElementById(id);

/** Announces something to screen readers; the same words twice are read twice. */
export function announce(words) {
  const region = $('announce');
  region.textContent = region.textContent === words ? `${words}\u00a0` : words;
}
