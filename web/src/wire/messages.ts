// SPDX-License-Identifier: MIT
// The text messages of docs/protocol.md and the JSON they share with the HTTP interface.
import { boolean, list, number, object, oneOf, string, type Json } from '../lib/json.ts';
import { decodeEvents } from './decode.ts';
import type { VmEvent } from './generated.ts';

export interface Diagnostic {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly warning: boolean;
  readonly message: string;
  readonly hint: string;
}
export interface Expectation {
  readonly line: number;
  readonly position: number;
  readonly held: boolean;
  readonly text: string;
  readonly found: string;
}
const noteKinds = ['text', 'bookmark', 'section', 'ask'] as const;
export interface Note {
  readonly line: number;
  readonly position: number;
  readonly kind: (typeof noteKinds)[number];
  /** The happening it is pinned to, else empty. */
  readonly at: string;
  readonly text: string;
}
export interface Comparison {
  readonly policy: string;
  readonly frames: number;
  readonly faults: number;
  readonly evictions: number;
  readonly writebacks: number;
}
export interface Opened {
  readonly title: string;
  readonly text: string;
  readonly engine: number;
  readonly operations: number;
  readonly events: number;
  readonly names: readonly string[];
  readonly notes: readonly Note[];
  readonly expectations: readonly Expectation[];
  readonly compare: readonly Comparison[];
  readonly diagnostics: readonly Diagnostic[];
  /** asking: a question is open, and what comes from there on is not told. */
  readonly reason: 'done' | 'error' | 'limit' | 'time' | 'asking';
  /** After an append: the operations that are as they were. 0 for a new run. */
  readonly from: number;
}
/** Counts a bucket; `pid` is the process that ran most in it. */
export interface Lanes {
  readonly from: number;
  readonly to: number;
  readonly buckets: number;
  readonly pid: readonly number[];
  readonly tid: readonly number[];
  readonly minor: readonly number[];
  readonly major: readonly number[];
  readonly cow: readonly number[];
  readonly evict: readonly number[];
  readonly disk: readonly number[];
  readonly signal: readonly number[];
  /** Of several processors: who ran on each; 0 where nothing did. */
  readonly cpus: readonly Pick<Lanes, 'pid' | 'tid'>[];
}

/** A micro-step that changed a thing: its happening and those of its changes that concern it. */
export interface HistoryItem {
  readonly position: string;
  readonly op: string;
  readonly line: number;
  readonly tid: number;
  readonly events: readonly VmEvent[];
}
export interface History {
  /** Newest first. */
  readonly items: readonly HistoryItem[];
  /** Where to go on; empty at the beginning. */
  readonly next: string;
}

/** A figure along the run: `values[i]` is what it was after operation `at[i]` of its `Figures`. */
export interface Figure {
  readonly of: string;
  /** 0: of the whole machine. */
  readonly pid: number;
  readonly values: readonly number[];
}
export interface Figures {
  readonly from: number;
  readonly to: number;
  /** How many references working sets look back. */
  readonly tau: number;
  /** Rising; the first may lie before `from`. */
  readonly at: readonly number[];
  readonly series: readonly Figure[];
}

/** A line of strace: a call, its return later on, a signal, or an end. */
export interface Call {
  readonly at: string;
  readonly what: (typeof callKinds)[number];
  /** The thread; of an exit the process. */
  readonly who: number;
  readonly line: number;
  /** A name of ops.def, or empty when it is not known. */
  readonly call: string;
  /** The operation's fields; undefined when another operation made the call. */
  readonly args: readonly bigint[] | undefined;
  /** What came back; undefined while it waits. */
  readonly value: bigint | undefined;
  /** A name of enum errno_code, or empty. */
  readonly errno: string;
}
const callKinds = ['call', 'return', 'signal', 'exit', 'thread_exit'] as const;
/** Of the operations (from, to], the newest first. */
export interface Calls {
  readonly from: number;
  readonly to: number;
  readonly calls: readonly Call[];
}

