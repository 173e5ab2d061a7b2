// SPDX-License-Identifier: MIT
// Questions about a whole trace: asked once, answered at once or as a job whose rows come as they are
// found. docs/api.md, "Analyses and jobs".
import { boolean, list, number, object, parse, string, type Json } from '../lib/json.ts';
import { readRefusal, Refused } from './messages.ts';

/** A stored trace, or a short reference string that is sent along. */
export type Subject =
  { readonly trace: string } | { readonly text: string; readonly format: string };

export interface Question {
  readonly policies?: readonly string[];
  /** "1-64", "8,16" or "1-1000:10". */
  readonly frames?: string;
  readonly points?: number;
  readonly page_size?: number;
  readonly only?: 'data';
  readonly set?: Readonly<Record<string, number>>;
}
export interface Column {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
}
export type Value = number | string;
export type AnswerState = 'running' | 'done' | 'failed' | 'cancelled';

/** What has come so far. `rows` only ever grows. */
export interface Answer {
  readonly state: AnswerState;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
  /** 0 … 1. */
  readonly progress: number;
  readonly trace: Json;
}

const states = ['running', 'done', 'failed', 'cancelled'] as const;

const readValue = (value: unknown): Value => {
  if (typeof value === 'number') return value;
  // Numbers that may pass 2^53 travel as strings.
  if (typeof value === 'string') return /^-?\d+$/.test(value) ? Number(value) : value;
  return '';
};

const readColumn = (value: unknown): Column => {
  const c = object(value);
  const name = string(c['name']);
  return { name, title: string(c['title'], name), unit: string(c['unit']) };
};

interface Part {
  readonly id: string;
  readonly state: AnswerState;
  readonly message: string;
  readonly columns: readonly Column[];
  readonly from: number;
  readonly rows: readonly (readonly Value[])[];
  readonly progress: number;
  readonly trace: Json;
}

export function readPart(answer: Json): Part {
  const progress = object(answer['progress']);
  const [done, all] = [number(progress['done']), number(progress['all'])];
  const ended = boolean(answer['done']);
  const said = string(answer['state']);
  return {
    id: string(answer['id'], string(answer['job'])),
    state: states.find((s) => s === said) ?? (ended ? 'done' : 'running'),
    message: string(answer['message']),
    columns: list(answer['columns'], readColumn),
    from: number(answer['from']),
    rows: list(answer['rows'], (row) => list(row, readValue)),
    progress: ended ? 1 : all > 0 ? Math.min(1, done / all) : 0,
    trace: object(answer['trace']),
  };
}

/** Joins a part to what is held: rows that are known already are not counted twice. */
export function join(held: Answer | undefined, part: Part): Answer {
  const rows = held?.rows ?? [];
  const fresh = part.rows.slice(Math.max(0, rows.length - part.from));
  return {
    state: part.state,
    columns: part.columns.length > 0 ? part.columns : (held?.columns ?? []),
    rows: fresh.length > 0 ? [...rows, ...fresh] : rows,
    progress: part.progress,
    trace: Object.keys(part.trace).length > 0 ? part.trace : (held?.trace ?? {}),
  };
}

async function send(path: string, options: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, options);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Refused('disconnected', 'The server does not answer.');
  }
  if (response.ok) return response;
  const answer = parse(await response.text()) ?? {};
  throw readRefusal({
    code: String(response.status),
    message: answer['detail'] ?? answer['title'],
    ...answer,
  });
}

const read = async (response: Response): Promise<Part> =>
  readPart(parse(await response.text()) ?? {});

/** How long to wait before asking for more: quickly at first, then as long as an answer takes. */
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const end = (job: string, keepalive: boolean): Promise<unknown> =>
  fetch(`/api/v1/jobs/${encodeURIComponent(job)}`, {
    method: 'DELETE',
    headers: { 'Content-Type': 'application/json' },
    keepalive,
  }).catch(() => undefined);

/**
 * Asks, and calls back with what has come so far until it has ended. Aborting ends the job on the server
 * too. Throws Refused when the question cannot be answered.
 */
export async function analyse(
  subject: Subject,
  name: string,
  question: Question,
  onanswer: (answer: Answer) => void,
  signal: AbortSignal,
): Promise<void> {
  const path =
    'trace' in subject
      ? `/traces/${encodeURIComponent(subject.trace)}/${name}`
      : `/analyses/${name}`;
  const body = 'trace' in subject ? question : { ...question, ...subject };
  const response = await send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(body),
    // Not given up on the way: the answer names the job that has to be ended.
  });
  let part = await read(response);
  const job = part.id || (response.headers.get('Location')?.split('/').at(-1) ?? '');
  let answer = join(undefined, part);
  if (!signal.aborted) onanswer(answer);
  // A page that goes away takes its question along: nobody would read the answer.
  const leave = () => {
    if (answer.state === 'running') void end(job, true);
  };
  addEventListener('pagehide', leave);
  try {
    answer = await follow();
  } finally {
    removeEventListener('pagehide', leave);
  }
  if (part.state === 'failed') throw new Refused('failed', part.message);

  async function follow(): Promise<Answer> {
    for (let wait = 150; answer.state === 'running'; wait = Math.min(600, wait * 1.2)) {
      if (!signal.aborted) await pause(wait);
      if (signal.aborted) {
        await end(job, true);
        answer = { ...answer, state: 'cancelled' };
        onanswer(answer);
        return answer;
      }
      part = await read(
        await send(`/jobs/${encodeURIComponent(job)}?from=${answer.rows.length}`, {
          method: 'GET',
        }),
      );
      answer = join(answer, part);
      onanswer(answer);
    }
    return answer;
  }
}
