// SPDX-License-Identifier: MIT
// Who runs, who is ready, who waits and for what: the rows of tasks, processors and locks as the panel of
// threads draws them. Pure.
import { hex, type Scene } from '../../model/index.ts';
import {
  LockKind,
  ProcessState,
  TaskState,
  types,
  WaitReason,
  type LockRow,
  type TaskRow,
} from '../../wire/generated.ts';
import { words } from '../../text/tasks.ts';

/** A wait for one of these names a lock; of the others each says what. */
const lockWaits: ReadonlySet<number> = new Set([
  WaitReason.mutex,
  WaitReason.condition,
  WaitReason.semaphore,
  WaitReason.barrier,
  WaitReason.read_lock,
  WaitReason.write_lock,
]);

export interface Waiting {
  readonly task: TaskRow;
  readonly what: string;
  /** A process's or thread's number, for its badge; 0: neither. */
  readonly pid: number;
  readonly tid: number;
  readonly holder: number;
}
export interface LockView {
  readonly lock: LockRow;
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly owner: number;
  readonly now: boolean;
}

const living = (task: TaskRow) =>
  task.state !== TaskState.none && task.state !== TaskState.ended && task.pid !== 0;

/** Threads that are not gone for good, by process and number. */
export function threadsOf({ machine }: Scene): TaskRow[] {
  const alive = new Set(
    machine
      .processes()
      .filter((p) => p.state === ProcessState.alive)
      .map((p) => p.pid),
  );
  return [...machine.rows.tables.task.values()]
    .filter((t) => living(t) && alive.has(t.pid))
    .sort((a, b) => a.pid - b.pid || a.number - b.number);
}

export const readyOf = (threads: readonly TaskRow[]): TaskRow[] =>
  threads.filter((t) => t.state === TaskState.ready).sort((a, b) => a.queued - b.queued);

function lockName(scene: Scene, lock: LockRow | undefined): string {
  if (!lock) return '';
  return scene.names.name(lock.name) || words.lockAt(hex(lock.va));
}

export function waitingOf(scene: Scene, threads: readonly TaskRow[]): Waiting[] {
  return threads
    .filter((t) => t.state === TaskState.waiting)
    .map((task) => {
      const what: string = types.wait_reason.words[task.wait] ?? '';
      const about = Number(task.waits_for);
      const lock = lockWaits.has(task.wait) ? scene.machine.rows.row('lock', about) : undefined;
      const child = task.wait === WaitReason.child || task.wait === WaitReason.vfork;
      return {
        task,
        what: lock ? `${types.lock_kind.words[lock.kind] ?? ''} ${lockName(scene, lock)}` : what,
        pid: child ? about : 0,
        tid: task.wait === WaitReason.join ? about : 0,
        holder: lock?.owner ?? 0,
      };
    });
}

function lockState({ kind, owner, holders }: LockRow): string {
  if (kind === LockKind.semaphore) return words.value(holders);
  if (kind === LockKind.barrier) return words.arrived(holders);
  if (kind === LockKind.condition || owner) return '';
  return holders > 0 ? words.readers(holders) : words.free;
}

export function locksOf(scene: Scene, changed: ReadonlySet<string>): LockView[] {
  return [...scene.machine.rows.tables.lock.values()]
    .sort((a, b) => a.lock - b.lock)
    .map((lock) => ({
      lock,
      name: lockName(scene, lock),
      kind: types.lock_kind.words[lock.kind] ?? '',
      state: lockState(lock),
      owner: lock.owner,
      now: changed.has(`lock ${lock.lock}`),
    }));
}

/** What this micro-step changed: `task 3`, `lock 1`, `cpu 0`, `register 3`. */
export function changedNow(scene: Scene): Set<string> {
  const found = new Set<string>();
  for (const change of (scene.now?.changes ?? []).slice(0, 200)) {
    if (change.event === 'task') found.add(`task ${change.now.tid}`);
    else if (change.event === 'process') found.add(`process ${change.now.pid}`);
    else if (change.event === 'lock') found.add(`lock ${change.now.lock}`);
    else if (change.event === 'cpu') found.add(`cpu ${change.now.cpu}`);
    else if (change.event === 'register')
      found.add(`register ${change.now.tid} ${change.now.name}`);
  }
  return found;
}
