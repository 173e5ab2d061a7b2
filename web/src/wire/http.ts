// SPDX-License-Identifier: MIT
// The HTTP interface as far as the pages use it.
import { boolean, list, number, object, parse, string, type Json } from '../lib/json.ts';
import { readDiagnostics, readRefusal, Refused, type Diagnostic } from './messages.ts';

export interface ScenarioSummary {
  readonly id: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly version: number;
  /** Shipped with the program: may be forked, not changed. */
  readonly library: boolean;
}
export interface Scenario extends ScenarioSummary {
  readonly text: string;
}
export interface Saved {
  readonly id: string;
  readonly version: number;
  readonly editToken: string;
}

export async function ask(
  method: string,
  path: string,
  body?: Json,
  token?: string,
): Promise<Json> {
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
  return answerOf(response);
}

async function answerOf(response: Response): Promise<Json> {
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
    tags: list(s['tags'], (t) => string(t)),
    version: number(s['version']),
    library: boolean(s['library']),
  };
};

export async function listScenarios(search: string): Promise<ScenarioSummary[]> {
  const found: ScenarioSummary[] = [];
  let cursor = '';
  // Ten pages are more than anyone reads; a search narrows the rest.
  for (let page = 0; page < 10; page++) {
    const query = new URLSearchParams({ limit: '200' });
    if (search) query.set('q', search);
    if (cursor) query.set('cursor', cursor);
    const answer = await ask('GET', `/scenarios?${query}`);
    found.push(...list(answer['scenarios'], readSummary));
    cursor = string(answer['next']);
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

/** The beginning of a scenario, with what it is. */
export interface Template {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly text: string;
}

export async function listTemplates(): Promise<Template[]> {
  return list((await ask('GET', '/templates'))['templates'], (value) => {
    const t = object(value);
    return {
      id: string(t['id']),
      title: string(t['title']),
      about: string(t['about']),
      text: string(t['text']),
    };
  });
}

/** What the language finds in a text. Nothing is stored. */
export async function checkText(text: string): Promise<readonly Diagnostic[]> {
  try {
    return readDiagnostics((await ask('POST', '/check', { text }))['diagnostics']);
  } catch (error) {
    if (error instanceof Refused && error.diagnostics.length > 0) return error.diagnostics;
    throw error;
  }
}

/** The canonical form. Refused with diagnostics when the text has errors. */
export async function formatText(text: string): Promise<string> {
  return string((await ask('POST', '/format', { text }))['text'], text);
}

export interface TraceSummary {
  readonly id: string;
  readonly title: string;
  readonly format: string;
  readonly references: number;
  /** 0: the server does not say. */
  readonly pages: number;
  readonly bytes: number;
  readonly pageSize: number;
  readonly torn: number;
  readonly processes: number;
  readonly report: TraceReport;
}
/** What was read, and what was passed over. */
export interface TraceReport {
  readonly lines: number;
  readonly calls: number;
  readonly callsPassed: number;
  readonly glued: number;
  readonly torn: number;
  /** Line of the first torn one. */
  readonly firstTorn: number;
  readonly problem: string;
}

const readReport = (value: unknown): TraceReport => {
  const r = object(value);
  return {
    lines: number(r['lines']),
    calls: number(r['calls']),
    callsPassed: number(r['calls_passed']),
    glued: number(r['glued']),
    torn: number(r['torn']),
    firstTorn: number(r['first_torn']),
    problem: string(r['problem']),
  };
};

export const readTraceSummary = (value: unknown): TraceSummary => {
  const t = object(value);
  const report = object(t['report']);
  return {
    id: string(t['id']),
    title: string(t['title']),
    format: string(t['format']),
    references: number(t['references']),
    pages: number(report['distinct_pages']),
    bytes: number(t['bytes']),
    pageSize: number(t['page_size'], 4096),
    torn: number(t['torn']),
    processes: number(report['processes'], 1),
    report: readReport(report),
  };
};

export async function listTraces(): Promise<TraceSummary[]> {
  return list((await ask('GET', '/traces?limit=100'))['traces'], readTraceSummary);
}

export async function readTrace(id: string): Promise<TraceSummary> {
  return readTraceSummary(await ask('GET', `/traces/${encodeURIComponent(id)}`));
}
