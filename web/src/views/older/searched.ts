// SPDX-License-Identifier: MIT
// An inverted or hashed page table as a picture: buckets with their chains, rows, and what the hardware
// has looked at in this operation. Pure.
import type { Scene } from '../../model/index.ts';
import { MachineWord, types, type HashRowRow } from '../../wire/generated.ts';

export interface Row {
  readonly row: number;
  readonly held: HashRowRow | undefined;
  /** What the last search made of it. */
  readonly verdict: string;
  readonly match: boolean;
  readonly now: boolean;
}
export interface Bucket {
  readonly bucket: number;
  readonly chain: readonly Row[];
  /** The last search began here. */
  readonly searched: boolean;
}
export interface Searched {
  readonly rows: readonly Row[];
  readonly buckets: readonly Bucket[];
  /** The last hash of this operation. */
  readonly hash: { vpn: number; pid: number; bucket: number } | undefined;
}

export function searchedOf(scene: Scene): Searched {
  const { machine } = scene;
  const verdicts = new Map<number, number>();
  let hash: Searched['hash'];
  for (const { happening: h } of scene.step?.micros.slice(0, scene.micro) ?? []) {
    if (h?.event === 'access') {
      verdicts.clear();
      hash = undefined;
    } else if (h?.event === 'hash_computed' || h?.event === 'hash_empty') {
      verdicts.clear();
      hash = { vpn: h.fields.vpn, pid: h.fields.pid, bucket: h.fields.bucket };
    } else if (h?.event === 'row_searched') verdicts.set(h.fields.row, h.fields.verdict);
  }
  const touched = new Set<number>();
  const happening = scene.now?.happening;
  if (happening && 'row' in happening.fields && happening.event !== 'hash_computed')
    touched.add(happening.fields.row);
  for (const change of scene.now?.changes ?? []) {
    if (change.event === 'hash_row') touched.add(change.now.row);
  }
  const row = (at: number): Row => {
    const verdict = verdicts.get(at);
    return {
      row: at,
      held: machine.rows.row('hash_row', at),
      verdict: verdict === undefined ? '' : (types.row_verdict.words[verdict] ?? ''),
      match: verdict === 0,
      now: touched.has(at),
    };
  };
  const rows = Number(machine.word(MachineWord.rows));
  const buckets = Number(machine.word(MachineWord.buckets));
  return {
    rows: Array.from({ length: Math.min(rows, 1024) }, (_, i) => row(i)),
    buckets: Array.from({ length: Math.min(buckets, 1024) }, (_, bucket) => {
      const chain: Row[] = [];
      let next = machine.rows.row('hash_bucket', bucket)?.first ?? 0;
      while (next > 0 && chain.length < 1024) {
        const at = row(next - 1);
        chain.push(at);
        next = at.held?.next ?? 0;
      }
      return { bucket, chain, searched: hash?.bucket === bucket };
    }),
    hash,
  };
}
