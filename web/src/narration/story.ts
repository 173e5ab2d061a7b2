// SPDX-License-Identifier: MIT
// An operation as a row of stations: what has happened, what happens now, what is to come.
// `labelOf` names every happening; a row of events.def without a name here does not compile.
import { Actor, type Happening } from '../wire/generated.ts';
import type { Scene } from '../model/index.ts';
import { mark } from '../text/texts.ts';
import { actorOf } from './sentence.ts';

export interface Station {
  readonly label: string;
  readonly actor: Actor;
  readonly state: 'done' | 'now' | 'next';
  /** The fault itself, or what the kernel refuses. */
  readonly alarm: boolean;
  /** Micro-steps of the operation that it stands for: 0-based, `to` not included. */
  readonly from: number;
  readonly to: number;
}

export const labelOf = (happening: Happening): string => mark(englishOf(happening));

function englishOf(happening: Happening): string {
  switch (happening.event) {
    case 'process_started':
      return 'start';
    case 'segment_mapped':
      return 'map segment';
    case 'exec_begun':
      return 'new program';
    case 'exec_failed':
      return 'killed';
    case 'tail_cleared':
      return 'zero tail';
    case 'arguments_written':
      return 'argv, envp';
    case 'library_mapped':
      return 'reserve span';
    case 'library_segment':
      return 'map library';
    case 'library_refused':
      return 'no room';
    case 'vforked':
      return 'lend memory';
    case 'memory_left':
      return 'give back';
    case 'identity_set':
      return 'set user';
    case 'limit_lifted':
      return 'lift limit';
    case 'limit_set':
      return 'set limit';
    case 'access':
      return ['access', 'load', 'store', 'fetch'][happening.fields.access] ?? 'access';
    case 'reference_hit':
      return 'hit';
    case 'tlb_hit':
      return 'TLB hit';
    case 'tlb_miss':
      return 'TLB miss';
    case 'walk_level':
      return 'walk';
    case 'tlb_fill':
      return 'TLB fill';
    case 'dirty_set':
      return 'set dirty';
    case 'access_done':
      return 'done';
    case 'trap':
      return 'fault';
    case 'vma_found':
      return 'allowed?';
    case 'stack_grown':
      return 'grow stack';
    case 'fault':
      return 'which kind?';
    case 'reclaim':
      return 'find victim';
    case 'direct_reclaim':
      return 'make room';
    case 'reclaim_own':
      return 'own pages';
    case 'limit_reached':
      return 'at limit';
    case 'kswapd_woken':
      return 'wake kswapd';
    case 'kswapd_runs':
      return 'kswapd';
    case 'kswapd_sleeps':
      return 'kswapd sleeps';
    case 'flusher_runs':
      return 'flusher';
    case 'dropped_lazy':
      return 'drop lazy';
    case 'oom_score':
      return 'score';
    case 'oom_limit':
      return 'limit kill';
    case 'look':
      return 'look';
    case 'working_set_left':
      return 'out of WS';
    case 'generation_aged':
      return 'aging';
    case 'inactive_low':
      return 'few inactive';
    case 'generation_empty':
      return 'next oldest';
    case 'fault_seldom':
      return 'shrink';
    case 'fault_often':
      return 'grow';
    case 'evict':
      return 'evict';
    case 'entry_cleared':
      return 'clear entry';
    case 'dropped_clean':
      return 'drop clean';
    case 'swap_write':
      return 'write to swap';
    case 'file_write':
      return 'write to file';
    case 'frame_taken':
      return 'take frame';
    case 'zero_fill':
      return 'fill with 0';
    case 'zero_page':
      return 'zero page';
    case 'cache_hit':
      return 'in cache';
    case 'file_read':
      return 'read file';
    case 'swap_hit':
      return 'in memory';
    case 'swap_read':
      return 'read swap';
    case 'cow_copy':
      return 'copy page';
    case 'cow_reuse':
      return 'last owner';
    case 'general_protection':
      return 'exception';
    case 'kernel_shared':
      return 'kernel’s half';
    case 'kernel_access':
      return 'kernel';
    case 'trap_in_kernel':
      return 'trap';
    case 'fault_around':
      return 'map around';
    case 'read_ahead':
      return 'read ahead';
    case 'swap_read_ahead':
      return 'read ahead';
    case 'advised':
      return 'advise';
    case 'swap_cached':
      return 'keep in cache';
    case 'write_protected':
      return 'protect';
    case 'write_noted':
      return 'note write';
    case 'shmem_freed':
      return 'free shared';
    case 'shmem_zeroed':
      return 'new page';
    case 'warmed':
      return 'cached';
    case 'caches_dropped':
      return 'drop cache';
    case 'huge_taken':
      return 'take frames';
    case 'table_deposited':
      return 'spare table';
    case 'huge_mapped':
      return 'huge page';
    case 'huge_zero_page':
      return 'zero page';
    case 'huge_fallback':
      return 'no run';
    case 'huge_shared':
      return 'share page';
    case 'huge_reused':
      return 'last owner';
    case 'huge_split':
      return 'split';
    case 'table_made':
      return 'new table';
    case 'entry_set':
      return 'set entry';
    case 'tlb_drop':
      return 'drop from TLB';
    case 'tlb_flush':
      return 'flush TLB';
    case 'fault_return':
      return 'return';
    case 'signal':
      return 'signal';
    case 'signal_sent':
      return 'kill';
    case 'signal_aimed':
      return 'pthread_kill';
    case 'signal_ignored':
      return 'ignored';
    case 'signal_merged':
      return 'merged';
    case 'signal_held':
      return 'blocked';
    case 'signal_chosen':
      return 'choose thread';
    case 'signal_fatal':
      return 'ends it';
    case 'signal_stops':
      return 'stop';
    case 'signal_continues':
      return 'go on';
    case 'call_interrupted':
      return 'EINTR';
    case 'mask_set':
      return 'set mask';
    case 'signal_taken':
      return 'take signal';
    case 'signal_frame_written':
      return 'signal frame';
    case 'handler_begins':
      return 'handler';
    case 'signal_no_stack':
      return 'no stack';
    case 'signal_restored':
      return 'sigreturn';
    case 'child_signal':
      return 'SIGCHLD';
    case 'orphaned':
      return 'orphan';
    case 'init_reaps':
      return 'init reaps';
    case 'reaped_unasked':
      return 'reaped';
    case 'signal_skipped':
      return 'skip';
    case 'out_of_memory':
      return 'out of memory';
    case 'switched':
      return 'switch';
    case 'preempted':
      return 'give way';
    case 'registers_saved':
      return 'save registers';
    case 'space_kept':
      return 'same memory';
    case 'space_loaded':
      return 'load base';
    case 'space_flushed':
      return 'load base';
    case 'yielded':
      return 'yield';
    case 'yield_alone':
      return 'alone';
    case 'priority_set':
      return 'priority';
    case 'affinity_set':
      return 'processors';
    case 'migrated':
      return 'move away';
    case 'interrupt':
    case 'interrupt_idle':
      return 'interrupt';
    case 'interrupt_return':
      return 'return';
    case 'ipi_sent':
      return 'interrupt CPU';
    case 'shootdown':
      return 'shootdown';
    case 'tlb_drop_absent':
      return 'drop from TLB';
    case 'tlb_flush_absent':
      return 'flush TLB';
    case 'spurious_fault':
      return 'for nothing';
    case 'syscall':
      return 'system call';
    case 'syscall_return':
      return 'return';
    case 'mapped':
      return 'map';
    case 'unmapped':
      return 'unmap';
    case 'moved':
      return 'move';
    case 'locked':
      return 'lock';
    case 'vma_merged':
      return 'merge';
    case 'vma_split':
      return 'split';
    case 'protected':
      return 'protect';
    case 'brk_moved':
      return 'move brk';
    case 'call_failed':
      return 'refused';
    case 'forked':
      return 'fork';
    case 'vma_copied':
      return 'copy mapping';
    case 'page_shared':
      return 'share page';
    case 'exited':
      return 'exit';
    case 'memory_released':
      return 'free memory';
    case 'waiting':
      return 'wait';
    case 'woken':
      return 'wake';
    case 'reaped':
      return 'reap';
    case 'computed':
      return 'compute';
    case 'action_set':
      return 'set action';
    case 'policy_set':
      return 'set policy';
    case 'preset':
      return 'preset';
    case 'opened_standard':
      return 'standard files';
    case 'opened':
      return 'open';
    case 'closed':
      return 'close';
    case 'duplicated':
      return 'duplicate';
    case 'descriptors_copied':
      return 'copy table';
    case 'file_resized':
      return 'resize';
    case 'moved_position':
      return 'seek';
    case 'copied_to_user':
      return 'copy to user';
    case 'copied_from_user':
      return 'copy from user';
    case 'cache_page_made':
      return 'new file page';
    case 'write_discarded':
      return 'discard';
    case 'terminal_shows':
      return 'show text';
    case 'pipe_made':
      return 'make pipe';
    case 'pipe_filled':
      return 'fill page';
    case 'pipe_merged':
      return 'join bytes';
    case 'pipe_drained':
      return 'page read';
    case 'pipe_empty':
      return 'empty';
    case 'pipe_full':
      return 'full';
    case 'pipe_end':
      return 'end of file';
    case 'pipe_broken':
      return 'SIGPIPE';
    case 'mq_made':
      return 'make queue';
    case 'mq_unlinked':
      return 'remove name';
    case 'mq_put':
      return 'queue';
    case 'mq_got':
      return 'take';
    case 'mq_full':
      return 'full';
    case 'mq_empty':
      return 'empty';
    case 'call_goes_on':
      return 'go on';
    case 'channel_freed':
      return 'pipe gone';
    case 'shm_made':
      return 'make memory';
    case 'shm_unlinked':
      return 'remove name';
    case 'memfd_made':
      return 'make memory';
    case 'device_mapped':
      return 'map device';
    case 'called':
      return 'call';
    case 'register_saved':
      return 'save register';
    case 'argument_stored':
      return 'store argument';
    case 'guard_jumped':
      return 'guard jumped';
    case 'register_restored':
      return 'restore';
    case 'result_kept':
      return 'keep result';
    case 'stack_frame':
      return 'stack frame';
    case 'returned':
      return 'return';
    case 'bytes_moved':
      return 'copy bytes';
    case 'text_written':
      return 'write text';
    case 'stack_borrowed':
      return 'foreign stack';
    case 'stack_denied':
      return 'forbidden';
    case 'tls_written':
      return 'TLS copy';
    case 'create_called':
      return 'create';
    case 'stack_wanted':
      return 'map stack';
    case 'stack_reused':
      return 'cached stack';
    case 'stack_cached':
      return 'keep stack';
    case 'stack_freed':
      return 'free stack';
    case 'stack_left':
      return 'left behind';
    case 'table_wanted':
      return 'TLS table';
    case 'block_written':
      return 'thread block';
    case 'thread_made':
      return 'new thread';
    case 'thread_control':
      return 'registers';
    case 'thread_began':
      return 'first frame';
    case 'thread_ends':
      return 'return';
    case 'thread_exited':
      return 'thread ends';
    case 'last_thread':
      return 'last one';
    case 'thread_killed':
      return 'kill thread';
    case 'thread_took_over':
      return 'main thread';
    case 'join_called':
      return 'join';
    case 'joined':
      return 'value';
    case 'detach_called':
      return 'detach';
    case 'pthread_failed':
      return 'refuse';
    case 'malloc_called':
      return 'malloc';
    case 'calloc_called':
      return 'calloc';
    case 'realloc_called':
      return 'realloc';
    case 'free_called':
      return 'free';
    case 'cache_made':
      return 'make cache';
    case 'heap_grown':
      return 'heap too small';
    case 'heap_trimmed':
      return 'trim heap';
    case 'arena_made':
      return 'make arena';
    case 'heap_reserved':
      return 'reserve heap';
    case 'heap_opened':
      return 'open heap';
    case 'heap_written':
      return 'heap head';
    case 'arena_taken':
      return 'take arena';
    case 'arena_shared':
      return 'share arena';
    case 'arena_left':
      return 'leave arena';
    case 'chunk_found':
      return 'find arena';
    case 'heap_shrunk':
      return 'shrink heap';
    case 'heap_deleted':
      return 'delete heap';
    case 'chunk_carved':
      return 'cut from top';
    case 'chunk_reused':
      return 'use again';
    case 'chunk_uncached':
      return 'from cache';
    case 'chunk_split':
      return 'split';
    case 'chunk_mapped':
      return 'large block';
    case 'chunk_cached':
      return 'to cache';
    case 'chunk_held':
      return 'hold';
    case 'chunk_freed':
      return 'free chunk';
    case 'chunk_joined':
      return 'merge';
    case 'top_joined':
      return 'into the top';
    case 'threshold_raised':
      return 'new threshold';
    case 'calloc_cleared':
      return 'clear';
    case 'realloc_kept':
      return 'stays';
    case 'realloc_moved':
      return 'moves';
    case 'malloc_returned':
      return 'return';
    case 'malloc_failed':
      return 'NULL';
    case 'malloc_aborted':
      return 'abort';
    case 'mutex_taken':
      return 'lock';
    case 'mutex_busy':
      return 'taken';
    case 'mutex_refused':
      return 'refused';
    case 'mutex_released':
      return 'unlock';
    case 'mutex_handed':
      return 'hand over';
    case 'unlock_free':
      return 'unlock';
    case 'unlock_foreign':
      return 'not its own';
    case 'futex_wait':
      return 'sleep';
    case 'futex_wake':
      return 'wake';
    case 'futex_requeued':
      return 'requeue';
    case 'deadlock':
      return 'deadlock';
    case 'deadlock_edge':
      return 'waits for';
    case 'deadlock_join':
      return 'waits for';
    case 'priority_inherited':
      return 'inherit';
    case 'priority_restored':
      return 'restore';
    case 'spin_taken':
      return 'lock';
    case 'spin_round':
      return 'spin';
    case 'spin_released':
      return 'unlock';
    case 'semaphore_down':
      return 'down';
    case 'semaphore_empty':
      return 'empty';
    case 'semaphore_post':
      return 'post';
    case 'semaphore_handed':
      return 'hand over';
    case 'condition_wait':
      return 'wait';
    case 'condition_signal':
      return 'signal';
    case 'condition_broadcast':
      return 'broadcast';
    case 'signal_lost':
      return 'lost';
    case 'condition_over':
      return 'wake';
    case 'woken_for_nothing':
      return 'spurious';
    case 'barrier_reached':
      return 'arrive';
    case 'barrier_opened':
      return 'open';
    case 'barrier_useless':
      return 'refused';
    case 'read_locked':
      return 'read lock';
    case 'write_locked':
      return 'write lock';
    case 'rwlock_busy':
      return 'taken';
    case 'rwlock_left':
      return 'leave';
    case 'rwlock_handed':
      return 'hand over';
    case 'process_admitted':
      return 'start';
    case 'registers_loaded':
      return 'load registers';
    case 'segment_named':
      return 'segment';
    case 'relocated':
      return 'add base';
    case 'relocated_down':
      return 'subtract';
    case 'no_memory_yet':
      return 'on disk';
    case 'still_on_disk':
      return 'no room';
    case 'segment_placed':
      return 'place';
    case 'segment_shared':
      return 'share';
    case 'segment_grown':
      return 'grow';
    case 'segment_shrunk':
      return 'shrink';
    case 'segment_moved':
      return 'new base';
    case 'segment_dropped':
      return 'give back';
    case 'swapped_out':
      return 'swap out';
    case 'swapped_in':
      return 'swap in';
    case 'compaction_begun':
      return 'compact';
    case 'piece_moved':
      return 'move';
    case 'hole_examined':
      return 'look at hole';
    case 'hole_taken':
      return 'take hole';
    case 'hole_named':
      return 'hole there';
    case 'place_busy':
      return 'not free';
    case 'hole_split':
      return 'split';
    case 'rest_kept':
      return 'keep rest';
    case 'hole_missing':
      return 'no hole';
    case 'piece_released':
      return 'free';
    case 'holes_joined':
      return 'join';
    case 'release_refused':
      return 'not given';
    case 'buddy_sized':
      return 'round up';
    case 'buddy_split':
      return 'halve';
    case 'buddy_given':
      return 'give block';
    case 'buddy_joined':
      return 'join buddies';
    case 'buddy_busy':
      return 'buddy in use';
    case 'object_cache_made':
      return 'new cache';
    case 'slab_made':
      return 'new slab';
    case 'object_given':
      return 'give object';
    case 'object_released':
      return 'object back';
    case 'slab_returned':
      return 'slab back';
    case 'atomic_done':
      return 'atomic';
    case 'race':
      return 'race';
    case 'policy_tick':
      return 'policy’s timer';
    case 'ghost_hit':
      return 'remembered';
    case 'page_ranked':
      return 'ranked';
    case 'stack_pruned':
      return 'pruned';
    case 'test_ended':
      return 'test over';
    case 'target_moved':
      return 'new target';
    case 'hash_computed':
      return 'hash';
    case 'hash_empty':
      return 'empty bucket';
    case 'row_searched':
      return 'look at row';
    case 'row_entered':
      return 'enter row';
    case 'row_replaced':
      return 'lose row';
    case 'row_none':
      return 'device';
    case 'bulk':
      return 'redraw';
    default: {
      const unknown: never = happening;
      return unknown;
    }
  }
}

