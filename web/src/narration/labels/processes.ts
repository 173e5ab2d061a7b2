// SPDX-License-Identifier: MIT
// Processes and their system calls: programs, fork, exit, wait.
import type { Labels } from './label.ts';

export const processes = {
  process_started: 'start',
  segment_mapped: 'map segment',
  exec_begun: 'new program',
  exec_failed: 'killed',
  tail_cleared: 'zero tail',
  arguments_written: 'argv, envp',
  library_mapped: 'reserve span',
  library_segment: 'map library',
  library_refused: 'no room',
  vforked: 'lend memory',
  memory_left: 'give back',
  identity_set: 'set user',
  limit_lifted: 'lift limit',
  limit_set: 'set limit',
  syscall: 'system call',
  syscall_return: 'return',
  call_failed: 'refused',
  forked: 'fork',
  vma_copied: 'copy mapping',
  page_shared: 'share page',
  exited: 'exit',
  memory_released: 'free memory',
  waiting: 'wait',
  woken: 'wake',
  reaped: 'reap',
  computed: 'compute',
  preset: 'preset',
  bulk: 'redraw',
} as const satisfies Labels;
