// SPDX-License-Identifier: MIT
// Moves the machine along the run: forwards applies changes, backwards undoes them. It never guesses:
// when the steps are not held, or the state does not fit them, it says which description it needs.
import { forEachRow } from '../wire/decode.ts';
import { Machine } from './machine.ts';
import { at, type Position } from './position.ts';
import type { Step } from './step.ts';
import { StepWindow } from './window.ts';

/** `moved`; `edge`: the run ends here; `missing`: the steps are not held; `describe`: see above. */
export type Moved = 'moved' | 'edge' | 'missing' | 'describe';

export class Player {
  readonly machine = new Machine();
  readonly window: StepWindow;
  /** Operations that are complete, and micro-steps of the next that have happened. */
  done = 0;
  part = 0;
  /** Operations of the run. */
  length = 0;

  constructor(limit?: number) {
    this.window = new StepWindow(limit);
  }

  get position(): Position {
    return this.part > 0 ? at(this.done + 1, this.part) : at(this.done);
  }

  /** The operation in progress, or the last complete one. */
  get step(): Step | undefined {
    const number = this.part > 0 ? this.done + 1 : this.done;
    return number > 0 ? this.window.step(number) : undefined;
  }

  /** Micro-steps of `step` that have happened. */
  get micro(): number {
    return this.part > 0 ? this.part : (this.step?.micros.length ?? 0);
  }

  /** Takes a description of the state after `op` operations. False: it contradicts itself. */
  describe(op: number, bytes: Uint8Array): boolean {
    this.machine.rows.clear();
    this.done = op;
    this.part = 0;
    let sound = true;
    forEachRow(bytes, (kind, row) => {
      sound = this.machine.rows.put(kind, row) && sound;
    });
    return sound;
  }

  forward(unit: 'micro' | 'operation'): Moved {
    if (this.done >= this.length) return 'edge';
    const step = this.window.step(this.done + 1);
    if (!step) return 'missing';
    if (step.bulk) return 'describe';
    do {
      if (!this.applyMicro(step)) return 'describe';
    } while (unit === 'operation' && this.part > 0);
    return 'moved';
  }

  back(unit: 'micro' | 'operation'): Moved {
    if (this.done === 0 && this.part === 0) return 'edge';
    const step = this.window.step(this.part > 0 ? this.done + 1 : this.done);
    if (!step) return 'missing';
    if (step.bulk) return 'describe';
    do {
      if (!this.undoMicro(step)) return 'describe';
    } while (unit === 'operation' && this.part > 0);
    return 'moved';
  }

  /** Goes there by single changes when everything between is held and no more than `most` operations. */
  go(to: Position, most = 2000): Moved {
    if (to.op < 0 || to.op > this.length) return 'edge';
    const complete = to.micro > 0 ? to.op - 1 : to.op;
    if (Math.abs(complete - this.done) > most) return 'missing';
    while (
      this.part > 0 &&
      (this.done > complete || (this.done === complete && this.part > to.micro))
    ) {
      const moved = this.back('micro');
      if (moved !== 'moved') return moved;
    }
    while (this.done !== complete) {
      const moved = this.done < complete ? this.forward('operation') : this.back('operation');
      if (moved !== 'moved') return moved;
    }
    while (this.part < to.micro) {
      const moved = this.forward('micro');
      if (moved !== 'moved') return moved;
      if (this.part === 0) break; // it has fewer micro-steps than asked for: it is complete
    }
    return 'moved';
  }

  private applyMicro(step: Step): boolean {
    const micro = step.micros[this.part];
    if (!micro?.changes.every((change) => this.machine.rows.apply(change))) return false;
    this.part++;
    if (this.part === step.micros.length) {
      this.done++;
      this.part = 0;
    }
    return true;
  }

  private undoMicro(step: Step): boolean {
    if (this.part === 0) {
      this.done--;
      this.part = step.micros.length;
    }
    const changes = step.micros[this.part - 1]?.changes ?? [];
    for (let i = changes.length - 1; i >= 0; i--) {
      const change = changes[i];
      if (change && !this.machine.rows.undo(change)) return false;
    }
    this.part--;
    return true;
  }
}
