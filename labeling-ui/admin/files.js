// Importing tasks from a file, and downloading a backup.

import * as api from './api.js';
import { count, el, title } from './dom.js';

export async function files(page) {
  return [title('Files'), importing(page), backup(page)];
}

function importing(page) {
  const form = el('form', {
    class: 'fields',
    onsubmit: (event) => {
      event.preventDefault();
      const values = new FormData(form);
      const file = values.get('file');
      page.attempt(async () => {
        send.disabled = true;
        try {
          const answer = await api.upload(file, {
            file: file.name,
            batch: values.get('batch').trim(),
            format: values.get('format'),
            overlap: values.get('overlap'),
            prompt_field: values.get('prompt_field').trim(),
            completion_fields: values.get('completion_fields').trim(),
          });
          await page.reload();
          page.notice(said(answer));
          form.reset();
        } finally {
          send.disabled = false;
        }
      });
    },
  });
  const send = el('button', { type: 'submit', class: 'primary' }, 'Import');
  form.append(
    field('file', 'File (.jsonl or .json, also with .gz)', { type: 'file', required: true, accept: '.jsonl,.json,.gz' }),
    field('import-batch', 'Batch', { name: 'batch', required: true, maxlength: 100, value: page.batch || 'default' }),
    field('overlap', 'Labelers per task (empty: unchanged; 1 for a new batch)', { type: 'number', min: 1, max: 1000 }),
    el('div', {}, el('label', { for: 'format' }, 'Format'),
      el('select', { id: 'format', name: 'format' },
        el('option', { value: 'rankings' }, 'rlhf: tasks and rankings'),
        el('option', { value: 'hh' }, 'Anthropic HH: chosen and rejected'),
        el('option', { value: 'pairs' }, 'Pairs: prompt, chosen and rejected'),
        el('option', { value: 'argilla' }, 'Argilla'),
        el('option', { value: 'label_studio' }, 'Label Studio'))),
    el('details', {}, el('summary', {}, 'Names of fields (Argilla, Label Studio)'),
      field('prompt_field', 'Prompt', { placeholder: 'prompt' }),
      field('completion_fields', 'Answers, separated by commas', {})),
    send);
  return el('section', { class: 'panel', 'aria-labelledby': 'import-title' },
    el('h3', { id: 'import-title' }, 'Import tasks'),
    el('p', { class: 'hint' }, 'All of the file is imported, or nothing. Tasks and rankings that are already there are skipped.'), form);
}

function field(id, label, attributes) {
  return el('div', {}, el('label', { for: id }, label), el('input', { id, name: id, ...attributes }));
}

function said(answer) {
  const left = Object.entries(answer.left_out).map(([what, many]) => `; left out: ${many} ${what}`).join('');
  return `${answer.batch}: ${count(answer.new_tasks, 'new task')}, ${answer.known_tasks} already there; `
    + `${count(answer.new_rankings, 'new ranking')}, ${answer.known_rankings} already there${left}`;
}

function backup(page) {
  return el('section', { class: 'panel', 'aria-labelledby': 'backup-title' },
    el('h3', { id: 'backup-title' }, 'Backup'),
    el('p', { class: 'hint' }, 'Everything up to now, in one file; labelers can keep working. rlhf label restore makes a store from it.'),
    el('button', {
      type: 'button',
      onclick: () => page.attempt(async () => {
        const address = URL.createObjectURL(await api.backup());
        el('a', { href: address, download: `labels-${new Date().toISOString().slice(0, 10)}.zip` }).click();
        setTimeout(() => URL.revokeObjectURL(address), 60_000);
        page.notice('The backup is made.');
      }),
    }, 'Download a backup'));
}
