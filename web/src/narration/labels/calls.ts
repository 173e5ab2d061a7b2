// SPDX-License-Identifier: MIT
// A program’s own doing: calls, stack frames, bytes.
import type { Labels } from './label.ts';

export const calls = {
  called: 'call',
  register_saved: 'save register',
  argument_stored: 'store argument',
  guard_jumped: 'guard jumped',
  register_restored: 'restore',
  result_kept: 'keep result',
  stack_frame: 'stack frame',
  returned: 'return',
  bytes_moved: 'copy bytes',
  text_written: 'write text',
} as const satisfies Labels;
