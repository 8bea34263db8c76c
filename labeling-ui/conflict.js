// The dialog that asks which of two drafts of a task to keep: another tab's, or this page's.

import { $ } from './dom.js';

/** Asks, with both in words; `takeThere` and `takeHere` are called with the decision. */
export function askWhich(there, here, { takeThere, takeHere }) {
  $('conflict-there').textContent = there;
  $('conflict-here').textContent = here;
  const choice = (act) => () => {
    $('conflict').close();
    act();
  };
  $('take-there').onclick = choice(takeThere);
  $('take-here').onclick = choice(takeHere);
  $('conflict').oncancel = (event) => event.preventDefault();
  if (!$('conflict').open) $('conflict').showModal();
}
