// The two messages above the task: a notice, and a problem with a button to try again.

import { Problem } from './api.js';
import { $ } from './dom.js';
import { t } from './i18n.js';

export function notice(words) {
  $('notice').textContent = words ?? '';
  $('notice').hidden = !words;
}

/** @param again action of the button "Try again"; null: no button */
export function problem(what, state = '', again = null) {
  $('problem-text').textContent = what ? explain(what, state) : '';
  $('problem').hidden = !what;
  $('retry').hidden = again === null;
  $('retry').onclick = again;
}

export function explain(what, state = '') {
  if (!(what instanceof Problem)) return t('problem.page');
  if (what.status === 0) return t(state === 'waiting' ? 'problem.waiting' : 'problem.0');
  if (what.status === 429) return t('problem.429', what.wait);
  if (what.status >= 500) return t(state === 'waiting' ? 'problem.waiting' : 'problem.500');
  return ['exported', 'removed', 'quota', 'invite'].includes(what.code) ? t(`problem.${what.code}`) : what.message;
}
