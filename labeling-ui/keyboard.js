// Handles keys pressed anywhere on the page.

import { $ } from './dom.js';
import { actionOf, character, charactersAct } from './keys.js';

/**
 * Listens to keys.
 *
 * @param task the task's screen
 * @param page `onTask()`: whether the task is shown; `actions`: functions by name of a key's action, which return false
 *     if it is not possible now
 */
export function listen(task, { onTask, actions }) {
  addEventListener('keydown', (event) => {
    if (document.querySelector('dialog[open]') || document.body.classList.contains('dragging')) return;
    const typing = event.target.closest?.('textarea, select, input:not([type="checkbox"]):not([type="radio"])');
    const command = event.ctrlKey || event.metaKey;
    if (onTask() && event.key === 'Enter' && command) {
      event.preventDefault();
      task.submit();
      return;
    }
    if (typing || event.altKey) return;
    const typed = character(event);
    if (command) {
      if (!onTask() || (typed !== 'z' && typed !== 'y')) return;
      event.preventDefault();
      if (typed === 'y' || event.shiftKey) task.redo();
      else task.undo();
      return;
    }
    if (onTask() && event.key === 'Enter' && !event.target.closest?.('button, summary, a')) {
      event.preventDefault();
      if (!event.repeat) task.submit();
    } else if (onTask() && task.key(event, charactersAct())) {
      event.preventDefault();
    } else if (charactersAct() && typed !== null) {
      const act = actions[actionOf(typed)];
      if (act === undefined || act() === false) return;
      event.preventDefault();
    }
  });
}

/** Shows the list of keys. */
export const help = () => $('keys').showModal();
