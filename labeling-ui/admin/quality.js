// The quality of labels: who is paused and why, the lines below which labelers are paused, gold and agreement by day, and
// the pace of labelers.

import * as api from './api.js';
import { days } from './charts.js';
import { el, table, title } from './dom.js';
import { date, dateTime, decimal, percent, t, whole } from './i18n.js';
import { filterLabels } from './labels.js';

/** The labeler whose days are shown; '' for all. */
let shown = '';

export async function quality(page) {
  const paused = el('section', { class: 'panel', 'aria-labelledby': 'paused-title' });
  const show = (answer) => paused.replaceChildren(
    el('h3', { id: 'paused-title' }, t('quality.paused')),
    answer.paused.length === 0 ? el('p', { class: 'hint' }, t('quality.nobody'))
      : table(t('quality.table'), [t('labeler'), t('quality.pause'), t('quality.measured'), t('quality.line'), t('quality.since')], answer.paused.map((one) => [
        one.labeler,
        el('button', {
          type: 'button',
          onclick: () => page.attempt(async () => {
            show(await api.lift(one.labeler));
            page.notice(t('quality.lifted', one.labeler));
          }),
        }, t('quality.lift'), el('span', { class: 'unseen' }, t('quality.lift.of', one.labeler))),
        t(`quality.${one.measure}`, { share: percent(one.share), tasks: one.tasks }),
        percent(one.line), el('span', { class: 'together' }, dateTime(one.at)),
      ])));
  const answer = await api.quality(page.batch);
  show(answer);
  return [
    title(t('quality')),
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
    el('h3', { id: 'lines-title' }, t('lines')),
    el('p', { class: 'hint' }, t('lines.what')),
    el('form', {
      class: 'settings',
      onsubmit: (event) => {
        event.preventDefault();
        const values = new FormData(event.target);
        const part = (name) => (values.get(name) === '' ? null : Number(values.get(name)) / 100);
        page.attempt(async () => {
          show(await api.setQuality({ gold: part('gold'), agreement: part('agreement'), after: Number(values.get('after')), quiz: Number(values.get('quiz')) }));
          page.notice(t('lines.saved'));
        });
      },
    },
    field('gold', t('lines.gold'), share(now.gold), { max: 100, step: 'any' }),
    field('agreement', t('lines.agreement'), share(now.agreement), { max: 100, step: 'any' }),
    field('after', t('lines.after'), now.after, { min: 1, max: 50, required: true }),
    field('quiz', t('lines.quiz'), now.quiz, { max: 50, required: true }),
    el('button', { type: 'submit', class: 'primary' }, t('save'))));
}

async function byDay(page, names) {
  const chart = el('div', { class: 'stack' });
  const read = async () => {
    const all = await api.days(page.batch, shown);
    chart.replaceChildren(...(all.length === 0 ? [el('p', { class: 'hint' }, t('days.none'))] : [
      all.length > 1 && el('figure', { class: 'trend' },
        el('figcaption', { class: 'legend' }, el('span', { class: 'gold' }, t('days.gold')), el('span', { class: 'agreement' }, t('agreement'))),
        days(t('days.chart'), all)),
      table(t('days.table'), [t('days.day'), t('rankings'), t('days.gold'), t('agreement')], all.toReversed().map((day) => [
        date(day.day), whole(day.rankings),
        day.gold === null ? null : t('share.on', { share: percent(day.gold), tasks: day.gold_tasks }),
        day.agreement === null ? null : t('share.on', { share: percent(day.agreement), tasks: day.agreement_tasks }),
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
  }, el('option', { value: '' }, t('labelers.all')), names.map((name) => el('option', { value: name, selected: name === shown }, name)));
  await read();
  return el('section', { class: 'panel stack', 'aria-labelledby': 'days-title' },
    el('div', { class: 'title-row' }, el('h3', { id: 'days-title' }, t('days')),
      el('div', {}, el('label', { for: 'days-of', class: 'unseen' }, t('labeler')), choice)),
    chart);
}

function pace(all) {
  const link = (labeler, pace, many) => (many === 0 ? whole(0)
    : el('a', { href: '#labels', onclick: () => filterLabels({ labeler, pace }) }, t('n.rankings', many),
      el('span', { class: 'unseen' }, t(`pace.${pace}.of`, labeler))));
  return el('section', { class: 'panel', 'aria-labelledby': 'pace-title' },
    el('h3', { id: 'pace-title' }, t('pace')),
    el('p', { class: 'hint' }, t('pace.what')),
    all.length === 0 ? null : table(t('pace.table'), [t('labeler'), t('rankings'), t('pace.relative'), t('pace.fast'), t('pace.slow')], all.map((one) => [
      one.labeler, whole(one.rankings), el('span', { class: one.relative < 0.25 || one.relative > 4 ? 'odd' : '' }, t('pace.times', decimal(one.relative))),
      link(one.labeler, 'fast', one.fast), link(one.labeler, 'slow', one.slow),
    ])));
}
