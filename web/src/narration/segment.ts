// SPDX-License-Identifier: MIT
// What a mapping is called and which role it plays, and what a page of it says when it is asked. Pure.
import {
  entryNumber,
  frameOf,
  hasFlag,
  hex,
  type Config,
  type Machine,
  type Names,
} from '../model/index.ts';
import {
  FrameKind,
  MachineKind,
  ObjectKind,
  ProtBits,
  types,
  VmaKind,
  type VmaRow,
} from '../wire/generated.ts';
import { words } from '../text/spaces.ts';

/** /lib/libc.so.6 → libc */
export function shortFile(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return base.replace(/\.so(\.\d+)*$/, '');
}

export function segmentName(machine: Machine, names: Names, vma: VmaRow): string {
  if (vma.kind === VmaKind.thread_stack || vma.kind === VmaKind.stack) {
    const owner = machine.stackOwner(vma);
    if (owner) return words.stackOf(names.thread(owner.tid));
  }
  if (vma.kind === VmaKind.guard) {
    // A guard lies right below the stack that it guards.
    const above = machine.vmas(vma.pid).find((v) => v.start === vma.end);
    const owner = above && machine.stackOwner(above);
    if (owner) return words.guardOf(names.thread(owner.tid));
  }
  const path = names.object(vma.object);
  const given = names.name(vma.name);
  // A mapping that the scenario did not name bears its file's name.
  const isFile = [...machine.rows.tables.object.values()].some(
    (o) => o.name === vma.name && o.kind !== ObjectKind.anon,
  );
  if (given && !isFile) return given;
  const file = shortFile(path);
  const kind = types.vma_kind.words[vma.kind] ?? '';
  if (vma.kind === VmaKind.map) return file || words.mapping;
  const program = machine.rows.row('process', vma.pid)?.program ?? 0;
  const from = shortFile(given) || file;
  const foreign = from !== '' && from !== shortFile(names.object(program));
  const fromFile = vma.kind === VmaKind.text || vma.kind === VmaKind.rodata;
  const data = vma.kind === VmaKind.data || vma.kind === VmaKind.bss;
  return foreign && (fromFile || data) ? `${from} ${kind}` : kind;
}

/** Mappings of one role stand side by side. */
export function segmentRole(machine: Machine, names: Names, vma: VmaRow): string {
  // The main stack is one role, also where threads make it need a number.
  if (vma.kind === VmaKind.stack) return String(vma.kind);
  return `${vma.kind} ${segmentName(machine, names, vma)}`;
}

export function rightsText(prot: number): string {
  const bit = (mask: number, letter: string) => ((prot & mask) !== 0 ? letter : '-');
  return bit(ProtBits.read, 'r') + bit(ProtBits.write, 'w') + bit(ProtBits.exec, 'x');
}

/** What a page is, in a few words: for its title, and for those who do not see it. */
export function pageText(machine: Machine, names: Names, pid: number, vpn: number): string {
  const entry = machine.entry(pid, vpn);
  const frame = frameOf(entry);
  const parts: string[] = [words.page(hex(vpn))];
  if (frame === undefined) {
    const swapped = hasFlag(entry, 'swapped');
    parts.push(swapped ? words.pageSwapped(hex(entryNumber(entry))) : words.pageUntouched);
    return parts.join(', ');
  }
  const device = frame >= machine.config.frames;
  parts.push(device ? words.pageDevice(hex(frame)) : words.pageIn(names.frame(frame)));
  if (machine.rows.row('frame', frame)?.kind === FrameKind.zero) parts.push(words.pageZeroFrame);
  const owners = machine.ownersOf(frame);
  if (owners.length > 1)
    parts.push(words.pageShared(owners.map((o) => names.letter(o)).join(', ')));
  if (hasFlag(entry, 'dirty')) parts.push(words.pageDirty);
  if (hasFlag(entry, 'accessed')) parts.push(words.pageReferenced);
  return parts.join(', ');
}

/** The kernel's part of every address space: where it begins and how large it is, in bytes. */
export function kernelPart(
  kind: number,
  vaBits: number,
): { start: bigint; bytes: number } | undefined {
  switch (kind) {
    case MachineKind.x86_64:
    case MachineKind.x86_64_5level:
    case MachineKind.sv39:
      return { start: 2n ** 64n - 2n ** BigInt(vaBits - 1), bytes: 2 ** (vaBits - 1) };
    case MachineKind.x86_32:
      return { start: 0xc0000000n, bytes: 2 ** 30 };
    default:
      return undefined;
  }
}

/** Pages that a program may map. */
export function userPages({ kind, vaBits, pageShift }: Config): number {
  return 2 ** (vaBits - pageShift) - (kernelPart(kind, vaBits)?.bytes ?? 0) / 2 ** pageShift;
}

/** Between the halves lie addresses that no entry can ever map. */
export const hasHole = (kind: number): boolean =>
  kind === MachineKind.x86_64 || kind === MachineKind.x86_64_5level || kind === MachineKind.sv39;

/** A mapping larger than this shows only the pages that were touched. */
const SPARSE = 2 ** 20;
/** So does a stack of a thread, or what is only reserved: 2,048 empty pages say nothing. */
const SPARSE_STACK = 256;

export function isSparse(vma: VmaRow): boolean {
  const reserved = vma.kind === VmaKind.thread_stack || vma.prot === 0;
  return vma.end - vma.start > (reserved ? SPARSE_STACK : SPARSE);
}

/** Pages of a huge mapping that have an entry, by the tables that exist; at most `most` of them. */
export function touchedPages(machine: Machine, vma: VmaRow, most: number): number[] {
  const span = 2 ** (machine.config.levelBits[1] ?? 0);
  const found: number[] = [];
  const tables = [...machine.rows.tables.table.values()]
    .filter((t) => t.pid === vma.pid && t.level === 1)
    .filter((t) => t.base < vma.end && t.base + span > vma.start)
    .sort((a, b) => a.base - b.base);
  for (const table of tables) {
    const end = Math.min(table.base + span, vma.end);
    for (let vpn = Math.max(table.base, vma.start); vpn < end; vpn++) {
      if (!machine.rows.row('pte', table.table, vpn - table.base)) continue;
      found.push(vpn);
      if (found.length >= most) return found;
    }
  }
  return found;
}

/** A share as a person says it: "99.9999997 %", with as many nines as there are and two digits more. */
export function emptyText(mapped: number, all: number): string {
  if (all <= 0 || mapped >= all) return '0 %';
  const used = mapped / all;
  if (used === 0) return '100 %';
  const digits = Math.min(14, Math.max(0, Math.ceil(-Math.log10(used)) - 1));
  const scale = 10 ** digits;
  // Down, so that what is not empty never reads 100 %.
  const value = Math.floor((1 - used) * 100 * scale) / scale;
  return `${value.toFixed(digits)} %`;
}
