// The guidelines: an editor with a preview, and all versions.

import { render } from '../markdown.js';
import * as api from './api.js';
import { el, title } from './dom.js';
import { dateTime, t } from './i18n.js';
import { filterLabels } from './labels.js';

export async function guidelines(page) {
  const versions = el('div', { class: 'stack' });
  const text = el('textarea', { id: 'text', rows: 18, spellcheck: true, dir: 'auto', required: true });
  const preview = el('div', { class: 'prose preview', tabindex: 0, role: 'group', 'aria-label': t('guidelines.preview') });
  const draw = () => preview.replaceChildren(render(text.value, 2, { links: true }));
  text.addEventListener('input', draw);
  const put = (words) => { text.value = words; draw(); };
  const show = (all) => versions.replaceChildren(...all.map((version) => el('details', { class: 'panel' },
    el('summary', {}, el('strong', {}, version.version), version.current && el('span', { class: 'badge' }, t('guidelines.current')),
      t('guidelines.facts', { at: dateTime(version.published_at), seen: version.seen, labels: version.labels })),
    el('div', { class: 'prose' }, render(version.text, 2, { links: true })),
    el('button', { type: 'button', onclick: () => { put(version.text); text.focus(); } }, t('guidelines.edit'), el('span', { class: 'unseen' }, ` ${version.version}`)),
    version.labels > 0 && [' ', el('a', { href: '#labels', onclick: () => filterLabels({ guideline: version.version }) }, t('guidelines.labels'), el('span', { class: 'unseen' }, ` ${version.version}`))])));
  const all = await api.guidelines();
  show(all);
  put(all.find((version) => version.current)?.text ?? '');
  return [
    title(t('guidelines')),
    el('form', {
      class: 'panel editor',
      onsubmit: (event) => {
        event.preventDefault();
        page.attempt(async () => {
          show(await api.publish(text.value));
          page.notice(t('guidelines.published'));
        });
      },
    },
    el('div', {}, el('label', { for: 'text' }, t('guidelines.text')), text),
    el('section', { 'aria-label': t('guidelines.seen') }, el('p', { class: 'label' }, t('guidelines.seen')), preview),
    el('button', { type: 'submit', class: 'primary' }, t('guidelines.publish'))),
    el('h3', {}, t('guidelines.versions')),
    versions,
  ];
}
