// Which keys there are, as the page shows them.

import { el } from './dom.js';
import { t } from './i18n.js';

const KEYS = [
  ['keys.place', '1', '–', '9'], ['keys.cards', '←', '→'], ['keys.move', '↑', '↓'], ['keys.tie', '='], ['keys.off', '0'],
  ['keys.scale', '1', '–', '7'], ['keys.submit', 'Enter'], ['undo', 'U'], ['redo', 'R'], ['keys.flags', 'F'], ['keys.skip', 'S'],
  ['keys.cannot', 'X'], ['keys.comment', 'C'], ['view.differences', 'D'], ['view.all', 'A'], ['view.sorted', 'O'],
  ['view.plain', 'P'], ['view.stacked', 'V'], ['keys.back', 'B'], ['keys.guidelines', 'G'], ['keys.history', 'H'], ['keys.show', '?'],
];

export function showKeys(list) {
  list.replaceChildren(...KEYS.map(([what, ...keys]) => el('div', {},
    el('dt', {}, ...keys.map((key) => (key === '–' ? '–' : el('kbd', {}, key)))), el('dd', {}, t(what)))));
}

const KEPT = 'rlhf-keys';

/** Whether single characters act; who dictates or has no steady hand can switch that off. */
export const charactersAct = () => localStorage.getItem(KEPT) !== 'off';
export const letCharactersAct = (on) => localStorage.setItem(KEPT, on ? 'on' : 'off');
