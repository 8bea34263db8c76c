// Signing in with an invite, and again with a new one when the session has ended.

import * as api from './api.js';
import { $, announce } from './dom.js';
import { t } from './i18n.js';
import { explain, notice, problem } from './messages.js';

export class Session {
  #labeler = null;
  #invite = null;
  #renewal = null;
  #flow;

  /** @param flow `show(screen)`; `attempt(action)`; `enter(session)`: a labeler is signed in */
  constructor(flow) {
    this.#flow = flow;
    $('start').addEventListener('click', () => this.#signIn(this.#invite));
    $('link-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#signIn(invited($('link').value));
    });
    $('expired-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.renew(invited($('new-link').value));
    });
    $('expired').addEventListener('cancel', (event) => event.preventDefault());
    $('sign-out').addEventListener('click', () => flow.attempt(async () => {
      await api.signOut().catch((what) => { if (!what.signedOut) throw what; });
      location.reload();
    }));
    addEventListener('hashchange', () => {
      if (tokenOf(location.hash) === null) return;
      if ($('expired').open) {
        this.#takeInvite();
        this.renew(this.#invite);
      } else {
        // As if the link had been opened in a new tab; drafts are kept.
        location.reload();
      }
    });
  }

  /** The session of the labeler who is signed in, or null. */
  get labeler() {
    return this.#labeler;
  }

  async start() {
    this.#takeInvite();
    let session;
    try {
      session = await api.session();
    } catch (what) {
      if (what.status !== 401) throw what;
      this.#flow.show(this.#invite === null ? 'locked' : 'welcome');
      return;
    }
    if (session.role === 'admin') {
      location.replace('/admin/');
      return;
    }
    await this.#enter(session);
    if (this.#invite !== null) notice(t('already', session.name));
    this.#invite = null;
  }

  async #signIn(token) {
    problem(null);
    try {
      const session = await api.signIn(token);
      this.#invite = null;
      await this.#flow.attempt(() => this.#enter(session));
    } catch (what) {
      problem(what);
      if (what.status === 401) this.#flow.show('locked');
    }
  }

  async #enter(session) {
    this.#labeler = session;
    $('who').textContent = $('name').textContent = session.name;
    await this.#flow.enter(session);
  }

  /** Asks for a new link and returns a promise of a new session of the same labeler; the screen stays as it is. */
  expired() {
    this.#renewal ??= new Promise((resolve) => {
      $('expired-problem').hidden = true;
      $('new-link').value = '';
      $('expired').showModal();
      $('expired').renewed = (session) => {
        // The link belongs to another labeler, who needs a fresh page.
        if (session.name !== this.#labeler.name) return location.reload();
        this.#labeler = session;
        $('expired').close();
        this.#renewal = null;
        problem(null);
        announce(t('signed-in.again'));
        return resolve();
      };
    });
    return this.#renewal;
  }

  /** Signs in again. @param token null: with the session that another tab may have opened */
  async renew(token) {
    try {
      $('expired').renewed(token === null ? await api.session() : await api.signIn(token));
    } catch (what) {
      if (token === null) return;
      $('expired-problem').textContent = explain(what);
      $('expired-problem').hidden = false;
    }
  }

  #takeInvite() {
    const token = tokenOf(location.hash);
    if (token === null) return;
    this.#invite = token;
    // Keep it out of the history and of bookmarks, because it works once.
    window.history.replaceState(null, '', location.pathname);
  }
}

const invited = (text) => tokenOf(text) ?? text.trim();

function tokenOf(text) {
  return /(?:^|[#&?])invite=([\w.~%-]+)/.exec(text)?.[1] ?? null;
}
