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

/** @param state 'waiting': the page repeats the request by itself */
export function explain(what, state = '') {
  if (!(what instanceof Problem)) return t('problem.page');
  if (what.status === 429) return t('problem.429', what.wait);
  if (what.passing) return `${t(`problem.${cause(what)}`)} ${t(state === 'waiting' ? 'problem.waits' : 'problem.kept')}`;
  if (what.status >= 500) return t('problem.500');
  return ['exported', 'removed', 'quota', 'invite'].includes(what.code) ? t(`problem.${what.code}`) : t('problem.refused', what.message);
}

/** Returns why the server does not do its work now. */
function cause({ status, code }) {
  if (status > 0) return code === 'store' ? code : 'down';
  return code ?? 'unreachable';
}
