// SPDX-License-Identifier: MIT
// What a person writes into the address field, as a page: an address, a mapping's name, either after a
// process's letter ("B heap"). Pure.
import type { Scene } from '../../model/index.ts';
import { words } from '../../text/spaces.ts';
import { addressText, readAddress } from './address.ts';
import { segmentName } from '../../narration/segment.ts';
import type { Aim } from './viewpoint.ts';

export interface Found {
  readonly page: Aim | undefined;
  /** A mapping covers it. */
  readonly mapped: boolean;
  /** What is to be said; empty when all is well. */
  readonly message: string;
}

/** `pid`: whose space is meant when no letter stands before. */
export function findPage(scene: Scene, text: string, pid: number, decimal: boolean): Found {
  const { machine, names } = scene;
  const processes = machine.processes();
  const [, letter = '', rest = ''] = /^(\S+)\s+(.+)$/.exec(text.trim()) ?? [];
  const meant = processes.find(
    (p) => names.letter(p.pid) === letter || names.process(p.pid) === letter,
  );
  const wanted = meant ? rest : text.trim();
  const order = [meant?.pid ?? pid, ...processes.map((p) => p.pid)];
  if (!/^0x/i.test(wanted)) {
    for (const one of meant ? [meant.pid] : order) {
      const vmas = machine.vmas(one);
      const named = (fits: (name: string) => boolean) =>
        vmas.find((v) => fits(segmentName(machine, names, v).toLowerCase()));
      const low = wanted.toLowerCase();
      const vma =
        named((n) => n === low) ?? (low.length > 2 ? named((n) => n.startsWith(low)) : undefined);
      if (vma) return { page: { pid: one, vpn: vma.start }, mapped: true, message: '' };
    }
  }
  const read = readAddress(wanted, machine.config, decimal);
  if (read.kind === 'word')
    return { page: undefined, mapped: false, message: words.notAddress(text.trim()) };
  const written = addressText(read.va, decimal);
  if (read.kind === 'refused')
    return { page: undefined, mapped: false, message: words.refused(written) };
  const page = { pid: meant?.pid ?? pid, vpn: machine.pageOf(read.va) };
  const mapped = machine.vmaAt(page.pid, page.vpn) !== undefined;
  const message = mapped ? '' : words.notMapped(written, names.letter(page.pid));
  return { page, mapped, message };
}
