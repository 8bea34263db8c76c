// Importing tasks from a file, and downloading labels or a backup.

import * as api from './api.js';
import { count, el, title } from './dom.js';

export async function files(page) {
  return [title('Files'), importing(page), exporting(page), backup(page)];
}

function exporting(page) {
  const form = el('form', {
    class: 'fields',
    onsubmit: (event) => {
      event.preventDefault();
      const values = new FormData(form);
      const format = values.get('format');
      page.attempt(async () => {
        send.disabled = true;
        try {
          const { file, counts } = await api.download({
            format,
            batch: values.get('batch') || null,
            labeler: values.get('labeler').trim() || null,
            since: values.get('since') || null,
            until: values.get('until') || null,
            min_overlap: Number(values.get('min_overlap') || 0),
            close: values.has('close'),
          });
          save(file, `labels-${today()}-${format}.${format === 'csv' ? 'csv' : 'jsonl'}`);
          page.notice(exported(counts, values.has('close')));
        } finally {
          send.disabled = false;
        }
      });
    },
  });
  const send = el('button', { type: 'submit', class: 'primary' }, 'Download labels');
  form.append(
    el('div', {}, el('label', { for: 'export-format' }, 'Format'),
      el('select', { id: 'export-format', name: 'format' },
        el('option', { value: 'rankings' }, 'rlhf: tasks and rankings (everything)'),
        el('option', { value: 'pairs' }, 'Pairs: prompt, chosen and rejected (TRL)'),
        el('option', { value: 'summarize_from_feedback' }, 'Comparisons of summarize-from-feedback'),
        el('option', { value: 'csv' }, 'Table (CSV)'))),
    el('div', {}, el('label', { for: 'export-batch' }, 'Batch'),
      el('select', { id: 'export-batch', name: 'batch' }, el('option', { value: '' }, 'All batches'),
        page.batches.map((batch) => el('option', { value: batch.name }, batch.name)))),
    el('details', {}, el('summary', {}, 'Only some labels'),
      field('export-labeler', 'Of this labeler', { name: 'labeler', maxlength: 100, autocomplete: 'off' }),
      field('since', 'Made on this day or later (UTC)', { type: 'date' }),
      field('until', 'Made before this day (UTC)', { type: 'date' }),
      field('min_overlap', 'Only tasks with at least this many rankings', { type: 'number', min: 0, max: 1000 })),
    el('label', { class: 'tick' }, el('input', { id: 'close', name: 'close', type: 'checkbox' }),
      'Close these rankings: labelers can no longer change them'),
    send);
  return el('section', { class: 'panel', 'aria-labelledby': 'export-title' },
    el('h3', { id: 'export-title' }, 'Export labels'),
    el('p', { class: 'hint' }, 'The latest ranking of every labeler, up to now; labelers can keep working.'), form);
}

function exported(counts, closed) {
  const left = Object.entries(counts.left_out).map(([what, many]) => `; left out: ${many} ${what}`).join('');
  const rows = counts.unit === 'tasks' ? '' : `${counts.rows} ${counts.unit} of `;
  return `${rows}${count(counts.tasks, 'task')} with ${count(counts.rankings, 'ranking')}${left}. `
    + (closed ? 'These rankings are closed.' : 'Labelers can still change them.');
}

const today = () => new Date().toISOString().slice(0, 10);

function save(file, name) {
  const address = URL.createObjectURL(file);
  el('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
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
        el('option', { value: 'oasst' }, 'Open Assistant'),
        el('option', { value: 'ultrafeedback' }, 'UltraFeedback'),
        el('option', { value: 'helpsteer' }, 'HelpSteer'),
        el('option', { value: 'nectar' }, 'Nectar'),
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
        save(await api.backup(), `labels-${today()}.zip`);
        page.notice('The backup is made.');
      }),
    }, 'Download a backup'));
}
