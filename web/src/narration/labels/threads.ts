// SPDX-License-Identifier: MIT
// Threads and their stacks.
import type { Labels } from './label.ts';

export const threads = {
  stack_borrowed: 'foreign stack',
  stack_denied: 'forbidden',
  tls_written: 'TLS copy',
  create_called: 'create',
  stack_wanted: 'map stack',
  stack_reused: 'cached stack',
  stack_cached: 'keep stack',
  stack_freed: 'free stack',
  stack_left: 'left behind',
  table_wanted: 'TLS table',
  block_written: 'thread block',
  thread_made: 'new thread',
  thread_control: 'registers',
  thread_began: 'first frame',
  thread_ends: 'return',
  thread_exited: 'thread ends',
  last_thread: 'last one',
  thread_killed: 'kill thread',
  thread_took_over: 'main thread',
  join_called: 'join',
  joined: 'value',
  detach_called: 'detach',
  pthread_failed: 'refuse',
} as const satisfies Labels;
