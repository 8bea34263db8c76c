// What the answers are answers to: a question, or a conversation.

import { reachable } from './card.js';
import { $, el } from './dom.js';
import { t, word } from './i18n.js';
import { render } from './markdown.js';

const ROLES = ['system', 'user', 'assistant', 'tool'];

/** @param plain texts as they are, not as Markdown */
export function showConversation({ messages, completions, form }, plain) {
  const talk = messages.length > 1 || messages[0]?.role !== 'user';
  $('prompt-title').textContent = t(talk ? 'conversation' : 'question');
  $('answers-title').textContent = t('answers', { count: completions.length, top: form.top_k });
  $('prompt').replaceChildren(...messages.map(({ role, content }) => el('div', { class: `turn ${ROLES.includes(role) ? role : 'tool'}` },
    talk ? el('span', { class: 'role' }, word('role', role)) : null,
    el('div', { class: plain ? 'text plain' : 'text prose' }, plain ? content : render(content, 3)))));
  reachable($('prompt'));
}