const alarms = new Set<Happening['event']>([
  'trap',
  'signal',
  'out_of_memory',
  'oom_limit',
  'call_failed',
  'hole_missing',
  'place_busy',
  'release_refused',
]);

/** Levels of one walk, and many of one kind in a row, are one station. */
export function storyOf(scene: Scene): Station[] {
  const stations: Station[] = [];
  let previous: Happening['event'] | undefined;
  (scene.step?.micros ?? []).forEach(({ happening }, i) => {
    if (!happening) return;
    const last = stations.at(-1);
    const state = i + 1 < scene.micro ? 'done' : i + 1 === scene.micro ? 'now' : 'next';
    if (last && previous === happening.event) {
      stations[stations.length - 1] = grown(last, happening, i, state);
    } else {
      stations.push({
        label: labelOf(happening),
        actor: actorOf(happening) as Actor,
        state,
        alarm: alarms.has(happening.event),
        from: i,
        to: i + 1,
      });
    }
    previous = happening.event;
  });
  return stations;
}

function grown(last: Station, happening: Happening, i: number, state: Station['state']): Station {
  const count = i + 1 - last.from;
  const label =
    happening.event === 'walk_level'
      ? mark(`${count}-level walk`)
      : `${labelOf(happening)} ×${count}`;
  const begun = last.state === 'next' || (last.state === 'done' && state === 'done');
  return { ...last, label, state: begun ? last.state : 'now', to: i + 1 };
}
