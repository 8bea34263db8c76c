// The lead's pages: sign in, then one view at a time, named by the address behind #.

import * as api from './api.js';
import { audit } from './audit.js';
import { $, el } from './dom.js';
import { files } from './files.js';
import { guidelines } from './guidelines.js';
import { labelers } from './labelers.js';
import { overview } from './overview.js';
import { people } from './people.js';
import { disagreements, gold } from './tasks.js';

const VIEWS = { overview, labelers, disagreements, gold, files, people, guidelines, audit };
/** Views of one batch; the others are of the whole store. */
const OF_BATCH = ['overview', 'labelers', 'disagreements', 'gold'];

/** What a view may use: `batches` and `batch` (a name, or '' for all), and ways to say something. */
const page = { batches: [], batch: '', attempt, notice, problem, reload, again: draw };
let drawn = 0;
/** Whose view is kept, as it was left, until they have signed in again. */
let left = null;

/** @param again what the button "try again" does; null: there is none */
function problem(error, again = null) {
  if (error && !(error instanceof api.Problem)) console.error(error);
  $('problem-text').textContent = error?.message ?? '';
  $('problem').hidden = !error;
  $('retry').hidden = again === null;
  $('retry').onclick = again;
  if (error) $('notice').hidden = true;
}

function notice(words) {
  $('notice').textContent = words ?? '';
  $('notice').hidden = !words;
}

/** Runs an action; a session that ran out leads to signing in, and then back here. */
async function attempt(action) {
  problem(null);
  notice(null);
  try {
    await action();
  } catch (error) {
    if (error.status === 401) {
      left = $('view').hidden ? left : $('who').textContent;
      signIn(false);
    } else {
      problem(error, () => attempt(action));
    }
  }
}

function signIn(forbidden) {
  $('nav').hidden = $('session').hidden = $('view').hidden = true;
  $('sign-in').hidden = false;
  $('forbidden').hidden = !forbidden;
  $('name').focus();
}

async function enter(session) {
  if (session.role !== 'admin') {
    signIn(true);
    return;
  }
  $('who').textContent = session.name;
  $('sign-in').hidden = true;
  $('nav').hidden = $('session').hidden = false;
  const same = left === session.name;
  left = null;
  await reload();
  if (same) $('view').hidden = false;
  else await draw();
}

/** Reads the batches anew. */
async function reload() {
  page.batches = await api.batches();
  if (!page.batches.some((batch) => batch.name === page.batch)) page.batch = '';
  $('batch').replaceChildren(el('option', { value: '' }, 'All batches'), ...page.batches.map((batch) => el('option', { value: batch.name }, batch.name)));
  $('batch').value = page.batch;
}

async function draw() {
  const name = location.hash.slice(1) in VIEWS ? location.hash.slice(1) : 'overview';
  const turn = ++drawn;
  const nodes = await VIEWS[name](page);
  if (turn !== drawn) return; // another view was chosen while this one was read
  for (const link of $('nav').querySelectorAll('a')) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  $('batch').hidden = !OF_BATCH.includes(name);
  $('view').replaceChildren(...nodes.filter(Boolean));
  $('view').dataset.view = name;
  $('view').hidden = false;
  document.title = `${$('title').textContent} · Rank completions`;
  $('title').focus();
}

addEventListener('hashchange', () => {
  if (!$('nav').hidden) attempt(async () => { await reload(); await draw(); });
});
$('batch').addEventListener('change', () => attempt(async () => {
  page.batch = $('batch').value;
  await draw();
}));
$('sign-in-form').addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(async () => {
    try {
      const session = await api.signIn($('name').value, $('password').value);
      await enter(session);
    } catch (error) {
      problem(error); // wrong words are 401, too
    } finally {
      $('password').value = '';
    }
  });
});
$('sign-out').addEventListener('click', () => attempt(async () => {
  await api.signOut();
  left = null;
  signIn(false);
}));

attempt(async () => enter(await api.session()));
