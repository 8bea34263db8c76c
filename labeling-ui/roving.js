// A group of controls as one tab stop: Tab enters and leaves it, the left and right arrow keys move inside.

import { arrowStep } from './i18n.js';

/**
 * Makes a group one tab stop.
 *
 * @param selector selects the descendants that the arrow keys move between
 * @returns a function to call after controls were added or hidden
 */
export function rove(group, selector) {
  const all = () => [...group.querySelectorAll(selector)];
  const shown = () => all().filter((item) => item.checkVisibility() && !item.disabled);
  let current = null;
  const stop = (item) => {
    current = item;
    for (const other of all()) other.tabIndex = other === item ? 0 : -1;
  };
  const refresh = () => stop(current !== null && all().includes(current) && current.checkVisibility() ? current : all()[0]);
  group.addEventListener('focusin', (event) => {
    const item = event.target.closest(selector);
    if (item !== null) stop(item);
  });
  group.addEventListener('keydown', (event) => {
    const items = shown();
    const at = items.indexOf(event.target);
    const step = arrowStep(event.key);
    const to = step !== 0 ? at + step : { Home: 0, End: items.length - 1 }[event.key];
    if (at < 0 || to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    items[Math.min(Math.max(to, 0), items.length - 1)].focus();
  });
  refresh();
  return refresh;
}
