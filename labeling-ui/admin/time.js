// The active time by labeler and day, for paying by the hour.

import * as api from './api.js';
import { duration, el, table, title } from './dom.js';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** The chosen days; kept while the page is open. */
const range = { since: `${month(0)}-01`, until: `${month(1)}-01` };

export async function time(page) {
  const shown = el('div', { class: 'stack' });
  const show = async () => shown.replaceChildren(...tables(await api.time({ ...range, zone })));
  const form = el('form', {
    class: 'fields',
    onsubmit: (event) => {
      event.preventDefault();
      const values = new FormData(form);
      range.since = values.get('since');
      range.until = values.get('until');
      page.attempt(show);
    },
  },
  day('since', 'First day'), day('until', 'Before this day'),
  el('button', { type: 'submit', class: 'primary' }, 'Show'),
  el('button', {
    type: 'button',
    onclick: () => page.attempt(async () => {
      const file = await api.timeFile({ ...range, zone });
      const address = URL.createObjectURL(file);
      el('a', { href: address, download: `time-${range.since || 'all'}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      page.notice('The file is made.');
    }),
  }, 'Download as CSV'));
  await show();
  return [
    title('Time'),
    el('section', { class: 'panel' },
      el('p', { class: 'hint' }, `Days begin at midnight in ${zone}. Active time is counted while the page is visible and in use: it stops a minute after the last `
        + 'movement, key or touch. It belongs to the day on which the label was submitted; skips and edits count, and no more than has passed on the server’s clock.'),
      form),
    shown,
  ];
}

function day(name, label) {
  return el('div', {}, el('label', { for: name }, label), el('input', { id: name, name, type: 'date', value: range[name] }));
}

function tables(days) {
  if (days.length === 0) return [el('p', { class: 'panel' }, 'Nobody worked on these days.')];
  const labelers = Map.groupBy(days, (one) => one.labeler);
  const sum = (list, key) => list.reduce((total, one) => total + one[key], 0);
  return [
    el('section', { class: 'panel', 'aria-labelledby': 'sums-title' }, el('h3', { id: 'sums-title' }, 'By labeler'),
      table('Active time by labeler', ['Labeler', 'Days', 'Rankings', 'Active time', 'Hours'], [...labelers].map(([name, list]) => row(
        name, String(list.length), sum(list, 'rankings'), sum(list, 'seconds'))))),
    el('section', { class: 'panel', 'aria-labelledby': 'days-title' }, el('h3', { id: 'days-title' }, 'By labeler and day'),
      table('Active time by labeler and day', ['Labeler', 'Day', 'Rankings', 'Active time', 'Hours'],
        days.map((one) => row(one.labeler, one.day, one.rankings, one.seconds)))),
  ];
}

const row = (name, second, rankings, seconds) => [name, second, String(rankings), duration(seconds), (seconds / 3600).toFixed(2)];

function month(later) {
  const now = new Date();
  const first = new Date(now.getFullYear(), now.getMonth() + later, 1);
  return `${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, '0')}`;
}
