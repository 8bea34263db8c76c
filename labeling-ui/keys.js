// The keys of the page's actions on any keyboard layout, and the list in which a labeler can change them.

import { $, el } from './dom.js';
import { direction, t, whole } from './i18n.js';

/** The actions whose keys can be changed, with default key and description. */
const ACTIONS = {
  tie: ['=', 'keys.tie'], undo: ['u', 'undo'], redo: ['r', 'redo'], flags: ['f', 'keys.flags'], skip: ['s', 'keys.skip'],
  cannot: ['x', 'keys.cannot'], comment: ['c', 'keys.comment'], better: ['w', 'keys.better'], prompt: ['q', 'keys.prompt'], differences: ['d', 'view.differences'],
  all: ['a', 'view.all'], sorted: ['o', 'view.sorted'], plain: ['p', 'view.plain'], stacked: ['v', 'view.stacked'],
  back: ['b', 'keys.back'], guidelines: ['g', 'keys.guidelines'], history: ['h', 'keys.history'], help: ['?', 'keys.show'],
};
const FIXED = [
  ['keys.place', whole(1), '–', whole(9)], ['keys.cards', ...(direction === 'rtl' ? '→←' : '←→')], ['keys.move', '↑', '↓'],
  ['keys.off', whole(0)], ['keys.scale', whole(1), '–', whole(7)], ['keys.verdict', whole(1), '–', whole(3)],
  ['keys.score', `⇧ ${whole(1)}`, '–', `⇧ ${whole(7)}`], ['keys.submit', 'Enter'],
];
const SWITCH = 'rlhf-keys';
const CHANGES = 'rlhf-key-map';

let changes = read();

/** Whether single characters trigger actions; labelers who dictate or have unsteady hands can switch this off. */
export const charactersAct = () => localStorage.getItem(SWITCH) !== 'off';

/**
 * Returns the character of a key in lower case, or null. A key that types no Latin letter or digit (Cyrillic, Arabic
 * digits, the upper row of AZERTY) counts as the key at that place of a US keyboard.
 */
export function character(event) {
  const { key, code, shiftKey } = event;
  if (/^[a-z0-9=?]$/i.test(key)) return key.toLowerCase();
  const decimal = /^[\u0660-\u0669\u06F0-\u06F9]$/.test(key) ? key.charCodeAt(0) & 15 : null;
  if (decimal !== null) return String(decimal);
  if (event.isComposing || ([...key].length !== 1 && key !== 'Process')) return null;
  const place = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(code);
  if (place?.[1]) return place[1].toLowerCase();
  if (place?.[2] && !shiftKey) return place[2];
  if (code === 'Slash' && shiftKey) return '?';
  return key.trim() === '' ? null : key.toLowerCase();
}

/** Returns the digit of a key in the upper row that is pressed with Shift, or null. */
export function shiftedDigit(event) {
  return event.shiftKey ? Number(/^Digit(\d)$/.exec(event.code)?.[1] ?? NaN) || null : null;
}

/** Returns the action of a character, or null. */
export function actionOf(typed) {
  return Object.keys(ACTIONS).find((action) => keyOf(action) === typed) ?? null;
}

const keyOf = (action) => changes[action] ?? ACTIONS[action][0];

/** Gives an action another key; the action that had this key gets the old one. */
function assign(action, key) {
  const before = keyOf(action);
  const other = actionOf(key);
  changes = { ...changes, [action]: key, ...(other === null || other === action ? {} : { [other]: before }) };
  localStorage.setItem(CHANGES, JSON.stringify(changes));
}

/** Fills the list of keys and lets the labeler change them. */
export function showKeys() {
  $('keys-on').checked = charactersAct();
  $('keys-on').addEventListener('change', (event) => localStorage.setItem(SWITCH, event.target.checked ? 'on' : 'off'));
  $('keys-reset').addEventListener('click', () => {
    changes = {};
    localStorage.removeItem(CHANGES);
    draw();
  });
  draw();
}

function draw() {
  $('keys-list').replaceChildren(
    ...FIXED.map(([words, ...keys]) => row(words, keys.map((key) => (key === '–' ? '–' : el('kbd', {}, key))))),
    ...Object.entries(ACTIONS).map(([action, [, words]]) => row(words, [changeable(action, words)])));
  $('keys-reset').hidden = Object.keys(changes).length === 0;
}

const row = (words, keys) => el('div', {}, el('dt', {}, ...keys), el('dd', {}, t(words)));

function changeable(action, words) {
  const shown = keyOf(action).toUpperCase();
  const label = `${shown} – ${t(words)}: ${t('keys.change')}`;
  const button = el('button', { type: 'button', class: 'key', 'data-action': action, 'aria-label': label }, shown);
  button.addEventListener('click', () => {
    button.textContent = '…';
    button.addEventListener('blur', draw, { once: true });
    button.addEventListener('keydown', (event) => {
      const typed = character(event);
      const taken = typed !== null && !/^\d$/.test(typed) && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!taken && event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      button.removeEventListener('blur', draw);
      if (taken) assign(action, typed);
      draw();
      $('keys-list').querySelector(`[data-action="${action}"]`).focus();
    });
  });
  return button;
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(CHANGES)) ?? {};
    return Object.fromEntries(Object.entries(kept).filter(([action, key]) => action in ACTIONS && typeof key === 'string'));
  } catch {
    return {};
  }
}
