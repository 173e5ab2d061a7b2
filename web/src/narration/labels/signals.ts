// SPDX-License-Identifier: MIT
// Signals: sent, held back, taken, returned from.
import type { Labels } from './label.ts';

export const signals = {
  signal: 'signal',
  signal_sent: 'kill',
  signal_aimed: 'pthread_kill',
  signal_ignored: 'ignored',
  signal_merged: 'merged',
  signal_held: 'blocked',
  signal_chosen: 'choose thread',
  signal_fatal: 'ends it',
  signal_stops: 'stop',
  signal_continues: 'go on',
  call_interrupted: 'EINTR',
  mask_set: 'set mask',
  signal_taken: 'take signal',
  signal_frame_written: 'signal frame',
  handler_begins: 'handler',
  signal_no_stack: 'no stack',
  signal_restored: 'sigreturn',
  child_signal: 'SIGCHLD',
  orphaned: 'orphan',
  init_reaps: 'init reaps',
  reaped_unasked: 'reaped',
  signal_skipped: 'skip',
  action_set: 'set action',
} as const satisfies Labels;
