// SPDX-License-Identifier: MIT
// The HTTP interface as far as the pages use it.
import { list, number, object, parse, string, type Json } from '../lib/json.ts';
import { readDiagnostics, readRefusal, Refused, type Diagnostic } from './messages.ts';

export interface ScenarioSummary {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly version: number;
  /** Shipped with the program: may be forked, not changed. */
  readonly library: boolean;
  readonly changed: string;
}
export interface Scenario extends ScenarioSummary {
  readonly text: string;
}
export interface Saved {
  readonly id: string;
  readonly version: number;
  readonly editToken: string;
}

async function ask(method: string, path: string, body?: Json, token?: string): Promise<Json> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  if (token) headers['Authorization'] = `Bearer ${token}`;
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new Refused('disconnected', 'The server does not answer.');
  }
  const answer = parse(await response.text()) ?? {};
  if (response.ok) return answer;
  throw readRefusal({
    code: String(response.status),
    message: answer['detail'] ?? answer['title'],
    ...answer,
  });
}

const readSummary = (value: unknown): ScenarioSummary => {
  const s = object(value);
  return {
    id: string(s['id']),
    title: string(s['title']),
    description: string(s['description']),
    tags: list(s['tags'], (t) => string(t)),
    version: number(s['version']),
    library: s['library'] === true || s['library'] === 1,
    changed: string(s['updated'], string(s['created'])),
  };
};

export async function listScenarios(search: string): Promise<ScenarioSummary[]> {
  const found: ScenarioSummary[] = [];
  let cursor = '';
  // Ten pages are more than anyone reads; a search narrows the rest.
  for (let page = 0; page < 10; page++) {
    const query = new URLSearchParams();
    if (search) query.set('q', search);
    if (cursor) query.set('cursor', cursor);
    const answer = await ask('GET', `/scenarios?${query}`);
    found.push(...list(answer['scenarios'] ?? answer['items'], readSummary));
    cursor = string(answer['next'], string(answer['next_cursor']));
    if (!cursor) break;
  }
  return found;
}

export async function readScenario(id: string): Promise<Scenario> {
  const answer = await ask('GET', `/scenarios/${encodeURIComponent(id)}`);
  return { ...readSummary(answer), text: string(answer['text']) };
}

const readSaved = (answer: Json, token: string): Saved => ({
  id: string(answer['id']),
  version: number(answer['version']),
  editToken: string(answer['edit_token'], token),
});

export async function createScenario(text: string): Promise<Saved> {
  return readSaved(await ask('POST', '/scenarios', { text }), '');
}

export async function saveScenario(id: string, text: string, token: string): Promise<Saved> {
  return readSaved(
    await ask('PUT', `/scenarios/${encodeURIComponent(id)}`, { text }, token),
    token,
  );
}

export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  /** The canonical form, empty when the text has errors. */
  readonly formatted: string;
}

export async function checkText(text: string): Promise<Checked> {
  const answer = await ask('POST', '/check', { text });
  return {
    diagnostics: readDiagnostics(answer['diagnostics']),
    formatted: string(answer['formatted']),
  };
}
