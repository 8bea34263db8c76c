// The active time by labeler and day, for paying by the hour.

import * as api from './api.js';
import { el, table, title } from './dom.js';
import { date, decimal, duration, t, whole } from './i18n.js';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** The chosen days; kept while the page is open. */
const range = { since: `${month(0)}-01`, until: `${month(1)}-01` };

export async function time(page) {
  const shown = el('div', { class: 'stack' });
  const show = async () => shown.replaceChildren(...tables(await api.time({ ...range, zone })));
  const form = el('form', {
    class: 'row',
    onsubmit: (event) => {
      event.preventDefault();
      const values = new FormData(form);
      range.since = values.get('since');
      range.until = values.get('until');
      page.attempt(show);
    },
  },
  day('since', t('time.since')), day('until', t('time.until')),
  el('button', { type: 'submit', class: 'primary' }, t('time.show')),
  el('button', {
    type: 'button',
    onclick: () => page.attempt(async () => {
      const file = await api.timeFile({ ...range, zone });
      const address = URL.createObjectURL(file);
      el('a', { href: address, download: `time-${range.since || 'all'}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      page.notice(t('time.made'));
    }),
  }, t('time.download')));
  await show();
  return [
    title(t('time')),
    el('section', { class: 'panel' },
      el('p', { class: 'hint' }, t('time.how', zone)),
      form),
    shown,
  ];
}

function day(name, label) {
  return el('div', {}, el('label', { for: name }, label), el('input', { id: name, name, type: 'date', value: range[name] }));
}

function tables(days) {
  if (days.length === 0) return [el('p', { class: 'panel' }, t('time.nobody'))];
  const labelers = Map.groupBy(days, (one) => one.labeler);
  const sum = (list, key) => list.reduce((total, one) => total + one[key], 0);
  return [
    el('section', { class: 'panel', 'aria-labelledby': 'sums-title' }, el('h3', { id: 'sums-title' }, t('time.by-labeler')),
      table(t('time.by-labeler.table'), [t('labeler'), t('time.days'), t('rankings'), t('time.active'), t('time.hours-decimal')], [...labelers].map(([name, list]) => row(
        name, whole(list.length), sum(list, 'rankings'), sum(list, 'seconds'))))),
    el('section', { class: 'panel', 'aria-labelledby': 'days-title' }, el('h3', { id: 'days-title' }, t('time.by-day')),
      table(t('time.by-day.table'), [t('labeler'), t('time.day'), t('rankings'), t('time.active'), t('time.hours-decimal')],
        days.map((one) => row(one.labeler, date(one.day), one.rankings, one.seconds)))),
  ];
}

const row = (name, second, rankings, seconds) => [name, second, whole(rankings), duration(seconds), decimal(seconds / 3600)];

function month(later) {
  const now = new Date();
  const first = new Date(now.getFullYear(), now.getMonth() + later, 1);
  return `${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, '0')}`;
}
