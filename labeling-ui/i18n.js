// The page's words. A language is one file in strings/; a string is a text, or a function of its values.

import de from './strings/de.js';
import en from './strings/en.js';

export const languages = { en: 'English', de: 'Deutsch' };
const strings = { en, de };
const KEPT = 'rlhf-language';

const wanted = [localStorage.getItem(KEPT), ...navigator.languages.map((tag) => tag.slice(0, 2)), 'en'];
export const language = wanted.find((tag) => tag in strings);

export function choose(tag) {
  localStorage.setItem(KEPT, tag);
  location.reload();
}

export function t(key, values) {
  const string = strings[language][key] ?? en[key];
  if (string === undefined) throw new Error(`no string '${key}'`);
  return typeof string === 'function' ? string(values) : string;
}

/** Returns a flag or role of the store in this language, or as it is written there. */
export function word(prefix, name) {
  const key = `${prefix}.${name}`;
  return key in en ? t(key) : name.replaceAll('_', ' ');
}

/** Puts the page's words in place: `data-t` is an element's text, `data-t-label` its label. */
export function translate(root) {
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll('[data-t-label]')) element.setAttribute('aria-label', t(element.dataset.tLabel));
  for (const element of root.querySelectorAll('[data-t-title]')) {
    element.title = t(element.dataset.tTitle);
    element.setAttribute('aria-label', t(element.dataset.tTitle));
  }
}

export const dateTime = (iso) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));

/** A day: `2026-01-31`, in words. */
export const date = (day) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day));

/** Active time: `45 s`, `12 min`, `2 h 5 min`. */
export function duration(seconds) {
  if (seconds < 60) return t('time.seconds', Math.round(seconds));
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? t('time.minutes', minutes) : t('time.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
