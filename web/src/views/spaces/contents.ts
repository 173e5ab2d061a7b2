// SPDX-License-Identifier: MIT
// What lies where within one page, as far as the machine knows it: frames of calls with their words and
// locals, chunks of malloc, words with a value, where a stack or heap ends. Pure.
import { frameOf, hex, type Scene } from '../../model/index.ts';
import { StackWord, Store, types, type VmaRow } from '../../wire/generated.ts';
import { argumentsOf } from './arguments.ts';
import { words } from '../../text/spaces.ts';

export interface Item {
  readonly kind: 'frame' | 'word' | 'locals' | 'chunk' | 'gap' | 'mark';
  /** Bytes of the page, [from, to); a mark has no length. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly value: string;
  /** This micro-step changed it. */
  readonly now: boolean;
  /** A string: its words are no numbers of their own. */
  readonly string?: boolean;
  /** What belongs to one call has one group. */
  readonly call?: number | undefined;
}

const WORD = 8;
/** Of a deep recursion the innermost calls. */
const SHOWN = 6;

/** Small numbers as people count, what looks like an address in hex. */
const valueText = (value: bigint): string => (value < 1n << 31n ? value.toString() : hex(value));

export function contentsOf(scene: Scene, pid: number, vpn: number): Item[] {
  const { machine } = scene;
  const size = 2 ** machine.config.pageShift;
  const base = BigInt(vpn) * BigInt(size);
  const inside = (va: bigint) => Number(va - base);
  const items: Item[] = [];
  const add = (
    kind: Item['kind'],
    from: bigint,
    bytes: number,
    text: string,
    now = false,
    call?: number,
  ) => {
    const at = inside(from);
    if (at >= size || at + Math.max(bytes, 1) <= 0) return;
    items.push({
      kind,
      from: Math.max(0, at),
      to: Math.min(size, at + bytes),
      text,
      value: '',
      now,
      call,
    });
  };
  addCalls(scene, pid, add);
  for (const chunk of machine.rows.tables.chunk.values()) {
    if (chunk.pid !== pid) continue;
    const state = types.chunk_state.words[chunk.state] ?? '';
    const now = (scene.now?.changes ?? []).some(
      (c) => c.event === 'chunk' && c.now.pid === pid && c.now.va === chunk.va,
    );
    add('chunk', chunk.va, chunk.bytes, words.chunk(chunk.bytes, state), now);
  }
  const process = machine.rows.row('process', pid);
  if (process && process.brk > process.brk_start) add('mark', process.brk, 0, words.brk);
  for (const one of argumentsOf(scene, pid)) {
    const at = inside(one.va);
    if (at < 0 || at >= size) continue;
    const { text, value, string } = one;
    const to = Math.min(size, at + one.bytes);
    items.push({ kind: 'word', from: at, to, text, value, now: false, string });
  }
  return withGaps(withValues(scene, pid, vpn, items), size);
}

type Add = (
  kind: Item['kind'],
  from: bigint,
  bytes: number,
  text: string,
  now?: boolean,
  call?: number,
) => void;

function addCalls(scene: Scene, pid: number, add: Add): void {
  const { machine, names } = scene;
  const tids = new Set(machine.tasks(pid).map((task) => task.tid));
  const calls = new Set<string>();
  const written = new Set<string>();
  for (const change of scene.now?.changes ?? [])
    if (change.event === 'activation') calls.add(`${change.now.tid} ${change.now.depth}`);
    else if (change.event === 'stack_word') written.add(`${change.now.tid} ${change.now.va}`);
  for (const call of machine.rows.tables.activation.values()) {
    if (!tids.has(call.tid)) continue;
    const now = calls.has(`${call.tid} ${call.depth}`);
    const name = names.name(call.name);
    add('word', call.fp + 8n, WORD, words.returnAddress(name), false, call.depth);
    add('word', call.fp, WORD, words.savedFp(name), false, call.depth);
    if (call.locals > 0)
      add('locals', call.sp, call.locals, words.locals(name, call.locals), now, call.depth);
  }
  for (const word of machine.rows.tables.stack_word.values()) {
    if (!tids.has(word.tid)) continue;
    const now = written.has(`${word.tid} ${word.va}`);
    const name = names.name(word.name);
    const text = word.kind === StackWord.saved ? words.savedRegister(name) : words.argument(name);
    add('word', word.va, WORD, text, now, word.depth);
  }
  for (const task of machine.tasks(pid))
    if (task.sp > 0n) add('mark', task.sp, 0, words.stackPointer(names.thread(task.tid)));
}

/** The words of the page's frame that have a value: on the items that lie there, or items of their own. */
function withValues(scene: Scene, pid: number, vpn: number, items: readonly Item[]): Item[] {
  const { machine } = scene;
  const frame = frameOf(machine.entry(pid, vpn));
  if (frame === undefined) return [...items];
  const changed = new Set<number>();
  for (const c of scene.now?.changes ?? [])
    if (c.event === 'mem' && c.now.store === Store.frame && c.now.id === frame)
      changed.add(c.now.offset);
  const result = [...items];
  for (const row of machine.rows.tables.mem.values()) {
    if (row.store !== Store.frame || row.id !== frame) continue;
    const value = valueText(row.value);
    const now = changed.has(row.offset);
    const within = (i: Item) => i.string && i.from < row.offset + WORD && row.offset < i.to;
    if (result.some(within)) continue;
    const at = result.findIndex((i) => i.kind === 'word' && i.from === row.offset);
    const held = result[at];
    if (held) result[at] = { ...held, value, now: held.now || now };
    else {
      const [from, to] = [row.offset, row.offset + WORD];
      result.push({ kind: 'word', from, to, text: words.word, value, now });
    }
  }
  return result;
}

/** By address, with what is between as gaps. A word inside locals or a chunk stays inside it. */
function withGaps(items: readonly Item[], size: number): Item[] {
  const order = [...items].sort((a, b) => a.from - b.from || b.to - a.to);
  const result: Item[] = [];
  let end = 0;
  const gap = (from: number, to: number) => {
    if (to > from)
      result.push({
        kind: 'gap',
        from,
        to,
        text: words.nothingKnown(to - from),
        value: '',
        now: false,
      });
  };
  for (const item of order) {
    gap(end, item.from);
    result.push(item);
    end = Math.max(end, item.to);
  }
  gap(end, size);
  return result;
}

/** The functions that the thread of a stack is in, outermost first: "main, f, f". */
export function callNames(scene: Scene, stack: VmaRow): string {
  const { machine, names } = scene;
  const size = 2 ** machine.config.pageShift;
  const [low, high] = [stack.start * size, stack.end * size];
  return [...machine.rows.tables.activation.values()]
    .filter((a) => machine.pidOf(a.tid) === stack.pid)
    .filter((a) => Number(a.fp) >= low && Number(a.fp) < high)
    .sort((a, b) => a.depth - b.depth)
    .map((a) => names.name(a.name))
    .slice(-SHOWN)
    .join(', ');
}
