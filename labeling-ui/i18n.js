// The page's words. A language is a file in strings/ and one in admin/strings/; a string is a text, or a function of
// its values.

import { localeOf, numeral, words } from './strings/words.js';

export const languages = { en: 'English', de: 'Deutsch', ar: 'العربية' };
const KEPT = 'rlhf-language';
export const RTL_LETTERS = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
const LTR_LETTERS = /[A-Za-z\u00C0-\u058F]/;

const wanted = [localStorage.getItem(KEPT), ...navigator.languages.map((tag) => tag.split('-')[0]), 'en'];
export const language = wanted.find((tag) => tag in languages);
const locale = localeOf(language);
const strings = { ...(await import(`./strings/${language}.js`)).default };

/** The writing direction of the language: `ltr` or `rtl`. */
export const direction = strings.direction;
const foreign = direction === 'rtl' ? LTR_LETTERS : RTL_LETTERS;

/** Adds the strings of other pages. */
export const extend = (more) => Object.assign(strings, more);

export function choose(tag) {
  localStorage.setItem(KEPT, tag);
  location.reload();
}

/** Returns a string with its values; a value written in the other direction does not change the order around it. */
export function t(key, values) {
  const string = strings[key];
  if (string === undefined) throw new Error(`no string '${key}'`);
  return typeof string === 'function' ? string(isolated(values)) : string;
}

function isolated(values) {
  if (typeof values === 'string') return foreign.test(values) ? `\u2068${values}\u2069` : values;
  if (values === null || typeof values !== 'object' || Array.isArray(values)) return values;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isolated(value)]));
}

/** Returns a flag, role or action of the store in this language, or as it is written there. */
export function word(prefix, name) {
  const key = `${prefix}.${name}`;
  return key in strings ? t(key) : name.replaceAll('_', ' ');
}

/** Returns the name of an answer: A, B, … in the order shown. */
export const letter = (index) => strings.letters[index];

/** Puts the page's words in place: `data-t` is an element's text, `data-t-label` its label. */
export function translate(root) {
  document.documentElement.lang = language;
  document.documentElement.dir = direction;
  for (const element of root.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll('[data-t-label]')) element.setAttribute('aria-label', t(element.dataset.tLabel));
  for (const element of root.querySelectorAll('[data-t-title]')) {
    element.title = t(element.dataset.tTitle);
    element.setAttribute('aria-label', t(element.dataset.tTitle));
  }
}

/** Fills the choice of the language. */
export function offerLanguages(select) {
  for (const [tag, name] of Object.entries(languages)) {
    const option = new Option(name, tag, tag === language, tag === language);
    option.lang = tag;
    select.append(option);
  }
  select.addEventListener('change', () => choose(select.value));
}

/** The step of a left or right arrow key in reading direction: 1 forwards, -1 backwards, 0 for other keys. */
export function arrowStep(key) {
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return 0;
  return (key === 'ArrowRight') === (direction === 'ltr') ? 1 : -1;
}

// --- numbers and times; null stays null ---

const inOrder = numeral(language);
const unlessNull = (format) => (value) => (value === null ? null : format(value));
const decimals = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
const shares = new Intl.NumberFormat(locale, { style: 'percent' });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });

const items = new Intl.ListFormat(language, { type: 'unit', style: 'short' });

/** Texts with commas between them. */
export const joined = (texts) => items.format(texts);

/** A whole number, with separators of thousands. */
export const { number: whole } = words(language);

/** A number with a fixed number of decimals, at most three. */
export const decimal = (value, digits = 2) => (value === null ? null : inOrder(decimals[digits].format(value)));

/** A share as a whole percentage. */
export const percent = unlessNull((share) => inOrder(shares.format(share)));
export const dateTime = unlessNull((iso) => moments.format(new Date(iso)));

/** A day: `2026-01-31`, in words. */
export const date = unlessNull((day) => dates.format(new Date(day)));

/** Active time: `45 s`, `12 min`, `2 h 5 min`. */
export const duration = unlessNull((seconds) => {
  if (seconds < 60) return t('time.seconds', Math.round(seconds));
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? t('time.minutes', minutes) : t('time.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
});
