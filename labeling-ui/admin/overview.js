// The progress and settings of each batch, and the agreement of labelers.

import * as api from './api.js';
import { tagsIn } from './assignment.js';
import { bar, interval } from './charts.js';
import { el, table, title } from './dom.js';
import { decimal, duration, joined, percent, t } from './i18n.js';

const MEASURES = ['pairwise', 'ties_half', 'ties_left_out', 'alpha', 'tau_b', 'w', 'kappa'];

export async function overview(page) {
  const shown = page.batches.filter((batch) => !page.batch || batch.name === page.batch);
  const list = el('div', { class: 'stack' }, shown.map((batch) => card(batch, page)));
  const agreement = el('section', { class: 'panel', 'aria-labelledby': 'agreement-title' });
  const read = () => page.attempt(async () => {
    const heading = el('h3', { id: 'agreement-title' }, t('agreement'));
    agreement.replaceChildren(heading, el('p', { class: 'hint' }, t('agreement.computing')));
    try {
      agreement.replaceChildren(...agreed(await api.agreement(page.batch)));
    } catch (error) {
      agreement.replaceChildren(heading, el('button', { type: 'button', onclick: read }, t('agreement.compute')));
      throw error;
    }
  });
  if (shown.length > 0) read();
  const judged = shown.some((batch) => batch.judging) && el('section', { class: 'panel', 'aria-labelledby': 'verdicts-title' },
    el('h3', { id: 'verdicts-title' }, t('verdicts')), el('p', {}, t('verdicts.counts', verdicts(await api.verdicts(page.batch)))));
  return [
    title(t('overview')),
    shown.length === 0
      ? el('p', { class: 'panel' }, t('overview.empty'), ' ', el('a', { href: '#files' }, t('overview.import')), ' · ', el('a', { href: '#people' }, t('overview.invite')))
      : list,
    judged,
    shown.length > 0 && agreement,
  ];
}

/** Returns the counts of verdicts with their agreement in words. */
const verdicts = (counts) => ({ ...counts, agreement: counts.agreement === null ? '–' : percent(counts.agreement) });

function card(batch, page) {
  const share = batch.places === 0 ? 0 : batch.taken / batch.places;
  const id = `batch-${page.batches.indexOf(batch)}`;
  const change = (settings) => page.attempt(async () => {
    page.batches = await api.change({ name: batch.name, ...settings });
    await page.again();
    page.notice(t('batch.changed', batch.name));
  });
  return el('section', { class: 'panel batch', 'aria-labelledby': id },
    el('div', { class: 'title-row' },
      el('h3', { id }, batch.name, batch.paused && el('span', { class: 'badge' }, t('batch.paused')), batch.judging && el('span', { class: 'badge' }, t('batch.judging'))),
      el('button', { type: 'button', onclick: () => change({ paused: !batch.paused }) }, t(batch.paused ? 'batch.resume' : 'batch.pause'), el('span', { class: 'unseen' }, ` ${batch.name}`))),
    bar(t('batch.done', { share: percent(share), batch: batch.name }), share),
    el('p', {}, el('strong', {}, percent(share)), ` · ${t('batch.taken', batch)}`),
    el('p', { class: 'hint' }, t('batch.now', { claims: batch.claims, skips: batch.skips, gold: batch.gold_tasks })),
    batch.tags.length > 0 && el('p', { class: 'hint' }, t('batch.tags', joined(batch.tags))),
    demand(batch),
    el('details', {}, el('summary', {}, t('settings')), settings(batch, id, change)));
}

/** Lists for each set of tags how many open tasks need it and how many labelers have it. */
function demand(batch) {
  return batch.demand.length > 0 && el('ul', { class: 'demand', 'aria-label': t('demand') }, batch.demand.map((one) => {
    const few = one.labelers === 0 ? 'demand.nobody' : one.labelers < batch.overlap ? 'demand.few' : null;
    return el('li', {}, t('demand.of', { tags: joined(one.tags), open: one.open_tasks, labelers: one.labelers }),
      few && [' ', el('a', { class: 'odd', href: '#people' }, t(few))]);
  }));
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
        demonstrations: values.has('demonstrations'),
        disputed_first: values.has('disputed_first'),
        tags: tagsIn(values.get('tags')),
      });
    },
  },
  field('priority', t('settings.priority'), { type: 'number', value: batch.priority, step: 1 }),
  field('overlap', t('settings.overlap'), { type: 'number', value: batch.overlap, min: 1, max: 1000 }),
  field('max_overlap', t('settings.max_overlap'), { type: 'number', value: batch.max_overlap ?? 0, min: 0, max: 1000 }),
  field('skip_limit', t('settings.skip_limit'), { type: 'number', value: batch.skip_limit ?? 0, min: 0, max: 1000 }),
  field('top_k', t('settings.top_k'), { type: 'number', value: batch.top_k ?? 0, min: 0, max: 8 }),
  field('tags', t('settings.tags'), { value: batch.tags.join(', '), required: false, dir: 'auto', autocomplete: 'off', spellcheck: 'false' }),
  field('gold_rate', t('settings.gold_rate'), { type: 'number', value: Math.round(1000 * batch.gold_rate) / 10, min: 0, max: 50, step: 'any' }),
  el('label', { class: 'tick' }, el('input', { type: 'checkbox', name: 'strength', checked: batch.strength }), ` ${t('settings.strength')}`),
  el('label', { class: 'tick' }, el('input', { type: 'checkbox', name: 'scores', checked: batch.scores }), ` ${t('settings.scores')}`),
  el('label', { class: 'tick' }, el('input', { type: 'checkbox', name: 'demonstrations', checked: batch.demonstrations }), ` ${t('settings.demonstrations')}`),
  el('label', { class: 'tick' }, el('input', { type: 'checkbox', name: 'disputed_first', checked: batch.disputed_first }), ` ${t('settings.disputed_first')}`),
  el('button', { type: 'submit', class: 'primary' }, t('save'), el('span', { class: 'unseen' }, t('settings.of', batch.name))));
}

function agreed(report) {
  const heading = el('h3', { id: 'agreement-title' }, t('agreement'));
  if (report.tasks === 0) return [heading, el('p', {}, t('agreement.none'))];
  const age = report.age_seconds < 1 ? t('agreement.now') : t('agreement.ago', duration(report.age_seconds));
  const from = MEASURES.some((key) => (report[key].low ?? report[key].value ?? 0) < 0) ? -1 : 0;
  return [
    heading,
    el('p', { class: 'hint' }, t('agreement.on', { tasks: report.tasks, age })),
    table(t('agreement.measures'), [t('agreement.measure'), t('agreement.axis', from), t('agreement.value'), t('agreement.interval'), t('agreement.means')], MEASURES.map((key) => {
      const name = t(`measure.${key}`);
      const { value, low, high } = report[key];
      const range = low === null ? null : t('agreement.range', { low: decimal(low), high: decimal(high) });
      return [name, interval(`${name}: ${decimal(value) ?? t('agreement.no-value')}, ${range ?? t('agreement.no-interval')}`, report[key], from), decimal(value), el('span', { class: 'together' }, range ?? '–'), t(`measure.${key}.means`)];
    })),
  ];
}
