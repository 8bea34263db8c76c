// The prompt of a task: a question, or a conversation.

import { reachable } from './card.js';
import { $, el } from './dom.js';
import { t, word } from './i18n.js';
import { render } from './markdown.js';

const ROLES = ['system', 'user', 'assistant', 'tool'];

/** Shows the prompt. @param plain whether texts are shown as written instead of as Markdown */
export function showConversation({ messages, completions, answers: references, form }, plain) {
  const talk = messages.length > 1 || messages[0]?.role !== 'user';
  $('prompt-title').textContent = t(talk ? 'conversation' : 'question');
  $('answers-title').textContent = form.verdict ? t('verdict.answer') : t('answers', { count: completions.length, top: form.top_k });
  showReference(references);
  $('prompt').replaceChildren(...messages.map(({ role, content }) => el('div', { class: `turn ${ROLES.includes(role) ? role : 'tool'}` },
    talk ? el('span', { class: 'role' }, word('role', role)) : null,
    el('div', { class: plain ? 'text plain' : 'text prose', dir: 'auto' }, plain ? content : render(content, 3)))));
  reachable($('prompt'));
  const last = messages.findLast((message) => message.role === 'user') ?? messages.at(-1);
  $('to-prompt').replaceChildren(el('span', { class: 'unseen' }, t('reminder')), last.content.slice(0, 300));
}

/** Shows the reference answers of a judging task. @param references null: the task is none */
function showReference(references) {
  $('reference').hidden = references === null;
  if (references === null) return;
  $('references').replaceChildren(...(references.length === 0
    ? [el('li', {}, t('reference.none'))]
    : references.map((answer) => el('li', { dir: 'auto' }, answer))));
}

/** Shows the question in one line at the top while it is scrolled out of sight. */
export function remind() {
  new IntersectionObserver(([entry]) => {
    $('reminder').hidden = entry.isIntersecting || entry.boundingClientRect.bottom > 0;
  }).observe($('prompt'));
  $('to-prompt').addEventListener('click', toPrompt);
}

/** Scrolls back to the question. */
export function toPrompt() {
  $('prompt-title').scrollIntoView({ block: 'start' });
  $('prompt-title').focus({ preventScroll: true });
}
