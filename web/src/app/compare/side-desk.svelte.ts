// SPDX-License-Identifier: MIT
// The desk of one of two runs: while nothing is selected the views mark what is not as in the other run.
import type { Linked } from '../../model/index.ts';
import { linked } from '../../model/index.ts';
import { Desk } from '../desk.svelte.ts';
import type { Session } from '../session.svelte.ts';

export class SideDesk extends Desk {
  constructor(
    private readonly side: Session,
    private readonly differing: () => Linked | undefined,
  ) {
    super(side);
  }

  override readonly linked = $derived.by((): Linked => {
    const { scene } = this.side;
    if (!scene) throw new Error('nothing is linked before there is a scene');
    const marked = this.selected === undefined ? this.differing() : undefined;
    return marked ?? linked(scene.machine, scene.version ? this.selected : undefined);
  });
}
