// The quality of labels: who is paused and why, the lines below which labelers are paused, gold and agreement by day, and
// the pace of labelers.

import * as api from './api.js';
import { days } from './charts.js';
import { count, dateTime, el, number, percent, table, title } from './dom.js';
import { filterLabels } from './labels.js';

const MEASURES = { gold: 'of pairs of gold tasks as known', agreement: 'of pairs as ordered by the others' };

/** The labeler whose days are shown; '' for all. */
let shown = '';

export async function quality(page) {
  const paused = el('section', { class: 'panel', 'aria-labelledby': 'paused-title' });
  const show = (answer) => paused.replaceChildren(
    el('h3', { id: 'paused-title' }, 'Paused labelers'),
    answer.paused.length === 0 ? el('p', { class: 'hint' }, 'Nobody is paused.')
      : table('Labelers who are paused', ['Labeler', 'Pause', 'Measured', 'Line', 'Since'], answer.paused.map((one) => [
        one.labeler,
        el('button', {
          type: 'button',
          onclick: () => page.attempt(async () => {
            show(await api.lift(one.labeler));
            page.notice(`${one.labeler} can continue. Earlier rankings do not count towards the next pause.`);
          }),
        }, 'Lift', el('span', { class: 'unseen' }, ` the pause of ${one.labeler}`)),
        `${percent(one.share)} ${MEASURES[one.measure]}, on ${count(one.tasks, 'task')}`,
        percent(one.line), dateTime(one.at),
      ])));
  const answer = await api.quality(page.batch);
  show(answer);
  return [
    title('Quality'),
    paused,
    lines(answer.lines, page, show),
    await byDay(page, answer.pace.map((one) => one.labeler)),
    pace(answer.pace),
  ];
}

function lines(now, page, show) {
  const field = (name, label, value, attributes) => el('div', {},
    el('label', { for: `line-${name}` }, label),
    el('input', { id: `line-${name}`, name, type: 'number', min: 0, value, ...attributes }));
  const share = (value) => (value === null ? '' : Math.round(1000 * value) / 10);
  return el('section', { class: 'panel', 'aria-labelledby': 'lines-title' },
    el('h3', { id: 'lines-title' }, 'Pause automatically'),
    el('p', { class: 'hint' }, 'A labeler below a line is given no more tasks, is told why, and continues when you lift the pause. An empty line pauses nobody. '
      + 'The quiz gives every labeler gold tasks before their first other task, and ends with the check of gold.'),
    el('form', {
      class: 'settings',
      onsubmit: (event) => {
        event.preventDefault();
        const values = new FormData(event.target);
        const part = (name) => (values.get(name) === '' ? null : Number(values.get(name)) / 100);
        page.attempt(async () => {
          show(await api.setQuality({ gold: part('gold'), agreement: part('agreement'), after: Number(values.get('after')), quiz: Number(values.get('quiz')) }));
          page.notice('Saved.');
        });
      },
    },
    field('gold', 'Gold: at least, % of pairs', share(now.gold), { max: 100, step: 'any' }),
    field('agreement', 'Agreement: at least, % of pairs', share(now.agreement), { max: 100, step: 'any' }),
    field('after', 'Tasks before the first check', now.after, { min: 1, max: 50, required: true }),
    field('quiz', 'Gold tasks in the quiz (0: none)', now.quiz, { max: 50, required: true }),
    el('button', { type: 'submit', class: 'primary' }, 'Save')));
}

async function byDay(page, names) {
  const chart = el('div', { class: 'stack' });
  const read = async () => {
    const all = await api.days(page.batch, shown);
    chart.replaceChildren(...(all.length === 0 ? [el('p', { class: 'hint' }, 'No rankings yet.')] : [
      all.length > 1 && el('figure', { class: 'trend' },
        el('figcaption', { class: 'legend' }, el('span', { class: 'gold' }, 'Gold'), el('span', { class: 'agreement' }, 'Agreement')),
        days('Gold and agreement by day; the table has the numbers', all)),
      table('Gold and agreement by day', ['Day (UTC)', 'Rankings', 'Gold', 'Agreement'], all.toReversed().map((day) => [
        day.day, String(day.rankings),
        day.gold === null ? null : `${percent(day.gold)} on ${day.gold_tasks}`,
        day.agreement === null ? null : `${percent(day.agreement)} on ${day.agreement_tasks}`,
      ])),
    ]).filter(Boolean));
  };
  if (!names.includes(shown)) shown = '';
  const choice = el('select', {
    id: 'days-of',
    onchange: () => page.attempt(async () => {
      shown = choice.value;
      await read();
    }),
  }, el('option', { value: '' }, 'All labelers'), names.map((name) => el('option', { value: name, selected: name === shown }, name)));
  await read();
  return el('section', { class: 'panel stack', 'aria-labelledby': 'days-title' },
    el('div', { class: 'title-row' }, el('h3', { id: 'days-title' }, 'By day'),
      el('div', {}, el('label', { for: 'days-of', class: 'unseen' }, 'Labeler'), choice)),
    chart);
}

function pace(all) {
  const link = (labeler, pace, many) => (many === 0 ? '0'
    : el('a', { href: '#labels', onclick: () => filterLabels({ labeler, pace }) }, count(many, 'ranking'),
      el('span', { class: 'unseen' }, ` of ${labeler}, ${pace}`)));
  return el('section', { class: 'panel', 'aria-labelledby': 'pace-title' },
    el('h3', { id: 'pace-title' }, 'Pace'),
    el('p', { class: 'hint' }, 'Active time per ranking compared with the median of the batch.'),
    all.length === 0 ? null : table('Pace of labelers', ['Labeler', 'Rankings', 'Median, times the batch’s', 'Under ¼', 'Over 4 ×'], all.map((one) => [
      one.labeler, String(one.rankings), el('span', { class: one.relative < 0.25 || one.relative > 4 ? 'odd' : '' }, `${number(one.relative)} ×`),
      link(one.labeler, 'fast', one.fast), link(one.labeler, 'slow', one.slow),
    ])));
}
