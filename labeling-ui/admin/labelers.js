// Statistics of each labeler.

import * as api from './api.js';
import { places } from './charts.js';
import { el, table, title } from './dom.js';
import { decimal, duration, joined, percent, t, whole } from './i18n.js';
import { filterLabels } from './labels.js';

/** Below this p-value a bias is marked: one unbiased labeler in a hundred is below it by chance. */
const ODD = 0.01;

export async function labelers(page) {
  const all = await api.labelers(page.batch);
  return [
    title(t('labelers')),
    all.length === 0
      ? el('p', { class: 'panel' }, t('labelers.none'))
      : el('div', { class: 'panel' }, table(
        t('labelers'),
        [t('labeler'), t('rankings'), t('labelers.median'), t('labelers.total'), t('labelers.skipped'), t('gold'), t('agreement'), t('labelers.opinion'), t('labelers.tau_b'), t('labelers.first')],
        all.map((one) => [
          el('span', {}, el('a', { href: '#labels', onclick: () => filterLabels({ labeler: one.name }) }, one.name), one.kind === 'simulated' && el('span', { class: 'badge' }, t('simulated'))),
          whole(one.rankings),
          duration(one.median_seconds),
          duration(one.total_seconds),
          t('labelers.skips', { share: percent(one.skip_rate) ?? '–', many: one.skips + one.cannot_judge }),
          one.gold.tasks === 0 ? null : t('labelers.gold', { share: percent(one.gold.pairwise), exact: one.gold.exact, tasks: one.gold.tasks }),
          one.agreement.tasks === 0 ? null : t('share.on', { share: percent(one.agreement.ties_half), tasks: one.agreement.tasks }),
          one.second_opinion.tasks === 0 ? null : t('share.on', { share: percent(one.second_opinion.pairwise), tasks: one.second_opinion.tasks }),
          decimal(one.agreement.tau_b),
          bias(one),
        ]))),
    el('p', { class: 'hint' }, t('labelers.what')),
  ];
}

function bias(one) {
  const figures = one.position_bias;
  if (figures.places.length === 0) return null;
  const shares = figures.places.map((place, index) => t('bias.place', { place: index + 1, share: percent(place.share.value) }));
  return el('span', { class: 'bias' },
    places(t('bias.of', { labeler: one.name, shares: joined(shares) }), figures),
    figures.p === null ? el('span', { class: 'hint' }, t('bias.few'))
      : el('span', { class: figures.p < ODD ? 'odd' : 'hint' }, t('bias.p', figures.p < 0.001 ? `< ${decimal(0.001, 3)}` : decimal(figures.p, 3))));
}
