// The dialog that asks which of two drafts of a task to keep: another tab's, or this page's.

import { $ } from './dom.js';
import { letter } from './i18n.js';
import * as places from './places.js';

/** Places as words: `B › C = D › A`. */
export const inWords = (at) => places.inWords(at, letter) || '–';

/** Asks; `takeThere` and `takeHere` are called with the decision. */
export function askWhich(there, here, { takeThere, takeHere }) {
  $('conflict-there').textContent = inWords(there);
  $('conflict-here').textContent = inWords(here);
  const choice = (act) => () => {
    $('conflict').close();
    act();
  };
  $('take-there').onclick = choice(takeThere);
  $('take-here').onclick = choice(takeHere);
  $('conflict').oncancel = (event) => event.preventDefault();
  if (!$('conflict').open) $('conflict').showModal();
}
