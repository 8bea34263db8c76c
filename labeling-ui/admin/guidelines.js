// The guidelines: an editor with a preview, and all versions.

import { render } from '../markdown.js';
import * as api from './api.js';
import { count, dateTime, el, title } from './dom.js';

export async function guidelines(page) {
  const versions = el('div', { class: 'stack' });
  const text = el('textarea', { id: 'text', rows: 18, spellcheck: true, dir: 'auto', required: true });
  const preview = el('div', { class: 'prose preview', tabindex: 0, role: 'group', 'aria-label': 'Preview' });
  const draw = () => preview.replaceChildren(render(text.value, 2, { links: true }));
  text.addEventListener('input', draw);
  const put = (words) => { text.value = words; draw(); };
  const show = (all) => versions.replaceChildren(...all.map((version) => el('details', { class: 'panel' },
    el('summary', {}, el('strong', {}, version.version), version.current && el('span', { class: 'badge' }, 'current'),
      ` first shown ${dateTime(version.published_at)} · read by ${version.seen} · ${count(version.labels, 'label')}`),
    el('div', { class: 'prose' }, render(version.text, 2, { links: true })),
    el('button', { type: 'button', onclick: () => { put(version.text); text.focus(); } }, 'Edit from this one', el('span', { class: 'unseen' }, ` ${version.version}`)))));
  const all = await api.guidelines();
  show(all);
  put(all.find((version) => version.current)?.text ?? '');
  return [
    title('Guidelines'),
    el('form', {
      class: 'panel editor',
      onsubmit: (event) => {
        event.preventDefault();
        page.attempt(async () => {
          show(await api.publish(text.value));
          page.notice('Published. Labelers read it before their next label.');
        });
      },
    },
    el('div', {}, el('label', { for: 'text' }, 'Text (Markdown)'), text),
    el('section', { 'aria-label': 'As labelers see it' }, el('p', { class: 'label' }, 'As labelers see it'), preview),
    el('button', { type: 'submit', class: 'primary' }, 'Publish')),
    el('h3', {}, 'Versions'),
    versions,
  ];
}
