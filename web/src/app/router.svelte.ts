// SPDX-License-Identifier: MIT
// The address bar as data. Links are ordinary links; a click on one of ours moves without loading.
import { readPosition, type Position, at } from '../model/index.ts';
import type { Source } from './run.ts';

/** How a run is opened. */
interface Opening {
  set: Record<string, string>;
  start: Position;
  view?: string;
  /** Questions from the start, about these kinds; empty: about all. */
  ask?: string | undefined;
  print?: PrintAsked | undefined;
}
/** Steps for paper, as the address names them. */
export interface PrintAsked {
  readonly from: string;
  readonly to: string;
  readonly each: string;
}
export type Route =
  | { page: 'home'; search: string }
  | ({
      page: 'lab';
      source: Source;
      /** In the room that this tab teaches in. */
      teach?: boolean;
    } & Opening)
  /** The text is in the address itself, behind the #. */
  | ({ page: 'packed'; packed: string } & Opening)
  /** A room; with an empty code the field to type one. */
  | { page: 'room'; code: string; screen: boolean }
  | { page: 'edit'; id: string | undefined }
  /** Templates; with one named it begins at once. */
  | { page: 'new'; template: string }
  /** Two queries of the Lab, each as one value. */
  | { page: 'compare'; left: string; right: string }
  /** A stored trace, or with an empty id a reference string; `name` is an analysis, or empty. */
  | { page: 'trace'; id: string; text: string; name: string }
  | { page: 'unknown' };

/** A text on its way from the editor to the Lab, kept over a reload. */
export const DRAFT_KEY = 'vmscope.draft';
/** What the address says of the page, not of the machine. */
const RESERVED = [
  'scenario',
  'trace',
  'draft',
  'teach',
  'at',
  'ask',
  'print',
  'from',
  'to',
  'each',
  'theme',
  'view',
  'line',
  'locale',
  'dir',
  't',
];

export function labRoute(query: URLSearchParams, hash = ''): Route {
  const set: Record<string, string> = {};
  for (const [key, value] of query) if (!RESERVED.includes(key)) set[key] = value;
  const start = readPosition(query.get('at') ?? '') ?? at(0);
  const scenario = query.get('scenario');
  const trace = query.get('trace');
  const view = query.get('view') ?? '';
  const wanted = (key: string) => query.get(key) ?? '';
  const print = query.has('print')
    ? { from: wanted('from'), to: wanted('to'), each: wanted('each') }
    : undefined;
  const ask = print ? undefined : (query.get('ask') ?? undefined);
  const opening = { set, start, view, ask, print };
  const teach = query.has('teach');
  if (scenario) return { page: 'lab', source: { scenario }, teach, ...opening };
  if (trace) return { page: 'lab', source: { trace }, ...opening };
  const packed = /^#t=([A-Za-z0-9_-]+)$/.exec(hash)?.[1];
  if (packed) return { page: 'packed', packed, ...opening };
  const text = sessionStorage.getItem(DRAFT_KEY) ?? '';
  return query.has('draft') && text
    ? { page: 'lab', source: { text }, teach, ...opening }
    : { page: 'unknown' };
}

/** /trace/ID, /trace/ID/ANALYSIS, /string?s=…, /string/ANALYSIS?s=… */
function traceRoute(
  first: string | undefined,
  second: string | undefined,
  rest: readonly string[],
  query: URLSearchParams,
): Route | undefined {
  if (first === 'string' && rest.length === 0)
    return { page: 'trace', id: '', text: query.get('s') ?? '', name: second ?? '' };
  if (first !== 'trace' || !second || rest.length > 1) return undefined;
  return { page: 'trace', id: decodeURIComponent(second), text: '', name: rest[0] ?? '' };
}

/** A run as the Lab's address names it. */
export function labQuery(source: Source, set: Readonly<Record<string, string>>): URLSearchParams {
  const query = new URLSearchParams(
    'scenario' in source
      ? { scenario: source.scenario }
      : 'trace' in source
        ? { trace: source.trace }
        : { draft: '' },
  );
  for (const [key, value] of Object.entries(set)) query.set(key, value);
  return query;
}

/** Two runs of one source that differ in the policy. */
export function besideLink(
  source: Source,
  set: Readonly<Record<string, string>>,
  policies: readonly [string, string],
): string {
  const query = new URLSearchParams();
  (['left', 'right'] as const).forEach((side, i) => {
    const one = labQuery(source, set);
    one.set('policy', policies[i] as string);
    query.set(side, one.toString());
  });
  return `/compare?${query}`;
}

/** A run and another one that differs from it from a position on: the same, but with one more line there, or
 * with another policy or size from the start. A text that has no address travels as the draft. */
export function branchLink(
  source: Source,
  set: Readonly<Record<string, string>>,
  from: Position,
  other: Readonly<{ policy?: string; frames?: string; line?: string }>,
): string {
  if ('text' in source) sessionStorage.setItem(DRAFT_KEY, source.text);
  const left = labQuery(source, set);
  left.set('at', String(from.micro > 0 ? from.op - 1 : from.op));
  const right = new URLSearchParams(left);
  for (const [key, value] of Object.entries(other)) right.set(key, value);
  return `/compare?${new URLSearchParams({ left: left.toString(), right: right.toString() })}`;
}

function readRoute(
  location: Pick<Location, 'pathname' | 'search'> & { readonly hash?: string },
): Route {
  const query = new URLSearchParams(location.search);
  const [first, second, ...rest] = location.pathname.split('/').filter(Boolean);
  const trace = traceRoute(first, second, rest, query);
  if (trace) return trace;
  if (rest.length > 0) return { page: 'unknown' };
  if (first === undefined) return { page: 'home', search: query.get('q') ?? '' };
  if (first === 'lab' && !second) return labRoute(query, location.hash);
  if (first === 'c')
    return { page: 'room', code: (second ?? '').toUpperCase(), screen: query.has('screen') };
  if (first === 's' && second) {
    const [id = '', where = ''] = decodeURIComponent(second).split('@');
    query.set('scenario', id);
    if (where) query.set('at', where);
    return labRoute(query);
  }
  if (first === 'compare' && !second)
    return { page: 'compare', left: query.get('left') ?? '', right: query.get('right') ?? '' };
  if (first === 'new' && !second) return { page: 'new', template: query.get('template') ?? '' };
  if (first === 'edit')
    return { page: 'edit', id: second ? decodeURIComponent(second) : undefined };
  return { page: 'unknown' };
}

class Router {
  route = $state.raw<Route>(readRoute(window.location));
  /** Different for every visit, so that the same address opens anew. */
  visit = $state(0);

  constructor() {
    window.addEventListener('popstate', () => this.read());
    document.addEventListener('click', (event) => {
      const link = (event.target as Element | null)?.closest('a');
      const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
      if (!link || !plain || link.target || link.origin !== window.location.origin) return;
      if (link.pathname.startsWith('/api/') || link.hasAttribute('download')) return;
      event.preventDefault();
      this.go(link.pathname + link.search + link.hash);
    });
  }

  go(path: string): void {
    history.pushState(null, '', path);
    this.read();
    window.scrollTo(0, 0);
  }

  /** Changes the address without a visit. */
  replace(path: string): void {
    history.replaceState(null, '', path);
  }

  private read(): void {
    this.route = readRoute(window.location);
    this.visit++;
  }
}

export const router = new Router();
