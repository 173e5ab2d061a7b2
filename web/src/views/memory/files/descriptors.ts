// SPDX-License-Identifier: MIT
// Descriptor → open file → what it stands for: of each open file, which numbers of which processes name it,
// and where the next read begins. Pure.
import type { Machine, Names, Scene } from '../../../model/index.ts';
import { ObjectKind, OpenBits } from '../../../wire/generated.ts';

export interface Holder {
  readonly pid: number;
  /** The numbers, in order. */
  readonly fds: readonly number[];
}
export interface OpenView {
  readonly file: number;
  readonly object: number;
  readonly name: string;
  /** "r", "w" or "rw": what the descriptor's mode allows. */
  readonly rights: string;
  /** Where the next read or write begins; undefined where nothing has a position. */
  readonly position: number | undefined;
  readonly refs: number;
  readonly holders: readonly Holder[];
  /** This micro-step changed it. */
  readonly now: boolean;
}

const rightsOf = (flags: number) =>
  (flags & OpenBits.read ? 'r' : '') + (flags & OpenBits.write ? 'w' : '');

function hasPosition(machine: Machine, object: number): boolean {
  const kind = machine.rows.row('object', object)?.kind;
  return kind === ObjectKind.file || kind === ObjectKind.shmem;
}

export function openFilesOf({ machine, now }: Scene, names: Names): OpenView[] {
  const held = new Map<number, Map<number, number[]>>();
  for (const { pid, fd, file } of machine.rows.tables.descriptor.values()) {
    if (file === 0) continue;
    const byPid = held.get(file) ?? new Map<number, number[]>();
    held.set(file, byPid.set(pid, [...(byPid.get(pid) ?? []), fd]));
  }
  const touched = new Set(
    (now?.changes ?? []).flatMap((c) =>
      c.event === 'open_file' || c.event === 'descriptor' ? [c.now.file] : [],
    ),
  );
  return [...machine.rows.tables.open_file.values()]
    .filter((row) => held.has(row.file))
    .sort((a, b) => a.file - b.file)
    .map((row) => ({
      file: row.file,
      object: row.object,
      name: names.object(row.object),
      rights: rightsOf(row.flags),
      position: hasPosition(machine, row.object) ? row.position : undefined,
      refs: row.refs,
      now: touched.has(row.file),
      holders: [...(held.get(row.file) ?? [])]
        .sort(([a], [b]) => a - b)
        .map(([pid, fds]) => ({ pid, fds: fds.sort((a, b) => a - b) })),
    }));
}

/** What the terminal shows in this operation, as far as it has run: its name, and the text. */
export function shownText({
  step,
  micro,
  names,
}: Scene): { name: string; text: string } | undefined {
  let shown: { name: string; text: string } | undefined;
  for (const { happening } of (step?.micros ?? []).slice(0, micro)) {
    if (happening?.event !== 'terminal_shows') continue;
    const { object, bytes, w0, w1, w2, w3, w4, w5, w6, w7 } = happening.fields;
    const raw = [w0, w1, w2, w3, w4, w5, w6, w7].flatMap((word) =>
      Array.from({ length: 8 }, (_, i) => Number((word >> BigInt(8 * i)) & 0xffn)),
    );
    const text = new TextDecoder().decode(Uint8Array.from(raw.slice(0, bytes)));
    shown = { name: names.object(object), text: (shown?.text ?? '') + text };
  }
  return shown;
}