/** What the server refused, with the located messages when there are any. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly diagnostics: readonly Diagnostic[] = [],
  ) {
    super(message);
  }
}

const readDiagnostic = (value: unknown): Diagnostic => {
  const d = object(value);
  return {
    line: Math.max(1, number(d['line'], 1)),
    column: Math.max(1, number(d['column'], 1)),
    length: Math.max(1, number(d['length'], 1)),
    warning: boolean(d['warning']),
    message: string(d['message']),
    hint: string(d['hint']),
  };
};
export const readDiagnostics = (value: unknown): Diagnostic[] => list(value, readDiagnostic);

const readExpectation = (value: unknown): Expectation => {
  const e = object(value);
  return {
    line: number(e['line']),
    position: number(e['position']),
    held: boolean(e['held']),
    text: string(e['text']),
    found: string(e['found']),
  };
};

const readNote = (value: unknown): Note => {
  const n = object(value);
  return {
    line: number(n['line']),
    position: number(n['position']),
    kind: oneOf(n['kind'], noteKinds, 'text'),
    at: string(n['at']),
    text: string(n['text']),
  };
};

const readComparison = (value: unknown): Comparison => {
  const c = object(value);
  return {
    policy: string(c['policy']),
    frames: number(c['frames']),
    faults: number(c['faults']),
    evictions: number(c['evictions']),
    writebacks: number(c['writebacks']),
  };
};

export const readOpened = (m: Json): Opened => ({
  title: string(m['title']),
  text: string(m['text']),
  engine: number(m['engine']),
  operations: number(m['operations']),
  events: number(m['events']),
  names: list(m['names'], (n) => string(n)),
  notes: list(m['notes'], readNote),
  expectations: list(m['expectations'], readExpectation),
  compare: list(m['compare'], readComparison),
  diagnostics: readDiagnostics(m['diagnostics']),
  reason: oneOf(m['reason'], ['done', 'error', 'limit', 'time', 'asking'], 'done'),
  from: number(m['from']),
});

export function readLanes(m: Json): Lanes {
  const counts = (name: string) => list(m[name], (n) => number(n));
  return {
    from: number(m['from']),
    to: number(m['to']),
    buckets: number(m['buckets']),
    pid: counts('pid'),
    tid: counts('tid'),
    minor: counts('minor'),
    major: counts('major'),
    cow: counts('cow'),
    evict: counts('evict'),
    disk: counts('disk'),
    signal: counts('signal'),
    cpus: list(m['cpus'], (one) => {
      const cpu = object(one);
      const numbers = (name: string) => list(cpu[name], (n) => number(n));
      return { pid: numbers('pid'), tid: numbers('tid') };
    }),
  };
}

export const readHistory = (m: Json): History => ({
  items: list(m['items'], (one) => {
    const item = object(one);
    return {
      position: string(item['position']),
      op: string(item['op']),
      line: number(item['line']),
      tid: number(item['tid']),
      events: decodeEvents(Uint8Array.from(atob(string(item['events'])), (c) => c.charCodeAt(0))),
    };
  }),
  next: string(m['next']),
});

export const readFigures = (m: Json): Figures => ({
  from: number(m['from']),
  to: number(m['to']),
  tau: number(m['tau']),
  at: list(m['at'], (n) => number(n)),
  series: list(m['series'], (value) => {
    const s = object(value);
    return {
      of: string(s['of']),
      pid: number(s['pid']),
      values: list(s['values'], (n) => number(n)),
    };
  }),
});

const big = (value: unknown): bigint => {
  const text = string(value);
  return /^\d{1,20}$/.test(text) ? BigInt(text) : 0n;
};
const readCall = (value: unknown): Call => {
  const c = object(value);
  const what = oneOf(c['what'], callKinds, 'call');
  return {
    at: string(c['at']),
    what,
    who: number(c[what === 'exit' ? 'pid' : 'tid']),
    line: number(c['line']),
    call: string(c['call']),
    args: Array.isArray(c['args']) ? list(c['args'], big) : undefined,
    value: c['value'] === undefined ? undefined : big(c['value']),
    errno: string(c['errno']),
  };
};
export const readCalls = (m: Json): Calls => ({
  from: number(m['from']),
  to: number(m['to']),
  calls: list(m['calls'], readCall),
});

export const readRefusal = (m: Json): Refused =>
  new Refused(
    string(m['code'], 'error'),
    string(m['message'], string(m['detail'], 'The server gave no reason.')),
    readDiagnostics(m['diagnostics']),
  );
