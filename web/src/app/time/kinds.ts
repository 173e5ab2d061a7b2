// SPDX-License-Identifier: MIT
// What "next" can look for: words of the protocol's `find`. Only what the machine can do is offered.
import type { Scene } from '../../model/index.ts';
import { isOlder } from '../../model/kinds.ts';

export type KindWord =
  | 'any' | 'fault' | 'zero' | 'minor' | 'major' | 'copy' | 'evict' | 'disk' | 'signal' | 'switch'
  | 'fork' | 'mmap' | 'exit' | 'tlb_miss' | 'frame_taken' | 'syscall' | 'shootdown'; // prettier-ignore

export interface KindGroup {
  /** Whole operations, or single micro-steps. */
  readonly group: 'context' | 'steps';
  readonly kinds: readonly KindWord[];
}

export function kindsFor({ machine }: Scene): readonly KindGroup[] {
  const { kind } = machine.config;
  if (isOlder(kind)) return [{ group: 'context', kinds: ['any', 'disk', 'signal', 'switch'] }];
  return [
    {
      group: 'context',
      kinds: ['any', 'fault', 'zero', 'minor', 'major', 'copy', 'evict', 'disk', 'signal', 'switch', 'fork', 'mmap', 'exit'], // prettier-ignore
    },
    {
      group: 'steps',
      kinds: [
        ...(machine.tlb(0).length > 0 || machine.config.frames > 0 ? (['tlb_miss'] as const) : []),
        'frame_taken',
        'syscall',
        ...(machine.cpus() > 1 ? (['shootdown'] as const) : []),
      ],
    },
  ];
}
