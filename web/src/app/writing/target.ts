// SPDX-License-Identifier: MIT
// What a line is about, in the words of the language: who does it, and how a page or mapping is written.
import type { Machine, Scene, Thing } from '../../model/index.ts';
import { linked } from '../../model/index.ts';
import { ObjectKind, ProcessState, TaskState, VmaKind, type VmaRow } from '../../wire/generated.ts';

/** A process, one of its mappings, one page of that; each less is about more. */
export interface Target {
  readonly pid: number;
  readonly vma?: VmaRow | undefined;
  readonly vpn?: number | undefined;
  /** A piece of a machine without pages, by its name. */
  readonly piece?: string | undefined;
}

export interface Context {
  readonly scene: Scene;
  readonly text: string;
}

export const alive = (machine: Machine) =>
  machine.processes().filter((p) => p.pid > 0 && p.state === ProcessState.alive);

export const processName = ({ scene }: Context, pid: number): string => scene.names.process(pid);

/** Threads that lines can drive, the main thread first. */
export const drivers = ({ scene }: Context, pid: number) =>
  scene.machine
    .tasks(pid)
    .filter((t) => t.body === 0 && t.state !== TaskState.ended && t.state !== TaskState.exited)
    .filter((t) => t.state !== TaskState.none);

export function subject(context: Context, pid: number, tid = 0): string {
  const task = tid ? context.scene.machine.rows.row('task', tid) : undefined;
  const process = processName(context, pid);
  return task && task.number > 0 ? `${process}.${context.scene.names.thread(tid)}` : process;
}

/** Mappings that programs use: no guards, nor the kernel's own. */
export const mappings = ({ scene }: Context, pid: number): readonly VmaRow[] =>
  scene.machine
    .vmas(pid)
    .filter(({ kind }) => ![VmaKind.guard, VmaKind.vdso, VmaKind.vvar].some((k) => k === kind));

const pagesText = (n: number): string => `${n} ${n === 1 ? 'page' : 'pages'}`;
export const sizeText = ({ start, end }: VmaRow): string => pagesText(end - start);

const escaped = (name: string) => name.replace(/[^\w]/g, '\\$&');

const SEGMENTS: Readonly<Record<number, string>> = {
  [VmaKind.text]: 'text',
  [VmaKind.rodata]: 'rodata',
  [VmaKind.data]: 'data',
  [VmaKind.bss]: 'bss',
};

/** A segment of the program is known by a name of the language, as long as it is in one piece. */
function segmentWord({ scene, text }: Context, vma: VmaRow): string | undefined {
  const word = SEGMENTS[vma.kind];
  const program = scene.machine.rows.row('process', vma.pid)?.program;
  if (word === undefined || !program || vma.object !== program) return undefined;
  const same = scene.machine
    .vmas(vma.pid)
    .filter((one) => one.kind === vma.kind && one.object === vma.object);
  return same.length === 1 && !new RegExp(`\\b${word}\\s*=`).test(text) ? word : undefined;
}

/** The name that mmap or mremap gave it, as long as it surely still means the start of this mapping. */
function nameOf({ scene, text }: Context, vma: VmaRow): string | undefined {
  const name = scene.names.name(vma.name);
  if (vma.kind !== VmaKind.map || !/^[A-Za-z_]\w*$/.test(name)) return undefined;
  const given = [
    ...text.matchAll(new RegExp(`^\\s*(\\w+)\\s*:(?:.*;)?\\s*${escaped(name)}\\s*=\\s*(.*)`, 'gm')),
  ];
  const by = new Set(given.map(([, who]) => who));
  const last = given.at(-1)?.[2] ?? '';
  const size = /^(?:mmap\(|mremap\(.*?, .*?, )(\d+) pages?\b/.exec(last)?.[1];
  const same = scene.machine.vmas(vma.pid).filter((one) => one.name === vma.name);
  const whole = Number(size) === vma.end - vma.start;
  const moved = given.slice(1).every(([, , how]) => how?.startsWith('mremap('));
  return by.size === 1 && moved && same.length === 1 && whole ? name : undefined;
}

const addressOf = ({ scene }: Context, vpn: number): string =>
  `0x${(BigInt(vpn) << BigInt(scene.machine.config.pageShift)).toString(16)}`;

/** A page's address: heap, page(heap, 1), or a number. */
export function pageText(context: Context, vma: VmaRow | undefined, vpn: number): string {
  const name = vma && (nameOf(context, vma) ?? segmentWord(context, vma));
  if (!vma || name === undefined) return addressOf(context, vpn);
  return vpn === vma.start ? name : `page(${name}, ${vpn - vma.start})`;
}

/** A name for what comes next that the text does not use yet. */
export function freshName(text: string, wanted: readonly string[]): string {
  const used = (name: string) => new RegExp(`\\b${escaped(name)}\\b`).test(text);
  const free = wanted.find((name) => !used(name));
  if (free !== undefined) return free;
  let i = 2;
  while (used(`${wanted[0]}${i}`)) i++;
  return `${wanted[0]}${i}`;
}

export const freshProcess = (text: string): string =>
  freshName(text.replace(/"[^"]*"|#.*/g, ''), [...'ABCDEFGHIJKLMNOQSUVWXYZ']);

/** Names that a process gave on machines without pages, by what made them. */
export function pieces(
  { text }: Context,
  process: string,
): readonly { name: string; by: string }[] {
  const made = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\s*(\w+)\s*:(.*)$/.exec(line.replace(/#.*/, ''));
    if (!match || match[1] !== process) continue;
    for (const part of (match[2] ?? '').split(';')) {
      const given = /^\s*(\w+)\s*=\s*(place|share|alloc|cache)\(/.exec(part);
      if (given) made.set(given[1] as string, given[2] as string);
      const gone = /^\s*(unload|release)\((\w+)\)/.exec(part);
      if (gone) made.delete(gone[2] as string);
    }
  }
  return [...made].map(([name, by]) => ({ name, by }));
}

/** Files that can be mapped: those that the text declares. */
export const files = ({ scene, text }: Context): readonly { path: string; pages: number }[] =>
  [...text.matchAll(/^\s*file\s+(\/\S+)\s+\d/gm)].map(([, path = '']) => {
    const row = [...scene.machine.rows.tables.object.values()].find(
      (o) => o.kind === ObjectKind.file && scene.names.object(o.object) === path,
    );
    const page = 1 << scene.machine.config.pageShift;
    return { path, pages: Math.max(1, Math.ceil((row?.bytes ?? page) / page)) };
  });

/** What a person pointed at, as something that lines can be about. */
export function targetOf(context: Context, thing: Thing | undefined): Target | undefined {
  const { machine } = context.scene;
  if (!thing) return undefined;
  const inside = (pid: number, vpn?: number): Target | undefined =>
    alive(machine).some((p) => p.pid === pid)
      ? { pid, vma: vpn === undefined ? undefined : machine.vmaAt(pid, vpn), vpn }
      : undefined;
  if (thing.kind === 'process') return inside(thing.pid);
  if (thing.kind === 'thread') return inside(machine.pidOf(thing.tid));
  if (thing.kind === 'mapping') {
    const vma = machine.rows.row('vma', thing.vma);
    return vma && inside(vma.pid) && { pid: vma.pid, vma };
  }
  if (thing.kind === 'page') return inside(thing.pid, thing.vpn);
  const belongs = linked(machine, thing);
  for (const { pid, vpn } of belongs.pages) {
    const found = inside(pid, vpn);
    if (found) return found;
  }
  const [pid] = belongs.processes;
  return pid === undefined ? undefined : inside(pid);
}
