// The progress and settings of each batch, and the agreement of labelers.

import * as api from './api.js';
import { bar, interval } from './charts.js';
import { count, duration, el, number, percent, table, title } from './dom.js';

const MEASURES = [
  ['pairwise', 'Pairwise, ties as written', 'pairs of answers that two labelers order the same way'],
  ['ties_half', 'Pairwise, ties half', 'the same; a tie against an order counts half'],
  ['ties_left_out', 'Pairwise, ties left out', 'the same; pairs in which somebody saw a tie do not count'],
  ['alpha', 'Krippendorff’s alpha', 'ordinal; 1 is perfect, 0 is chance'],
  ['tau_b', 'Kendall’s tau-b', 'mean over pairs of labelers; 1 the same order, -1 the opposite'],
  ['w', 'Kendall’s W', 'mean over tasks; 1 is perfect'],
  ['kappa', 'Fleiss’ kappa', 'agreement on which answer of a pair is better, corrected for chance; 1 is perfect, 0 is chance'],
];

export async function overview(page) {
  const shown = page.batches.filter((batch) => !page.batch || batch.name === page.batch);
  const list = el('div', { class: 'stack' }, shown.map((batch) => card(batch, page)));
  const agreement = el('section', { class: 'panel', 'aria-labelledby': 'agreement-title' });
  const read = () => page.attempt(async () => {
    const heading = el('h3', { id: 'agreement-title' }, 'Agreement');
    agreement.replaceChildren(heading, el('p', { class: 'hint' }, 'Computing …'));
    try {
      agreement.replaceChildren(...agreed(await api.agreement(page.batch)));
    } catch (error) {
      agreement.replaceChildren(heading, el('button', { type: 'button', onclick: read }, 'Compute the agreement'));
      throw error;
    }
  });
  if (shown.length > 0) read();
  return [
    title('Overview'),
    shown.length === 0
      ? el('p', { class: 'panel' }, 'There are no tasks yet. ', el('a', { href: '#files' }, 'Import a file'), ', then ', el('a', { href: '#people' }, 'invite labelers'), '.')
      : list,
    shown.length > 0 && agreement,
  ];
}

function card(batch, page) {
  const share = batch.places === 0 ? 0 : batch.taken / batch.places;
  const id = `batch-${page.batches.indexOf(batch)}`;
  const change = (settings) => page.attempt(async () => {
    page.batches = await api.change({ name: batch.name, ...settings });
    await page.again();
    page.notice(`${batch.name} is changed.`);
  });
  return el('section', { class: 'panel batch', 'aria-labelledby': id },
    el('div', { class: 'title-row' },
      el('h3', { id }, batch.name, batch.paused && el('span', { class: 'badge' }, 'paused')),
      el('button', { type: 'button', onclick: () => change({ paused: !batch.paused }) }, batch.paused ? 'Resume' : 'Pause', el('span', { class: 'unseen' }, ` ${batch.name}`))),
    bar(`${percent(share)} of ${batch.name} is ranked`, share),
    el('p', {}, el('strong', {}, percent(share)), ` · ${batch.taken} of ${count(batch.places, 'ranking')} · ${count(batch.tasks, 'task')} × ${count(batch.overlap, 'labeler')}`),
    el('p', { class: 'hint' }, `${count(batch.claims, 'task')} being ranked now · ${count(batch.skips, 'skip')} · ${count(batch.gold_tasks, 'gold task')}`),
    el('details', {}, el('summary', {}, 'Settings'), settings(batch, id, change)));
}

function settings(batch, id, change) {
  const field = (name, label, attributes) => el('div', {},
    el('label', { for: `${id}-${name}` }, label),
    el('input', { id: `${id}-${name}`, name, required: true, ...attributes }));
  return el('form', {
    class: 'settings',
    onsubmit: (event) => {
      event.preventDefault();
      const values = new FormData(event.target);
      change({
        priority: Number(values.get('priority')),
        overlap: Number(values.get('overlap')),
        top_k: Number(values.get('top_k')),
        gold_rate: Number(values.get('gold_rate')) / 100,
        skip_limit: Number(values.get('skip_limit')),
        max_overlap: Number(values.get('max_overlap')),
        strength: values.has('strength'),
        scores: values.has('scores'),
      });
    },
  },
  field('priority', 'Priority (higher comes first)', { type: 'number', value: batch.priority, step: 1 }),
  field('overlap', 'Labelers per task', { type: 'number', value: batch.overlap, min: 1, max: 1000 }),
  field('max_overlap', 'Where they disagree, up to (0: no more)', { type: 'number', value: batch.max_overlap ?? 0, min: 0, max: 1000 }),
  field('skip_limit', 'Skips that close a task (0: never)', { type: 'number', value: batch.skip_limit ?? 0, min: 0, max: 1000 }),
  field('top_k', 'Rank only the best (0: all)', { type: 'number', value: batch.top_k ?? 0, min: 0, max: 8 }),
  field('gold_rate', 'Gold tasks, % of what is given', { type: 'number', value: Math.round(1000 * batch.gold_rate) / 10, min: 0, max: 50, step: 'any' }),
  el('label', { class: 'tick' }, el('input', { type: 'checkbox', name: 'strength', checked: batch.strength }), ' Scale for two answers'),
  el('label', { class: 'tick' }, el('input', { type: 'checkbox', name: 'scores', checked: batch.scores }), ' Scores of 1 to 7'),
  el('button', { type: 'submit', class: 'primary' }, 'Save', el('span', { class: 'unseen' }, ` settings of ${batch.name}`)));
}

function agreed(report) {
  const heading = el('h3', { id: 'agreement-title' }, 'Agreement');
  if (report.tasks === 0) return [heading, el('p', {}, 'No task was ranked by two labelers yet.')];
  const age = report.age_seconds < 1 ? 'now' : `${duration(report.age_seconds)} ago`;
  const from = MEASURES.some(([key]) => (report[key].low ?? report[key].value ?? 0) < 0) ? -1 : 0;
  return [
    heading,
    el('p', { class: 'hint' }, `On ${count(report.tasks, 'task')} that two or more labelers ranked, gold tasks left out; `
      + `bars are 95 % bootstrap intervals over tasks. Computed ${age}.`),
    table('Measures of agreement', ['Measure', `${from} to 1`, 'Value', '95 %', 'Means'], MEASURES.map(([key, name, meaning]) => {
      const { value, low, high } = report[key];
      const range = low === null ? null : `${number(low)} to ${number(high)}`;
      return [name, interval(`${name}: ${number(value) ?? 'none'}, ${range ?? 'no interval'}`, report[key], from), number(value), el('span', { class: 'together' }, range ?? '–'), meaning];
    })),
  ];
}
