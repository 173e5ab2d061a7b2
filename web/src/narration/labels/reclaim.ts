// SPDX-License-Identifier: MIT
// Memory is scarce: victims, what becomes of them, kswapd, the out-of-memory killer.
import type { Labels } from './label.ts';

export const reclaim = {
  reclaim: 'find victim',
  direct_reclaim: 'make room',
  reclaim_own: 'own pages',
  limit_reached: 'at limit',
  kswapd_woken: 'wake kswapd',
  kswapd_runs: 'kswapd',
  kswapd_sleeps: 'kswapd sleeps',
  flusher_runs: 'flusher',
  dropped_lazy: 'drop lazy',
  oom_score: 'score',
  oom_limit: 'limit kill',
  evict: 'evict',
  entry_cleared: 'clear entry',
  dropped_clean: 'drop clean',
  swap_write: 'write to swap',
  file_write: 'write to file',
  out_of_memory: 'out of memory',
} as const satisfies Labels;
