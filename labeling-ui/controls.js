// The controls of a task besides its answers: the bar at the bottom, remarks on the task, and the buttons of the view.

import { $ } from './dom.js';
import { dateTime, t } from './i18n.js';

/**
 * Connects the controls.
 *
 * @param act `submit()`, `undo()`, `redo()`, `ask(kind)`, `change(fields)`: a remark, `comment(words)`, `demonstration(words)`, `view(what)`,
 *     `compareWith(index)`
 */
export function connect(act) {
  const on = (id, event, listener) => $(id).addEventListener(event, listener);
  on('submit', 'click', () => act.submit());
  on('undo', 'click', () => act.undo());
  on('redo', 'click', () => act.redo());
  on('skip', 'click', () => act.ask('skip'));
  on('cannot', 'click', () => act.ask('cannot_judge'));
  on('all-bad', 'change', (event) => act.change({ all_bad: event.target.checked }));
  on('personal-data', 'change', (event) => act.change({ personal_data: event.target.checked }));
  on('comment', 'input', (event) => act.comment(event.target.value));
  on('demonstration', 'input', (event) => act.demonstration(event.target.value));
  on('tools', 'click', (event) => {
    const button = event.target.closest('button[data-view]');
    if (button) act.view(button.dataset.view);
  });
  on('compare-with', 'change', (event) => act.compareWith(Number(event.target.value)));
}

/** Shows the controls that a task has. */
export function fit(answer, form) {
  $('all-bad').parentElement.hidden = answer.judges;
  $('better').hidden = !form.demonstrations;
  $('tools').classList.toggle('single', answer.judges);
}

/** Shows the state of an answer. @param sending whether its label is being sent */
export function paint(answer, sending) {
  $('all-bad').checked = answer.content.all_bad;
  $('personal-data').checked = answer.content.personal_data;
  $('undo').disabled = !answer.undoable;
  $('redo').disabled = !answer.redoable;
  $('submit').disabled = !answer.complete || sending;
  $('submit').title = answer.complete ? '' : missing(answer);
  $('skip').disabled = $('cannot').disabled = sending;
}

/** Returns in a few words what is missing before the answer can be submitted. */
function missing({ judges, compares, placed, needed }) {
  if (judges) return t('verdict.none');
  return compares ? t('strength.none') : t('did.some', { placed, needed });
}

/** Shows the state of the draft. @param state 'saved', 'saving', 'offline', 'alone', or '' */
export function showSaved(state) {
  $('saved').dataset.state = state;
  $('saved').textContent = state === '' ? '' : t(`saved.${state}`);
}

/** Shows whether the task was labelled before, and disables the controls of a label that can no longer be changed. */
export function showState({ label, editable, sent_back: back }) {
  $('sent-back').hidden = !back;
  $('sent-back-note').textContent = back?.note ?? '';
  $('editing').hidden = !label || Boolean(back);
  if (label) {
    const words = { at: dateTime(label.at), revision: label.revision };
    $('editing-text').textContent = t(editable ? 'editing' : 'editing.closed', words);
  }
  $('footer').hidden = !editable;
  $('extras').disabled = !editable;
  $('cards').classList.toggle('closed', !editable);
}
