// Importing tasks from a file, and downloading labels or a backup.

import * as api from './api.js';
import { tagsIn } from './assignment.js';
import { el, title } from './dom.js';
import { t, word } from './i18n.js';

/** The formats of files that can be imported. */
const FORMATS = ['rankings', 'hh', 'pairs', 'argilla', 'oasst', 'ultrafeedback', 'helpsteer', 'nectar', 'label_studio', 'judging', 'second_opinion'];

/** The formats of files that labels can be downloaded in. */
const EXPORTS = ['rankings', 'pairs', 'summarize_from_feedback', 'oasst', 'ultrafeedback', 'helpsteer', 'hh', 'demonstrations', 'verdicts', 'csv'];

export async function files(page) {
  return [title(t('files')), importing(page), exporting(page), backup(page)];
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
  const send = el('button', { type: 'submit', class: 'primary' }, t('export.download'));
  form.append(
    el('div', {}, el('label', { for: 'export-format' }, t('format')),
      el('select', { id: 'export-format', name: 'format' },
        EXPORTS.map((value) => el('option', { value }, t(`export.${value}`))))),
    el('div', {}, el('label', { for: 'export-batch' }, t('batch')),
      el('select', { id: 'export-batch', name: 'batch' }, el('option', { value: '' }, t('batch.all')),
        page.batches.map((batch) => el('option', { value: batch.name }, batch.name)))),
    el('details', {}, el('summary', {}, t('export.some')),
      field('export-labeler', t('export.labeler'), { name: 'labeler', maxlength: 100, autocomplete: 'off' }),
      field('since', t('export.since'), { type: 'date' }),
      field('until', t('export.until'), { type: 'date' }),
      field('min_overlap', t('export.min_overlap'), { type: 'number', min: 0, max: 1000 })),
    el('label', { class: 'tick' }, el('input', { id: 'close', name: 'close', type: 'checkbox' }),
      t('export.close')),
    send);
  return el('section', { class: 'panel', 'aria-labelledby': 'export-title' },
    el('h3', { id: 'export-title' }, t('export')),
    el('p', { class: 'hint' }, t('export.what')), form);
}

function exported(counts, closed) {
  return t('export.did', {
    rows: counts.rows, unit: counts.unit === 'tasks' ? null : word('unit', counts.unit), tasks: counts.tasks, rankings: counts.rankings,
    left: leftOut(counts), closed,
  });
}

/** The parts of a file that were left out, with their counts. */
const leftOut = (counts) => Object.entries(counts.left_out).map(([what, many]) => ({ many, what }));

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
            settings: JSON.stringify(settings(values.get('overlap'), tagsIn(values.get('tags')))),
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
  const send = el('button', { type: 'submit', class: 'primary' }, t('import.send'));
  form.append(
    field('file', t('import.file'), { type: 'file', required: true, accept: '.jsonl,.json,.gz' }),
    field('import-batch', t('batch'), { name: 'batch', required: true, maxlength: 100, value: page.batch || 'default' }),
    field('overlap', t('import.overlap'), { type: 'number', min: 1, max: 1000 }),
    field('tags', t('import.tags'), { dir: 'auto', autocomplete: 'off', spellcheck: 'false' }),
    el('div', {}, el('label', { for: 'format' }, t('format')),
      el('select', { id: 'format', name: 'format' },
        FORMATS.map((value) => el('option', { value }, t(`import.${value}`))))),
    el('details', {}, el('summary', {}, t('import.fields')),
      field('prompt_field', t('import.prompt'), { placeholder: 'prompt' }),
      field('completion_fields', t('import.answers'), {})),
    send);
  return el('section', { class: 'panel', 'aria-labelledby': 'import-title' },
    el('h3', { id: 'import-title' }, t('import')),
    el('p', { class: 'hint' }, t('import.what')), form);
}

/** Returns the settings of the batch that change. */
const settings = (overlap, tags) => ({ ...(overlap && { overlap: Number(overlap) }), ...(tags.length > 0 && { tags }) });

function field(id, label, attributes) {
  return el('div', {}, el('label', { for: id }, label), el('input', { id, name: id, ...attributes }));
}

function said(answer) {
  return t('import.did', {
    batch: answer.batch, tasks: answer.new_tasks, known: answer.known_tasks,
    rankings: answer.new_rankings, known_rankings: answer.known_rankings, left: leftOut(answer),
  });
}

function backup(page) {
  return el('section', { class: 'panel', 'aria-labelledby': 'backup-title' },
    el('h3', { id: 'backup-title' }, t('backup')),
    el('p', { class: 'hint' }, t('backup.what')),
    el('button', {
      type: 'button',
      onclick: () => page.attempt(async () => {
        save(await api.backup(), `labels-${today()}.zip`);
        page.notice(t('backup.made'));
      }),
    }, t('backup.download')));
}
