// The server's interface for admins. Every call returns the JSON of the response or throws a Problem whose message can
// be shown.

import { t } from './i18n.js';

export class Problem extends Error {
  constructor(status, message, code = null) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether the session has expired, or belongs to a labeler who signed in with this browser. */
  get signedOut() {
    return this.status === 401 || this.code === 'role';
  }
}

let csrf = null;

const keep = (session) => {
  csrf = session.csrf ?? null;
  return session;
};
const of = (path, batch) => `/api/admin/${path}${batch ? `?${new URLSearchParams({ batch })}` : ''}`;

export const session = async () => keep(await call('GET', '/api/session'));
export const signIn = async (name, password) => keep(await call('POST', '/api/session', { name, password }));
export const signOut = () => call('DELETE', '/api/session');
export const batches = async () => (await call('GET', of('batches'))).batches;
export const change = async (batch) => (await call('POST', of('batches'), batch)).batches;
export const labelers = async (batch) => (await call('GET', of('labelers', batch))).labelers;
export const verdicts = (batch) => call('GET', of('verdicts', batch));
export const agreement = (batch) => call('GET', of('agreement', batch));
export const disputes = async (batch) => (await call('GET', of('disputes', batch))).disputes;
export const gold = async (batch) => (await call('GET', of('gold', batch))).gold;
export const quality = (batch) => call('GET', of('quality', batch));
export const setQuality = (lines) => call('POST', of('quality'), lines);
export const lift = (name) => call('POST', of('quality/lift'), { name });
export const days = async (batch, labeler) => (await call('GET', `/api/admin/quality/days?${new URLSearchParams({ batch, labeler })}`)).days;
export const labels = (filters) => call('GET', `/api/admin/labels?${parameters(filters)}`);
export const selected = (filters) => call('GET', `/api/admin/labels/selected?${parameters(filters)}`);
export const correct = (filters, correction) => call('POST', `/api/admin/labels/correct?${parameters(filters)}`, correction);
function parameters({ since, to, ...filters }) {
  const days = { since: since && beginning(since, 0), until: to && beginning(to, 1) };
  const given = Object.entries({ ...filters, ...days }).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return new URLSearchParams(given);
}
/** Returns when a day begins, or a later one, in the browser's time zone, in which the page shows times. */
const beginning = (day, later) => {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
};
export const unread = () => call('GET', '/api/admin/labels/unread');
export const markRead = (upTo) => call('POST', '/api/admin/labels/read', { up_to: upTo });
export const task = (id) => call('GET', `/api/admin/tasks/${id}`);
export const adjudicate = (task, ranks) => call('POST', `/api/admin/tasks/${task}/adjudicate`, ranks === null ? {} : { ranks });
export const sendBack = (label, note) => call('POST', `/api/admin/labels/${label}/send-back`, { note });
export const remove = (label, note) => call('POST', `/api/admin/labels/${label}/remove`, { note });
export const restore = (label) => call('POST', `/api/admin/labels/${label}/restore`, {});
export const guidelines = async () => (await call('GET', of('guidelines'))).versions;
export const publish = async (text) => (await call('POST', of('guidelines'), { text })).versions;
export const users = () => call('GET', of('users'));
export const setTags = (name, tags) => call('POST', of('users/tags'), { name, tags });
export const setQuota = (quota) => call('POST', of('users/quota'), quota);
export const invite = (name) => call('POST', of('invites'), { name });
export const enable = (name, on) => call('POST', of(`users/${on ? 'enable' : 'disable'}`), { name });
export const tokens = async () => (await call('GET', of('tokens'))).tokens;
export const createToken = (name) => call('POST', of('tokens'), { name });
export const revokeToken = async (name) => (await call('POST', of('tokens/revoke'), { name })).tokens;
export const audit = (before) => call('GET', `/api/admin/audit${before ? `?before=${before}` : ''}`);
export const upload = (file, parameters) => call('POST', `/api/admin/import?${new URLSearchParams(parameters)}`, file);
export async function backup() {
  const response = await send('POST', '/api/admin/backup', {});
  if (response.headers.get('Content-Type') !== 'application/zip') throw foreign();
  return response.blob().catch(() => { throw unreachable(); });
}

export const time = async (range) => (await call('GET', `/api/admin/time?${new URLSearchParams(range)}`)).days;
export async function timeFile(range) {
  const response = await send('GET', `/api/admin/time.csv?${new URLSearchParams(range)}`);
  if (!response.headers.get('Content-Type').startsWith('text/csv')) throw foreign();
  return response.blob().catch(() => { throw unreachable(); });
}

export async function download(options) {
  const response = await send('POST', '/api/admin/export', options);
  const counts = response.headers.get('X-Export');
  if (counts === null) throw foreign();
  return { file: await response.blob().catch(() => { throw unreachable(); }), counts: JSON.parse(counts) };
}

const unreachable = () => new Problem(0, t('unreachable'));
const foreign = () => new Problem(0, t('foreign'));

async function call(method, path, body) {
  const response = await send(method, path, body);
  if (response.status === 204) return {};
  try {
    return await response.json();
  } catch {
    throw foreign();
  }
}

async function send(method, path, body) {
  try {
    return await once(method, path, body);
  } catch (problem) {
    // Another tab has signed in again: the session is valid, but the page has an old CSRF token.
    if (problem.status !== 403 || problem.code === 'role' || method === 'GET') throw problem;
    const before = csrf;
    await session();
    if (csrf === before) throw problem;
    return once(method, path, body);
  }
}

async function once(method, path, body) {
  const file = body instanceof Blob;
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(method === 'GET' ? {} : { 'Content-Type': file ? 'application/octet-stream' : 'application/json' }),
        ...(csrf === null || method === 'GET' ? {} : { 'X-CSRF-Token': csrf }),
      },
      body: file || body === undefined ? body : JSON.stringify(body),
    });
  } catch {
    throw unreachable();
  }
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  throw new Problem(response.status, answer.error ?? t('answered', response.status), answer.code);
}
