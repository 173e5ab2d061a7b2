// SPDX-License-Identifier: MIT
// One question and what has come of it so far. A new question ends the one before, also on the server.
import { analyse, type Answer, type Question, type Subject } from '../../wire/analysis.ts';
import { Refused } from '../../wire/messages.ts';

export class Asked {
  answer = $state.raw<Answer>();
  problem = $state('');
  running = $state(false);
  private control: AbortController | undefined;

  /** Resolves when it has ended, in whatever way. */
  async ask(subject: Subject, name: string, question: Question): Promise<void> {
    this.cancel();
    const control = new AbortController();
    this.control = control;
    const current = () => this.control === control;
    this.running = true;
    this.problem = '';
    this.answer = undefined;
    try {
      await analyse(
        subject,
        name,
        question,
        (answer) => {
          if (current()) this.answer = answer;
        },
        control.signal,
      );
    } catch (error) {
      if (current() && !control.signal.aborted)
        this.problem = error instanceof Refused ? error.message : (error as Error).message;
    } finally {
      if (current()) this.running = false;
    }
  }

  /** What has come stays. */
  cancel(): void {
    this.control?.abort();
    this.running = false;
  }
}
