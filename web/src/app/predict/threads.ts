// SPDX-License-Identifier: MIT
// The threads that could run next, as choices.
import type { Scene } from '../../model/index.ts';
import { TaskState } from '../../wire/generated.ts';
import type { Choice } from './question.ts';

export function threadsOf({ machine, names }: Scene): Choice[] {
  const over: readonly number[] = [TaskState.none, TaskState.ended, TaskState.exited];
  return [...machine.rows.tables.task.values()]
    .filter((task) => !over.includes(task.state))
    .map((task) => ({ value: task.tid, text: names.runner(task.pid, task.tid) }));
}
