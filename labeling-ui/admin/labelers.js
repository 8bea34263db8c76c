// Statistics of each labeler.

import * as api from './api.js';
import { places } from './charts.js';
import { duration, el, number, percent, table, title } from './dom.js';

/** Below this p-value a bias is marked: one unbiased labeler in a hundred is below it by chance. */
const ODD = 0.01;

export async function labelers(page) {
  const all = await api.labelers(page.batch);
  return [
    title('Labelers'),
    all.length === 0
      ? el('p', { class: 'panel' }, 'Nobody has labelled yet.')
      : el('div', { class: 'panel' }, table(
        'Labelers',
        ['Labeler', 'Rankings', 'Active time per ranking', 'In all', 'Skipped', 'Gold tasks', 'Agreement', 'Tau-b', 'Ranked first, by place shown'],
        all.map((one) => [
          el('span', {}, one.name, one.kind === 'simulated' && el('span', { class: 'badge' }, 'simulated')),
          String(one.rankings),
          duration(one.median_seconds),
          duration(one.total_seconds),
          `${percent(one.skip_rate) ?? '–'} (${one.skips + one.cannot_judge})`,
          one.gold.tasks === 0 ? null : `${percent(one.gold.pairwise)} of pairs, ${one.gold.exact} of ${one.gold.tasks} exact`,
          one.agreement.tasks === 0 ? null : `${percent(one.agreement.ties_half)} on ${one.agreement.tasks}`,
          number(one.agreement.tau_b),
          bias(one),
        ]))),
    el('p', { class: 'hint' }, 'Active time: the median of rankings, paused while the page is hidden. Skipped: share of labels, with those that could not be judged. '
      + 'Agreement: pairs of answers ordered as by the common order of all others, ties half. '
      + 'Ranked first: how often the answer shown in each place was ranked first, with 95 % intervals; dashed is chance, for orders are shuffled. '
      + 'p: how often an unbiased labeler would look at least as biased (Pearson’s test); under 0.01 it is marked.'),
  ];
}

function bias(one) {
  const figures = one.position_bias;
  if (figures.places.length === 0) return null;
  const shares = figures.places.map((place, index) => `place ${index + 1} ${percent(place.share.value)}`).join(', ');
  return el('span', { class: 'bias' },
    places(`Ranked first by ${one.name}: ${shares}`, figures),
    figures.p === null ? el('span', { class: 'hint' }, 'too few')
      : el('span', { class: figures.p < ODD ? 'odd' : 'hint' }, `p ${figures.p < 0.001 ? '< 0.001' : number(figures.p, 3)}`));
}
