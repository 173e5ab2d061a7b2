// SPDX-License-Identifier: MIT
// What is drawn of a policy: nodes (pages in frames, ghosts of pages that left) in groups, and what it looked at.
import type { PolicyDesc } from '../../wire/generated.ts';

/** One word of a node, as it is written. */
export interface Word {
  readonly region: number;
  /** Three letters, where a node has several. */
  readonly short: string;
  readonly title: string;
  readonly look: string;
  readonly text: string;
  /** This micro-step wrote it. */
  readonly now: boolean;
}
export interface Node {
  readonly index: number;
  /** Undefined: a ghost, the page is not in memory. */
  readonly frame: number | undefined;
  /** The page's number, empty when the frame is free. */
  readonly page: string;
  /** Whose page: 0 is nobody's. */
  readonly pid: number;
  readonly dirty: boolean;
  readonly words: readonly Word[];
  /** Titles of the hands that point here. */
  readonly hands: readonly string[];
  readonly now: boolean;
}
export interface Group {
  /** Two groups of one picture differ in it. */
  readonly key: string;
  readonly kind: 'circle' | 'list' | 'frames';
  readonly title: string;
  readonly nodes: readonly Node[];
  /** What stands at either end of a list. */
  readonly ends: readonly [string, string] | undefined;
  /** Nodes that are not drawn: there are too many. */
  readonly more: number;
}
export interface Scalar {
  readonly title: string;
  readonly text: string;
  readonly now: boolean;
}
/** One frame that the policy considered. */
export interface Look {
  readonly node: Node;
  readonly value: string;
  readonly verdict: string;
  /** It was taken. */
  readonly chosen: boolean;
  readonly now: boolean;
}
export interface PolicyPicture {
  readonly policy: PolicyDesc;
  readonly groups: readonly Group[];
  readonly scalars: readonly Scalar[];
  /** The last search for a victim, as far as it has come. */
  readonly looks: readonly Look[];
  /** The operation in which that was; undefined when none is known. */
  readonly lookedAt: number | undefined;
}
