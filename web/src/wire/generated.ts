// SPDX-License-Identifier: MIT
// The tables of engine/include/vm/*.def, written by `vm_generate --ts`. Change them there.

export const engineVersion = 4;

export const Actor = {
  user: 0,
  mmu: 1,
  kernel: 2,
  disk: 3,
} as const;
export type Actor = (typeof Actor)[keyof typeof Actor];

export const MachineKind = {
  paper: 0,
  x86_64: 1,
  x86_32: 2,
  sv39: 3,
  custom: 4,
  x86_64_5level: 5,
  base_bounds: 6,
  segmentation: 7,
  free_list: 8,
  buddy: 9,
  slab: 10,
  linear: 11,
  inverted: 12,
  hashed: 13,
} as const;
export type MachineKind = (typeof MachineKind)[keyof typeof MachineKind];

export const Access = {
  none: 0,
  load: 1,
  store: 2,
  fetch: 3,
} as const;
export type Access = (typeof Access)[keyof typeof Access];

export const Fault = {
  none: 0,
  zero: 1,
  minor: 2,
  major: 3,
  cow: 4,
  reuse: 5,
  segv_maperr: 6,
  segv_accerr: 7,
  bus: 8,
  oom: 9,
} as const;
export type Fault = (typeof Fault)[keyof typeof Fault];

export const TrapReason = {
  not_present: 0,
  read_only: 1,
  no_execute: 2,
  supervisor: 3,
  non_canonical: 4,
  no_segment: 5,
  out_of_bounds: 6,
  segment_rights: 7,
  not_in_table: 8,
} as const;
export type TrapReason = (typeof TrapReason)[keyof typeof TrapReason];

export const FrameKind = {
  free: 0,
  kernel: 1,
  table: 2,
  anon: 3,
  file: 4,
  zero: 5,
  shmem: 6,
  buffer: 7,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

export const ProcessState = {
  none: 0,
  alive: 1,
  zombie: 2,
  reaped: 3,
} as const;
export type ProcessState = (typeof ProcessState)[keyof typeof ProcessState];

export const TaskState = {
  none: 0,
  ready: 1,
  running: 2,
  waiting: 3,
  ended: 4,
  exited: 5,
} as const;
export type TaskState = (typeof TaskState)[keyof typeof TaskState];

export const Mode = {
  user: 0,
  kernel: 1,
} as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

export const ObjectKind = {
  none: 0,
  anon: 1,
  file: 2,
  shmem: 3,
  char_null: 4,
  char_zero: 5,
  terminal: 6,
  device: 7,
  vdso: 8,
  pipe: 9,
  mqueue: 10,
} as const;
export type ObjectKind = (typeof ObjectKind)[keyof typeof ObjectKind];

export const VmaKind = {
  none: 0,
  text: 1,
  rodata: 2,
  data: 3,
  bss: 4,
  heap: 5,
  stack: 6,
  map: 7,
  guard: 8,
  pages: 9,
  vdso: 10,
  vvar: 11,
  shm: 12,
  device: 13,
  thread_stack: 14,
} as const;
export type VmaKind = (typeof VmaKind)[keyof typeof VmaKind];

export const Store = {
  frame: 0,
  slot: 1,
  file: 2,
} as const;
export type Store = (typeof Store)[keyof typeof Store];

export const Memory = {
  b1: 0,
  b2: 1,
  a1out: 2,
  ghosts: 3,
  stack: 4,
  test: 5,
} as const;
export type Memory = (typeof Memory)[keyof typeof Memory];

export const Rank = {
  hot: 0,
  cold: 1,
  lir: 2,
  hir: 3,
  t2: 4,
} as const;
export type Rank = (typeof Rank)[keyof typeof Rank];

export const TestEnd = {
  used: 0,
  unused: 1,
  forgotten: 2,
} as const;
export type TestEnd = (typeof TestEnd)[keyof typeof TestEnd];

export const Verdict = {
  passed: 0,
  cleared: 1,
  chosen: 2,
  promoted: 3,
  demoted: 4,
  sorted: 5,
  working: 6,
  written: 7,
  tied: 8,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

export const Signo = {
  none: 0,
  sigsegv: 1,
  sigbus: 2,
  sigkill: 3,
  sigint: 4,
  sigabrt: 5,
  sigusr1: 6,
  sigusr2: 7,
  sigpipe: 8,
  sigterm: 9,
  sigchld: 10,
  sigcont: 11,
  sigstop: 12,
} as const;
export type Signo = (typeof Signo)[keyof typeof Signo];

export const SiCode = {
  none: 0,
  maperr: 1,
  accerr: 2,
  adrerr: 3,
  kernel: 4,
} as const;
export type SiCode = (typeof SiCode)[keyof typeof SiCode];

export const SignalAction = {
  terminate: 0,
  skip: 1,
  ignore: 2,
  handler: 3,
} as const;
export type SignalAction = (typeof SignalAction)[keyof typeof SignalAction];

export const WaitReason = {
  none: 0,
  child: 1,
  vfork: 2,
  mutex: 3,
  condition: 4,
  semaphore: 5,
  barrier: 6,
  read_lock: 7,
  write_lock: 8,
  join: 9,
  pipe_data: 10,
  pipe_room: 11,
  message: 12,
  message_room: 13,
  signal: 14,
  stopped: 15,
} as const;
export type WaitReason = (typeof WaitReason)[keyof typeof WaitReason];

export const Counter = {
  references: 0,
  tlb_hits: 1,
  tlb_misses: 2,
  walk_reads: 3,
  faults: 4,
  minor: 5,
  major: 6,
  zero_fills: 7,
  copies: 8,
  reuses: 9,
  signals: 10,
  evictions: 11,
  writebacks: 12,
  swap_ins: 13,
  file_reads: 14,
  tables: 15,
  rss: 16,
  switches: 17,
  rss_anon: 18,
  rss_file: 19,
  rss_shmem: 20,
  swapped: 21,
  committed: 22,
  walks: 23,
  traps: 24,
  syscalls: 25,
  copied_bytes: 26,
  file_writes: 27,
  swap_outs: 28,
  readaheads: 29,
  kswapd_runs: 30,
  oom_kills: 31,
  huge_faults: 32,
  huge_splits: 33,
  tlb_drops: 34,
  tlb_flushes: 35,
  direct_reclaims: 36,
  interrupts: 37,
  ipis: 38,
  process_switches: 39,
  thread_switches: 40,
  preemptions: 41,
  futex_waits: 42,
  futex_wakes: 43,
  contended: 44,
  spins: 45,
  deadlocks: 46,
  races: 47,
  messages: 48,
  stack_hits: 49,
  foreign_unlocks: 50,
  searched: 51,
  splits: 52,
  joins: 53,
  moved_bytes: 54,
  no_room: 55,
  placements: 56,
  refills: 57,
} as const;
export type Counter = (typeof Counter)[keyof typeof Counter];

export const MachineWord = {
  kind: 0,
  page_shift: 1,
  va_bits: 2,
  levels: 3,
  level_bits: 4,
  frames: 5,
  tick: 6,
  tau: 7,
  slots: 8,
  kernel_frames: 9,
  tlb_sets: 10,
  tlb_ways: 11,
  asids: 12,
  policy: 13,
  seed: 14,
  tables_outside: 15,
  future_end: 16,
  fault_around: 17,
  readahead: 18,
  page_cluster: 19,
  watermark_min: 20,
  watermark_low: 21,
  watermark_high: 22,
  dirty_background: 23,
  local: 24,
  overcommit: 25,
  overcommit_ratio: 26,
  thp: 27,
  stack_limit: 28,
  stack_guard_gap: 29,
  kpti: 30,
  swap_on: 31,
  files_on: 32,
  cpus: 33,
  stacks: 34,
  races: 35,
  memory: 36,
  memory_base: 37,
  segment_bits: 38,
  fit: 39,
  list_order: 40,
  coalesce: 41,
  header: 42,
  align: 43,
  split: 44,
  buckets: 45,
  rows: 46,
} as const;
export type MachineWord = (typeof MachineWord)[keyof typeof MachineWord];

export const ErrnoCode = {
  none: 0,
  enomem: 1,
  einval: 2,
  echild: 3,
  eexist: 4,
  eacces: 5,
  eperm: 6,
  ebadf: 7,
  enoent: 8,
  efault: 9,
  enodev: 10,
  emfile: 11,
  e2big: 12,
  enoexec: 13,
  eagain: 14,
  espipe: 15,
  eisdir: 16,
  enxio: 17,
  ebusy: 18,
  eintr: 19,
  epipe: 20,
  edeadlk: 21,
  esrch: 22,
  emsgsize: 23,
} as const;
export type ErrnoCode = (typeof ErrnoCode)[keyof typeof ErrnoCode];

export const Advice = {
  normal: 0,
  random: 1,
  sequential: 2,
  willneed: 3,
  dontneed: 4,
  free: 5,
  remove: 6,
  pageout: 7,
  cold: 8,
  populate_read: 9,
  populate_write: 10,
  hugepage: 11,
  nohugepage: 12,
  dontfork: 13,
  dofork: 14,
} as const;
export type Advice = (typeof Advice)[keyof typeof Advice];

export const Whence = {
  set: 0,
  cur: 1,
  end: 2,
} as const;
export type Whence = (typeof Whence)[keyof typeof Whence];

export const Resource = {
  stack: 0,
  address_space: 1,
  memlock: 2,
  memory: 3,
} as const;
export type Resource = (typeof Resource)[keyof typeof Resource];

export const Overcommit = {
  heuristic: 0,
  always: 1,
  never: 2,
} as const;
export type Overcommit = (typeof Overcommit)[keyof typeof Overcommit];

export const Thp = {
  never: 0,
  madvise: 1,
  always: 2,
} as const;
export type Thp = (typeof Thp)[keyof typeof Thp];

export const LinkKind = {
  pie: 0,
  fixed: 1,
  static_fixed: 2,
  static_pie: 3,
} as const;
export type LinkKind = (typeof LinkKind)[keyof typeof LinkKind];

export const ChunkState = {
  none: 0,
  used: 1,
  free: 2,
  cached: 3,
  top: 4,
  mapped: 5,
} as const;
export type ChunkState = (typeof ChunkState)[keyof typeof ChunkState];

export const PageState = {
  unmapped: 0,
  untouched: 1,
  zero: 2,
  resident: 3,
  swapped: 4,
  in_file: 5,
} as const;
export type PageState = (typeof PageState)[keyof typeof PageState];

export const LockKind = {
  none: 0,
  mutex: 1,
  spinlock: 2,
  semaphore: 3,
  condition: 4,
  barrier: 5,
  rwlock: 6,
} as const;
export type LockKind = (typeof LockKind)[keyof typeof LockKind];

export const StackWord = {
  none: 0,
  argument: 1,
  saved: 2,
} as const;
export type StackWord = (typeof StackWord)[keyof typeof StackWord];

export const Atomic = {
  load: 0,
  store: 1,
  exchange: 2,
  add: 3,
  compare_exchange: 4,
} as const;
export type Atomic = (typeof Atomic)[keyof typeof Atomic];

export const Stacks = {
  conventional: 0,
  strict: 1,
} as const;
export type Stacks = (typeof Stacks)[keyof typeof Stacks];

export const Schedule = {
  round_robin: 0,
  priority: 1,
} as const;
export type Schedule = (typeof Schedule)[keyof typeof Schedule];

export const Interrupt = {
  timer: 0,
  reschedule: 1,
  shootdown: 2,
} as const;
export type Interrupt = (typeof Interrupt)[keyof typeof Interrupt];

export const MaskHow = {
  block: 0,
  unblock: 1,
} as const;
export type MaskHow = (typeof MaskHow)[keyof typeof MaskHow];

export const PieceState = {
  none: 0,
  hole: 1,
  used: 2,
  slab: 3,
} as const;
export type PieceState = (typeof PieceState)[keyof typeof PieceState];

export const Fit = {
  first: 0,
  best: 1,
  worst: 2,
  next: 3,
} as const;
export type Fit = (typeof Fit)[keyof typeof Fit];

export const ListOrder = {
  address: 0,
  size_up: 1,
  size_down: 2,
  front: 3,
  back: 4,
} as const;
export type ListOrder = (typeof ListOrder)[keyof typeof ListOrder];

export const HoleVerdict = {
  too_small: 0,
  fits: 1,
  best_yet: 2,
  not_better: 3,
} as const;
export type HoleVerdict = (typeof HoleVerdict)[keyof typeof HoleVerdict];

export const Figure = {
  eat: 0,
  fault_rate: 1,
  efficiency: 2,
  cpu_utilisation: 3,
} as const;
export type Figure = (typeof Figure)[keyof typeof Figure];

export const RowVerdict = {
  match: 0,
  other_page: 1,
  other_process: 2,
  empty: 3,
} as const;
export type RowVerdict = (typeof RowVerdict)[keyof typeof RowVerdict];

export const Medium = {
  sram: 0,
  dram: 1,
  ssd: 2,
  disk: 3,
  network: 4,
  tape: 5,
} as const;
export type Medium = (typeof Medium)[keyof typeof Medium];

export const Cost = {
  data: 0,
  tlb_hit: 1,
  walk_read: 2,
  trap: 3,
  syscall: 4,
  minor_work: 5,
  major_work: 6,
  zero_fill: 7,
  page_copy: 8,
  byte_copy: 9,
  eviction: 10,
  swap_in: 11,
  swap_out: 12,
  file_read: 13,
  file_write: 14,
  readahead: 15,
  tlb_drop: 16,
  tlb_flush: 17,
  signal: 18,
  switch: 19,
  space_switch: 20,
  interrupt: 21,
  ipi: 22,
} as const;
export type Cost = (typeof Cost)[keyof typeof Cost];

export const PteBits = {
  present: 1,
  writable: 2,
  user: 4,
  accessed: 8,
  dirty: 16,
  global: 32,
  no_execute: 64,
  leaf: 128,
  cow: 256,
  swapped: 512,
  special: 1024,
  exclusive: 2048,
  huge: 4096,
} as const;

export const ProtBits = {
  read: 1,
  write: 2,
  exec: 4,
} as const;

export const MapBits = {
  shared: 1,
  fixed: 2,
  stack: 4,
  growsdown: 8,
  pages: 16,
  populate: 32,
  noreserve: 64,
  noreplace: 128,
  locked: 256,
  random: 512,
  sequential: 1024,
  hugepage: 2048,
  nohugepage: 4096,
  dontfork: 8192,
  account: 16384,
  inherited: 32768,
  special: 65536,
  nowrite: 131072,
} as const;

export const OpenBits = {
  read: 1,
  write: 2,
  create: 4,
  truncate: 8,
  append: 16,
  cloexec: 32,
} as const;

export const SigsetBits = {
  sigint: 2,
  sigabrt: 32,
  sigbus: 64,
  sigkill: 256,
  sigusr1: 512,
  sigsegv: 1024,
  sigusr2: 2048,
  sigpipe: 4096,
  sigterm: 16384,
  sigchld: 65536,
  sigcont: 131072,
  sigstop: 262144,
} as const;

export const MsyncBits = {
  async: 1,
  invalidate: 2,
  sync: 4,
} as const;

export const MremapBits = {
  maymove: 1,
  fixed: 2,
  dontunmap: 4,
} as const;

export const FrameBits = {
  dirty: 1,
  pinned: 2,
  exclusive: 4,
  locked: 8,
  huge: 16,
  lazyfree: 32,
  readahead: 64,
} as const;

/** Types of fields: their shape, how a person sees them, and the names and words of enums and
 * flags; most of these stand in said.ts, and are here once `said()` has read it. */
interface TypeDesc<Written extends string> {
  readonly shape: "num" | "big" | "enum" | "flags";
  readonly written: Written;
  readonly names: readonly string[];
  readonly words: readonly string[];
}
const of = <Written extends string>(
  shape: TypeDesc<Written>["shape"],
  written: Written,
  words: readonly string[] = [],
): TypeDesc<Written> => ({ shape, written, names: [], words });
export const types = {
  num: of("num", "decimal"),
  u64: of("big", "decimal"),
  text: of("big", "8 bytes of text, the first lowest"),
  bool: of("num", "yes or no"),
  bytes: of("num", "bytes"),
  pid: of("num", "the process's letter"),
  tid: of("num", "the thread's letter"),
  asid: of("num", "decimal"),
  cpu: of("num", "processor"),
  cpu_opt: of("num", "processor"),
  lock: of("num", "the lock's name"),
  va: of("big", "hex address"),
  pa: of("num", "hex address"),
  vpn: of("num", "hex page number"),
  frame: of("num", "hex frame number"),
  slot: of("num", "hex slot number"),
  frame_opt: of("num", "hex frame number"),
  slot_opt: of("num", "hex slot number"),
  table: of("num", "table"),
  object: of("num", "the object's name"),
  vma: of("num", "the mapping's name"),
  name: of("num", "the name"),
  pte: of("num", "entry"),
  op: of("num", "the operation's name"),
  policy: of("num", "the policy's title"),
  seen: of("num", "what the policy goes by, and its value"),
  frame_flags: of("flags", "frame"),
  prot: of("flags", "prot"),
  map: of("flags", "map"),
  open: of("flags", "open"),
  msync: of("flags", "msync"),
  mremap: of("flags", "mremap"),
  sigset: of("flags", "sigset"),
  mode_bits: of("num", "octal file mode"),
  uid: of("num", "user id, 0 = root"),
  fd: of("num", "file descriptor"),
  fd_opt: of("num", "file descriptor"),
  ns: of("num", "nanoseconds"),
  actor: of("enum", "its words"),
  machine_kind: of("enum", "its words", ["paper", "x86-64", "x86-32", "sv39", "custom", "x86-64-5level", "base-bounds", "segmentation", "free-list", "buddy", "slab", "linear", "inverted", "hashed"]),
  access: of("enum", "its words"),
  fault: of("enum", "its words"),
  trap_reason: of("enum", "its words"),
  frame_kind: of("enum", "its words", ["free", "kernel", "page table", "anonymous memory", "file cache", "zero page", "shared memory", "kernel buffer"]),
  process_state: of("enum", "its words", ["no process", "alive", "zombie", "gone"]),
  task_state: of("enum", "its words", ["no thread", "ready", "running", "waiting", "ended", "ended, nobody has joined it yet"]),
  mode: of("enum", "its words"),
  object_kind: of("enum", "its words", ["nothing", "anonymous memory", "file", "shared memory", "/dev/null", "/dev/zero", "terminal", "device memory", "kernel-provided page", "pipe", "message queue"]),
  vma_kind: of("enum", "its words", ["nothing", "text", "rodata", "data", "bss", "heap", "stack", "mapping", "guard", "pages", "vdso", "vvar", "shared memory", "device memory", "thread stack"]),
  store: of("enum", "its words"),
  memory: of("enum", "its words"),
  rank: of("enum", "its words"),
  test_end: of("enum", "its words"),
  verdict: of("enum", "its words"),
  signo: of("enum", "its words"),
  si_code: of("enum", "its words"),
  signal_action: of("enum", "its words"),
  wait_reason: of("enum", "its words", ["nothing", "a child to exit", "its child to exec or exit", "a mutex", "a condition", "a semaphore", "the others at a barrier", "a lock for reading", "a lock for writing", "a thread to end", "bytes in a pipe", "room in a pipe", "a message", "room in a message queue", "a signal", "SIGCONT"]),
  counter: of("enum", "its words"),
  machine_word: of("enum", "its words"),
  errno_code: of("enum", "its words"),
  advice: of("enum", "its words"),
  whence: of("enum", "its words"),
  resource: of("enum", "its words"),
  overcommit: of("enum", "its words"),
  thp: of("enum", "its words"),
  link_kind: of("enum", "its words"),
  chunk_state: of("enum", "its words", ["nothing", "in use", "free", "free, in the thread's cache", "the top", "a mapping of its own"]),
  page_state: of("enum", "its words"),
  lock_kind: of("enum", "its words"),
  stack_word: of("enum", "its words"),
  atomic: of("enum", "its words"),
  stacks: of("enum", "its words"),
  schedule: of("enum", "its words"),
  interrupt: of("enum", "its words"),
  mask_how: of("enum", "its words"),
  piece_state: of("enum", "its words"),
  fit: of("enum", "its words"),
  list_order: of("enum", "its words"),
  hole_verdict: of("enum", "its words"),
  figure: of("enum", "its words"),
  row_verdict: of("enum", "its words"),
  medium: of("enum", "its words"),
  cost: of("enum", "its words"),
  pte_bits: of("flags", "its letters", ["P", "W", "U", "A", "D", "G", "NX", "leaf", "COW", "in swap", "special", "one process's own", "huge"]),
  prot_bits: of("flags", "its letters", ["r", "w", "x"]),
  map_bits: of("flags", "its letters"),
  open_bits: of("flags", "its letters"),
  sigset_bits: of("flags", "its letters"),
  msync_bits: of("flags", "its letters"),
  mremap_bits: of("flags", "its letters"),
  frame_bits: of("flags", "its letters"),
};
export type TypeName = keyof typeof types;

export interface MachineRow {
  word: MachineWord;
  value: bigint;
}

export interface CpuRow {
  cpu: number;
  tid: number;
  mode: Mode;
  asid: number;
  root: number;
  epoch: number;
}

export interface ProcessRow {
  pid: number;
  state: ProcessState;
  label: number;
  program: number;
  parent: number;
  root: number;
  asid: number;
  brk_start: bigint;
  brk: bigint;
  exit_code: number;
  mm: number;
  uid: number;
  gid: number;
  stack_limit: number;
  space_limit: number;
  lock_limit: number;
  frame_limit: number;
  arg_start: bigint;
  env_start: bigint;
  adopted: number;
}

export interface ActionRow {
  pid: number;
  signo: Signo;
  action: SignalAction;
  handler: bigint;
  name: number;
  param: number;
}

export interface ProcessSignalsRow {
  pid: number;
  pending: number;
  stopped: number;
}

export interface ThreadSignalsRow {
  tid: number;
  pending: number;
  blocked: number;
  code: SiCode;
  fault: bigint;
}

export interface SignalFrameRow {
  tid: number;
  depth: number;
  sp: bigint;
  bytes: number;
  signo: Signo;
  handler: number;
}

export interface TaskRow {
  tid: number;
  pid: number;
  state: TaskState;
  wait: WaitReason;
  waits_for: bigint;
  sp: bigint;
  pc: bigint;
  ret: bigint;
  fp: bigint;
  number: number;
  label: number;
  body: number;
  begun: number;
  detached: number;
  priority: number;
  base_priority: number;
  cpu: number;
  affinity: number;
  queued: number;
}

export interface StackRow {
  tid: number;
  start: bigint;
  end: bigint;
  guard: number;
  tls: bigint;
  into: number;
}

export interface SpareStackRow {
  spare: number;
  pid: number;
  start: bigint;
  end: bigint;
  guard: number;
  tls: bigint;
  stamp: number;
}

export interface UsageRow {
  tid: number;
  minor: number;
  major: number;
  voluntary: number;
  involuntary: number;
}

export interface LockRow {
  lock: number;
  pid: number;
  va: bigint;
  kind: LockKind;
  name: number;
  owner: number;
  holders: number;
  waiters: number;
  object: number;
  offset: number;
  inherit: number;
}

export interface FutexRow {
  tid: number;
  lock: number;
  place: number;
  va: bigint;
  mutex: bigint;
}

export interface ActivationRow {
  tid: number;
  depth: number;
  name: number;
  va: bigint;
  fp: bigint;
  sp: bigint;
  arguments: number;
  saved: number;
  locals: number;
}

export interface StackWordRow {
  tid: number;
  depth: number;
  va: bigint;
  kind: StackWord;
  name: number;
}

export interface RegisterRow {
  tid: number;
  name: number;
  value: bigint;
}

export interface ObjectRow {
  object: number;
  kind: ObjectKind;
  name: number;
  bytes: number;
  mode: number;
  uid: number;
  gid: number;
  refs: number;
  links: number;
}

export interface VmaRow {
  vma: number;
  pid: number;
  start: number;
  end: number;
  prot: number;
  flags: number;
  kind: VmaKind;
  object: number;
  offset: number;
  name: number;
  anon: number;
}

export interface TableRow {
  table: number;
  pid: number;
  level: number;
  frame: number;
  base: number;
  used: number;
}

export interface PteRow {
  table: number;
  index: number;
  entry: number;
}

export interface FrameRow {
  frame: number;
  kind: FrameKind;
  object: number;
  index: number;
  maps: number;
  flags: number;
  slot: number;
  charge: number;
}

export interface SlotRow {
  slot: number;
  object: number;
  index: number;
  refs: number;
  frame: number;
}

export interface TlbRow {
  cpu: number;
  entry: number;
  asid: number;
  vpn: number;
  pte: number;
  epoch: number;
  used: number;
}

export interface MemRow {
  store: Store;
  id: number;
  page: number;
  offset: number;
  value: bigint;
}

export interface PolicyRow {
  region: number;
  index: number;
  value: number;
}

export interface DescriptorRow {
  pid: number;
  fd: number;
  file: number;
  flags: number;
}

export interface OpenFileRow {
  file: number;
  object: number;
  flags: number;
  refs: number;
  position: number;
}

export interface ChannelRow {
  object: number;
  most: number;
  size: number;
  next: number;
  held: number;
  bytes: number;
  readers: number;
  writers: number;
}

export interface BufferRow {
  object: number;
  number: number;
  frame: number;
  offset: number;
  bytes: number;
  priority: number;
  more: number;
}

export interface PendingRow {
  tid: number;
  call: number;
  file: number;
  va: bigint;
  bytes: number;
  done: number;
  priority: number;
  order: number;
}

export interface ChunkRow {
  pid: number;
  va: bigint;
  bytes: number;
  state: ChunkState;
  arena: number;
}

export interface ArenaRow {
  pid: number;
  arena: number;
  heap: bigint;
  threads: number;
}

export interface AllocatorRow {
  tid: number;
  arena: number;
  cache: bigint;
}

export interface PieceRow {
  at: number;
  bytes: number;
  state: PieceState;
  asked: number;
  users: number;
  cache: number;
  next: number;
}

export interface HoleListRow {
  list: number;
  first: number;
  rover: number;
}

export interface SegmentRegisterRow {
  pid: number;
  number: number;
  base: number;
  bytes: number;
  prot: number;
  down: number;
  present: number;
  share: number;
  name: number;
}

export interface SlabCacheRow {
  cache: number;
  name: number;
  bytes: number;
  step: number;
  slab: number;
  slabs: number;
  used: number;
}

export interface SlabObjectRow {
  at: number;
  cache: number;
}

export interface HashRowRow {
  row: number;
  pid: number;
  vpn: number;
  pte: number;
  next: number;
}

export interface HashBucketRow {
  bucket: number;
  first: number;
}

export interface CostRow {
  cost: Cost;
  picoseconds: number;
}

export interface CounterRow {
  pid: number;
  counter: Counter;
  value: number;
}

export interface ProcessStartedFields {
  pid: number;
  program: number;
}

export interface SegmentMappedFields {
  pid: number;
  vma: number;
  kind: VmaKind;
  start: number;
  pages: number;
}

export interface ExecBegunFields {
  pid: number;
  program: number;
}

export interface ExecFailedFields {
  pid: number;
  program: number;
}

export interface TailClearedFields {
  pid: number;
  vpn: number;
  va: bigint;
}

export interface ArgumentsWrittenFields {
  pid: number;
  argc: number;
  envc: number;
  sp: bigint;
}

export interface LibraryMappedFields {
  tid: number;
  library: number;
  pages: number;
}

export interface LibrarySegmentFields {
  tid: number;
  library: number;
  kind: VmaKind;
  start: number;
  pages: number;
}

export interface LibraryRefusedFields {
  tid: number;
  library: number;
}

export interface VforkedFields {
  parent: number;
  child: number;
}

export interface MemoryLeftFields {
  pid: number;
  owner: number;
}

export interface IdentitySetFields {
  pid: number;
  uid: number;
  gid: number;
}

export interface LimitSetFields {
  pid: number;
  resource: Resource;
  value: number;
}

export interface LimitLiftedFields {
  pid: number;
  resource: Resource;
}

export interface AccessFields {
  tid: number;
  va: bigint;
  access: Access;
}

export interface ReferenceHitFields {
  tid: number;
  vpn: number;
  frame: number;
}

export interface TlbHitFields {
  tid: number;
  vpn: number;
  frame: number;
  entry: number;
}

export interface TlbMissFields {
  tid: number;
  vpn: number;
  set: number;
}

export interface WalkLevelFields {
  tid: number;
  level: number;
  table: number;
  index: number;
  pa: number;
  entry: number;
}

export interface TlbFillFields {
  tid: number;
  vpn: number;
  frame: number;
  entry: number;
}

export interface DirtySetFields {
  tid: number;
  vpn: number;
  frame: number;
}

export interface AccessDoneFields {
  tid: number;
  va: bigint;
  access: Access;
  pa: number;
}

export interface TrapFields {
  tid: number;
  va: bigint;
  access: Access;
  reason: TrapReason;
}

export interface GeneralProtectionFields {
  tid: number;
  va: bigint;
}

export interface VmaFoundFields {
  tid: number;
  vma: number;
  kind: VmaKind;
  prot: number;
}

export interface StackGrownFields {
  tid: number;
  vma: number;
  start: number;
}

export interface FaultFields {
  tid: number;
  vpn: number;
  kind: Fault;
}

export interface ReclaimFields {
  policy: number;
}

export interface LookFields {
  policy: number;
  frame: number;
  value: number;
  verdict: Verdict;
}

export interface EvictFields {
  policy: number;
  frame: number;
  pid: number;
  vpn: number;
  dirty: number;
}

export interface EntryClearedFields {
  pid: number;
  vpn: number;
  frame: number;
}

export interface DroppedCleanFields {
  frame: number;
}

export interface SwapWriteFields {
  frame: number;
  slot: number;
}

export interface FileWriteFields {
  frame: number;
  object: number;
  index: number;
}

export interface FrameTakenFields {
  frame: number;
  kind: FrameKind;
}

export interface ZeroFillFields {
  frame: number;
}

export interface ZeroPageFields {
  tid: number;
  vpn: number;
  frame: number;
}

export interface CacheHitFields {
  object: number;
  index: number;
  frame: number;
}

export interface FileReadFields {
  object: number;
  index: number;
  frame: number;
}

export interface SwapHitFields {
  slot: number;
  frame: number;
}

export interface SwapReadFields {
  slot: number;
  frame: number;
}

export interface CowCopyFields {
  tid: number;
  vpn: number;
  from: number;
  to: number;
}

export interface CowReuseFields {
  tid: number;
  vpn: number;
  frame: number;
}

export interface KernelAccessFields {
  tid: number;
  va: bigint;
  access: Access;
}

export interface TrapInKernelFields {
  tid: number;
  va: bigint;
  access: Access;
  reason: TrapReason;
}

export interface FaultAroundFields {
  tid: number;
  start: number;
  pages: number;
}

export interface ReadAheadFields {
  object: number;
  from: number;
  pages: number;
}

export interface SwapReadAheadFields {
  slot: number;
  slots: number;
}

export interface AdvisedFields {
  tid: number;
  start: number;
  pages: number;
  advice: Advice;
}

export interface SwapCachedFields {
  frame: number;
  slot: number;
}

export interface WriteProtectedFields {
  frame: number;
  object: number;
  index: number;
}

export interface WriteNotedFields {
  tid: number;
  object: number;
  index: number;
}

export interface ShmemFreedFields {
  object: number;
  pages: number;
}

export interface ShmemZeroedFields {
  object: number;
  index: number;
  frame: number;
}

export interface WarmedFields {
  object: number;
  pages: number;
}

export interface CachesDroppedFields {
  frames: number;
}

export interface TableMadeFields {
  pid: number;
  level: number;
  table: number;
  frame: number;
}

export interface KernelSharedFields {
  pid: number;
  table: number;
  index: number;
}

export interface HugeTakenFields {
  frame: number;
  pages: number;
}

export interface TableDepositedFields {
  pid: number;
  table: number;
  frame: number;
}

export interface HugeMappedFields {
  pid: number;
  vpn: number;
  frame: number;
  pages: number;
  entry: number;
}

export interface HugeZeroPageFields {
  tid: number;
  vpn: number;
  frame: number;
  pages: number;
}

export interface HugeFallbackFields {
  tid: number;
  vpn: number;
  pages: number;
}

export interface HugeSharedFields {
  parent: number;
  child: number;
  vpn: number;
  frame: number;
  pages: number;
}

export interface HugeReusedFields {
  tid: number;
  vpn: number;
  frame: number;
  pages: number;
}

export interface HugeSplitFields {
  pid: number;
  vpn: number;
  table: number;
  pages: number;
}

export interface EntrySetFields {
  pid: number;
  vpn: number;
  frame: number;
  entry: number;
}

export interface TlbDropFields {
  cpu: number;
  pid: number;
  vpn: number;
}

export interface TlbFlushFields {
  cpu: number;
  pid: number;
}

export interface TlbDropAbsentFields {
  cpu: number;
  pid: number;
  vpn: number;
}

export interface TlbFlushAbsentFields {
  cpu: number;
  pid: number;
}

export interface SpuriousFaultFields {
  tid: number;
  vpn: number;
}

export interface FaultReturnFields {
  tid: number;
  va: bigint;
}

export interface SignalFields {
  tid: number;
  signo: Signo;
  code: SiCode;
  va: bigint;
}

export interface SignalSkippedFields {
  tid: number;
  signo: Signo;
}

export interface OutOfMemoryFields {
  pid: number;
}

export interface DirectReclaimFields {
  pid: number;
  free: number;
  min: number;
}

export interface ReclaimOwnFields {
  pid: number;
  pages: number;
}

export interface LimitReachedFields {
  pid: number;
  pages: number;
}

export interface KswapdWokenFields {
  pid: number;
  free: number;
  low: number;
}

export interface KswapdRunsFields {
  pid: number;
  free: number;
  high: number;
}

export interface KswapdSleepsFields {
  freed: number;
  free: number;
}

export interface FlusherRunsFields {
  dirty: number;
  limit: number;
}

export interface DroppedLazyFields {
  frame: number;
}

export interface OomScoreFields {
  pid: number;
  points: number;
  resident: number;
  swapped: number;
  tables: number;
}

export interface OomLimitFields {
  pid: number;
}

export interface PreemptedFields {
  tid: number;
  cpu: number;
  next: number;
}

export interface RegistersSavedFields {
  tid: number;
  cpu: number;
  pc: bigint;
  sp: bigint;
  registers: number;
}

export interface SpaceKeptFields {
  cpu: number;
  tid: number;
  pid: number;
  table: number;
}

export interface SpaceLoadedFields {
  cpu: number;
  pid: number;
  table: number;
  asid: number;
}

export interface SpaceFlushedFields {
  cpu: number;
  pid: number;
  table: number;
}

export interface SwitchedFields {
  tid: number;
  cpu: number;
  pc: bigint;
  sp: bigint;
  registers: number;
}

export interface YieldedFields {
  tid: number;
  cpu: number;
  next: number;
}

export interface YieldAloneFields {
  tid: number;
}

export interface PrioritySetFields {
  tid: number;
  thread: number;
  priority: number;
}

export interface AffinitySetFields {
  tid: number;
  thread: number;
  cpus: number;
}

export interface MigratedFields {
  thread: number;
  cpu: number;
}

export interface SyscallFields {
  tid: number;
  call: number;
}

export interface SyscallReturnFields {
  tid: number;
  value: bigint;
}

export interface InterruptFields {
  cpu: number;
  tid: number;
  cause: Interrupt;
  pc: bigint;
}

export interface InterruptIdleFields {
  cpu: number;
  cause: Interrupt;
}

export interface InterruptReturnFields {
  cpu: number;
  tid: number;
  pc: bigint;
}

export interface IpiSentFields {
  from: number;
  to: number;
  pid: number;
  pages: number;
}

export interface ShootdownFields {
  cpu: number;
  pid: number;
  pages: number;
}

export interface MappedFields {
  pid: number;
  vma: number;
  start: number;
  pages: number;
}

export interface UnmappedFields {
  pid: number;
  start: number;
  pages: number;
}

export interface ProtectedFields {
  pid: number;
  start: number;
  pages: number;
  prot: number;
}

export interface MovedFields {
  pid: number;
  from: number;
  to: number;
  pages: number;
}

export interface LockedFields {
  pid: number;
  start: number;
  pages: number;
  locked: number;
}

export interface VmaMergedFields {
  pid: number;
  vma: number;
  start: number;
  pages: number;
}

export interface VmaSplitFields {
  pid: number;
  vma: number;
  at: number;
}

export interface BrkMovedFields {
  pid: number;
  va: bigint;
}

export interface CallFailedFields {
  tid: number;
  reason: ErrnoCode;
}

export interface ForkedFields {
  parent: number;
  child: number;
}

export interface VmaCopiedFields {
  child: number;
  vma: number;
  kind: VmaKind;
  pages: number;
}

export interface PageSharedFields {
  parent: number;
  child: number;
  vpn: number;
  frame: number;
}

export interface ExitedFields {
  pid: number;
  code: number;
}

export interface MemoryReleasedFields {
  pid: number;
  frames: number;
}

export interface WaitingFields {
  tid: number;
  reason: WaitReason;
  what: bigint;
}

export interface WokenFields {
  tid: number;
}

export interface ReapedFields {
  parent: number;
  child: number;
}

export interface ComputedFields {
  tid: number;
  name: number;
  value: bigint;
}

export interface ActionSetFields {
  pid: number;
  signo: Signo;
  action: SignalAction;
}

export interface SignalSentFields {
  tid: number;
  signo: Signo;
  pid: number;
}

export interface SignalAimedFields {
  tid: number;
  signo: Signo;
  thread: number;
}

export interface SignalIgnoredFields {
  pid: number;
  signo: Signo;
}

export interface SignalMergedFields {
  pid: number;
  signo: Signo;
}

export interface SignalHeldFields {
  pid: number;
  signo: Signo;
}

export interface SignalChosenFields {
  tid: number;
  signo: Signo;
}

export interface SignalFatalFields {
  pid: number;
  signo: Signo;
}

export interface SignalStopsFields {
  pid: number;
}

export interface SignalContinuesFields {
  pid: number;
}

export interface CallInterruptedFields {
  tid: number;
  reason: WaitReason;
}

export interface MaskSetFields {
  tid: number;
  how: MaskHow;
  signo: Signo;
}

export interface SignalTakenFields {
  tid: number;
  signo: Signo;
}

export interface SignalFrameWrittenFields {
  tid: number;
  sp: bigint;
  bytes: number;
}

export interface HandlerBeginsFields {
  tid: number;
  signo: Signo;
  va: bigint;
  name: number;
}

export interface SignalNoStackFields {
  tid: number;
  sp: bigint;
}

export interface SignalRestoredFields {
  tid: number;
  sp: bigint;
  pc: bigint;
}

export interface ChildSignalFields {
  parent: number;
  child: number;
}

export interface OrphanedFields {
  parent: number;
  child: number;
}

export interface InitReapsFields {
  child: number;
}

export interface ReapedUnaskedFields {
  parent: number;
  child: number;
}

export interface PolicySetFields {
  policy: number;
}

export interface PresetFields {
  pid: number;
  vpn: number;
  frame: number;
}

export interface OpenedStandardFields {
  pid: number;
  object: number;
}

export interface OpenedFields {
  tid: number;
  fd: number;
  object: number;
  flags: number;
}

export interface ClosedFields {
  pid: number;
  fd: number;
  object: number;
}

export interface DuplicatedFields {
  tid: number;
  fd: number;
  to: number;
  object: number;
}

export interface DescriptorsCopiedFields {
  parent: number;
  child: number;
  descriptors: number;
}

export interface FileResizedFields {
  tid: number;
  object: number;
  bytes: number;
}

export interface MovedPositionFields {
  tid: number;
  fd: number;
  object: number;
  bytes: number;
}

export interface CopiedToUserFields {
  tid: number;
  object: number;
  va: bigint;
  bytes: number;
}

export interface CopiedFromUserFields {
  tid: number;
  object: number;
  va: bigint;
  bytes: number;
}

export interface CachePageMadeFields {
  object: number;
  index: number;
  frame: number;
}

export interface WriteDiscardedFields {
  tid: number;
  object: number;
  bytes: number;
}

export interface TerminalShowsFields {
  tid: number;
  object: number;
  bytes: number;
  w0: bigint;
  w1: bigint;
  w2: bigint;
  w3: bigint;
  w4: bigint;
  w5: bigint;
  w6: bigint;
  w7: bigint;
}

export interface ShmMadeFields {
  tid: number;
  object: number;
  name: number;
}

export interface ShmUnlinkedFields {
  tid: number;
  object: number;
  refs: number;
}

export interface MemfdMadeFields {
  tid: number;
  object: number;
}

export interface DeviceMappedFields {
  pid: number;
  object: number;
  start: number;
  pages: number;
  pa: number;
}

export interface PipeMadeFields {
  tid: number;
  object: number;
  read: number;
  write: number;
  pages: number;
}

export interface PipeFilledFields {
  object: number;
  frame: number;
  bytes: number;
  held: number;
  most: number;
}

export interface PipeMergedFields {
  object: number;
  frame: number;
  bytes: number;
}

export interface PipeDrainedFields {
  object: number;
  frame: number;
  held: number;
  most: number;
}

export interface PipeEmptyFields {
  tid: number;
  object: number;
  writers: number;
}

export interface PipeFullFields {
  tid: number;
  object: number;
  most: number;
  bytes: number;
}

export interface PipeEndFields {
  tid: number;
  object: number;
}

export interface PipeBrokenFields {
  tid: number;
  object: number;
}

export interface MqMadeFields {
  tid: number;
  object: number;
  messages: number;
  bytes: number;
}

export interface MqUnlinkedFields {
  tid: number;
  object: number;
  refs: number;
}

export interface MqPutFields {
  tid: number;
  object: number;
  bytes: number;
  priority: number;
  held: number;
  most: number;
}

export interface MqGotFields {
  tid: number;
  object: number;
  priority: number;
  held: number;
}

export interface MqFullFields {
  tid: number;
  object: number;
  most: number;
}

export interface MqEmptyFields {
  tid: number;
  object: number;
}

export interface CallGoesOnFields {
  tid: number;
  call: number;
  done: number;
  bytes: number;
}

export interface ChannelFreedFields {
  object: number;
  bytes: number;
}

export interface CalledFields {
  tid: number;
  va: bigint;
  name: number;
  sp: bigint;
}

export interface RegisterSavedFields {
  tid: number;
  name: number;
  value: bigint;
  va: bigint;
}

export interface ArgumentStoredFields {
  tid: number;
  name: number;
  value: bigint;
  va: bigint;
}

export interface StackFrameFields {
  tid: number;
  fp: bigint;
  sp: bigint;
  bytes: number;
  depth: number;
}

export interface GuardJumpedFields {
  tid: number;
  va: bigint;
  vma: number;
}

export interface RegisterRestoredFields {
  tid: number;
  name: number;
  value: bigint;
  va: bigint;
}

export interface ReturnedFields {
  tid: number;
  va: bigint;
  sp: bigint;
}

export interface ResultKeptFields {
  tid: number;
  name: number;
  value: bigint;
}

export interface BytesMovedFields {
  tid: number;
  to: bigint;
  from: bigint;
  bytes: number;
}

export interface TextWrittenFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface CreateCalledFields {
  tid: number;
  label: number;
}

export interface StackWantedFields {
  tid: number;
  bytes: number;
  guard: number;
}

export interface StackReusedFields {
  tid: number;
  start: bigint;
  bytes: number;
}

export interface StackCachedFields {
  tid: number;
  start: bigint;
  bytes: number;
}

export interface StackFreedFields {
  tid: number;
  start: bigint;
  bytes: number;
}

export interface StackLeftFields {
  child: number;
  tid: number;
  start: bigint;
}

export interface TableWantedFields {
  tid: number;
}

export interface BlockWrittenFields {
  tid: number;
  va: bigint;
}

export interface TlsWrittenFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ThreadMadeFields {
  tid: number;
  thread: number;
  pid: number;
}

export interface ThreadControlFields {
  thread: number;
  pc: bigint;
  sp: bigint;
  tls: bigint;
}

export interface ThreadBeganFields {
  tid: number;
  sp: bigint;
}

export interface ThreadEndsFields {
  tid: number;
  value: bigint;
}

export interface ThreadExitedFields {
  tid: number;
  value: bigint;
}

export interface LastThreadFields {
  tid: number;
}

export interface ThreadKilledFields {
  tid: number;
}

export interface ThreadTookOverFields {
  tid: number;
  main: number;
}

export interface JoinCalledFields {
  tid: number;
  thread: number;
}

export interface JoinedFields {
  tid: number;
  thread: number;
  value: bigint;
}

export interface DetachCalledFields {
  tid: number;
  thread: number;
}

export interface PthreadFailedFields {
  tid: number;
  reason: ErrnoCode;
}

export interface StackBorrowedFields {
  tid: number;
  owner: number;
  va: bigint;
}

export interface StackDeniedFields {
  tid: number;
  owner: number;
  va: bigint;
}

export interface MallocCalledFields {
  tid: number;
  bytes: number;
  chunk: number;
}

export interface CallocCalledFields {
  tid: number;
  n: number;
  bytes: number;
}

export interface ReallocCalledFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface FreeCalledFields {
  tid: number;
  va: bigint;
}

export interface CacheMadeFields {
  tid: number;
  bytes: number;
}

export interface ArenaMadeFields {
  tid: number;
  arena: number;
}

export interface HeapReservedFields {
  tid: number;
  bytes: number;
}

export interface HeapOpenedFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface HeapWrittenFields {
  tid: number;
  va: bigint;
  arena: number;
}

export interface ArenaTakenFields {
  tid: number;
  arena: number;
}

export interface ArenaSharedFields {
  tid: number;
  arena: number;
}

export interface ArenaLeftFields {
  tid: number;
  arena: number;
}

export interface ChunkFoundFields {
  tid: number;
  va: bigint;
  arena: number;
}

export interface HeapShrunkFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface HeapDeletedFields {
  tid: number;
  va: bigint;
}

export interface HeapGrownFields {
  tid: number;
  bytes: number;
}

export interface HeapTrimmedFields {
  tid: number;
  bytes: number;
}

export interface ChunkCarvedFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ChunkReusedFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ChunkUncachedFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ChunkSplitFields {
  tid: number;
  va: bigint;
  bytes: number;
  rest: number;
}

export interface ChunkMappedFields {
  tid: number;
  bytes: number;
}

export interface ChunkCachedFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ChunkHeldFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ChunkFreedFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ChunkJoinedFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface TopJoinedFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ThresholdRaisedFields {
  tid: number;
  bytes: number;
}

export interface CallocClearedFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ReallocKeptFields {
  tid: number;
  va: bigint;
  bytes: number;
}

export interface ReallocMovedFields {
  tid: number;
  from: bigint;
  to: bigint;
  bytes: number;
}

export interface MallocReturnedFields {
  tid: number;
  va: bigint;
}

export interface MallocFailedFields {
  tid: number;
  bytes: number;
}

export interface MallocAbortedFields {
  tid: number;
  va: bigint;
}

export interface MutexTakenFields {
  tid: number;
  lock: number;
}

export interface MutexBusyFields {
  tid: number;
  lock: number;
  owner: number;
}

export interface MutexRefusedFields {
  tid: number;
  lock: number;
  owner: number;
}

export interface MutexReleasedFields {
  tid: number;
  lock: number;
}

export interface MutexHandedFields {
  tid: number;
  lock: number;
  thread: number;
  left: number;
}

export interface UnlockFreeFields {
  tid: number;
  lock: number;
}

export interface UnlockForeignFields {
  tid: number;
  lock: number;
  owner: number;
}

export interface FutexWaitFields {
  tid: number;
  lock: number;
  before: number;
}

export interface FutexWakeFields {
  tid: number;
  lock: number;
  waiters: number;
}

export interface FutexRequeuedFields {
  tid: number;
  from: number;
  lock: number;
  owner: number;
}

export interface DeadlockFields {
  tid: number;
  length: number;
}

export interface DeadlockEdgeFields {
  tid: number;
  lock: number;
  holder: number;
}

export interface DeadlockJoinFields {
  tid: number;
  thread: number;
}

export interface PriorityInheritedFields {
  tid: number;
  priority: number;
  own: number;
}

export interface PriorityRestoredFields {
  tid: number;
  priority: number;
}

export interface SpinTakenFields {
  tid: number;
  lock: number;
}

export interface SpinRoundFields {
  tid: number;
  lock: number;
  owner: number;
}

export interface SpinReleasedFields {
  tid: number;
  lock: number;
}

export interface SemaphoreDownFields {
  tid: number;
  lock: number;
  value: bigint;
}

export interface SemaphoreEmptyFields {
  tid: number;
  lock: number;
}

export interface SemaphorePostFields {
  tid: number;
  lock: number;
  value: bigint;
}

export interface SemaphoreHandedFields {
  tid: number;
  lock: number;
  thread: number;
}

export interface ConditionWaitFields {
  tid: number;
  lock: number;
}

export interface ConditionSignalFields {
  tid: number;
  lock: number;
  waiting: number;
}

export interface ConditionBroadcastFields {
  tid: number;
  lock: number;
  waiting: number;
}

export interface SignalLostFields {
  tid: number;
  lock: number;
}

export interface ConditionOverFields {
  thread: number;
  lock: number;
}

export interface WokenForNothingFields {
  tid: number;
  lock: number;
}

export interface BarrierReachedFields {
  tid: number;
  lock: number;
  arrived: bigint;
  needed: bigint;
}

export interface BarrierOpenedFields {
  tid: number;
  lock: number;
  needed: bigint;
}

export interface BarrierUselessFields {
  tid: number;
  lock: number;
}

export interface ReadLockedFields {
  tid: number;
  lock: number;
  readers: bigint;
}

export interface WriteLockedFields {
  tid: number;
  lock: number;
}

export interface RwlockBusyFields {
  tid: number;
  lock: number;
  readers: bigint;
  owner: number;
}

export interface RwlockLeftFields {
  tid: number;
  lock: number;
  readers: bigint;
}

export interface RwlockHandedFields {
  thread: number;
  lock: number;
}

export interface AtomicDoneFields {
  tid: number;
  atomic: Atomic;
  va: bigint;
  before: bigint;
  now: bigint;
}

export interface RaceFields {
  tid: number;
  access: Access;
  va: bigint;
  line: number;
  pc: bigint;
  other: number;
  other_access: Access;
  other_line: number;
  other_pc: bigint;
}

export interface PolicyTickFields {
  policy: number;
  reference: bigint;
}

export interface WorkingSetLeftFields {
  pid: number;
  frame: number;
  tau: bigint;
}

export interface FaultSeldomFields {
  pid: number;
  interval: bigint;
  tau: bigint;
}

export interface FaultOftenFields {
  pid: number;
  interval: bigint;
  tau: bigint;
}

export interface GenerationAgedFields {
  youngest: bigint;
}

export interface GhostHitFields {
  policy: number;
  memory: Memory;
}

export interface TargetMovedFields {
  policy: number;
  old: number;
  value: number;
}

export interface PageRankedFields {
  policy: number;
  frame: number;
  rank: Rank;
}

export interface StackPrunedFields {
  policy: number;
  pages: number;
  ghosts: number;
}

export interface TestEndedFields {
  policy: number;
  object: number;
  index: number;
  end: TestEnd;
}

export interface BulkFields {
  changes: number;
}

export interface ProcessAdmittedFields {
  pid: number;
}

export interface RegistersLoadedFields {
  cpu: number;
  pid: number;
}

export interface SegmentNamedFields {
  tid: number;
  va: bigint;
  number: number;
  offset: number;
}

export interface RelocatedFields {
  tid: number;
  offset: number;
  bounds: number;
  base: number;
  pa: number;
}

export interface RelocatedDownFields {
  tid: number;
  distance: number;
  bounds: number;
  base: number;
  pa: number;
}

export interface NoMemoryYetFields {
  tid: number;
}

export interface StillOnDiskFields {
  pid: number;
}

export interface SegmentPlacedFields {
  pid: number;
  number: number;
  base: number;
  bytes: number;
}

export interface SegmentSharedFields {
  pid: number;
  number: number;
  from: number;
  of: number;
  users: number;
}

export interface SegmentGrownFields {
  pid: number;
  number: number;
  bytes: number;
}

export interface SegmentShrunkFields {
  pid: number;
  number: number;
  bytes: number;
}

export interface SegmentMovedFields {
  pid: number;
  number: number;
  from: number;
  base: number;
  bytes: number;
}

export interface SegmentDroppedFields {
  pid: number;
  number: number;
  users: number;
}

export interface SwappedOutFields {
  pid: number;
  number: number;
  bytes: number;
}

export interface SwappedInFields {
  pid: number;
  number: number;
  base: number;
  bytes: number;
}

export interface CompactionBegunFields {
  holes: number;
  free: number;
}

export interface PieceMovedFields {
  from: number;
  to: number;
  bytes: number;
}

export interface HoleExaminedFields {
  at: number;
  bytes: number;
  needed: number;
  verdict: HoleVerdict;
}

export interface HoleTakenFields {
  fit: Fit;
  at: number;
  bytes: number;
  searched: number;
}

export interface HoleNamedFields {
  at: number;
  needed: number;
}

export interface PlaceBusyFields {
  at: number;
  needed: number;
}

export interface HoleSplitFields {
  at: number;
  needed: number;
  rest: number;
}

export interface RestKeptFields {
  at: number;
  rest: number;
}

export interface HoleMissingFields {
  needed: number;
  free: number;
  holes: number;
}

export interface PieceReleasedFields {
  at: number;
  bytes: number;
}

export interface HolesJoinedFields {
  at: number;
  other: number;
  bytes: number;
}

export interface ReleaseRefusedFields {
  at: number;
}

export interface BuddySizedFields {
  asked: number;
  bytes: number;
}

export interface BuddySplitFields {
  at: number;
  bytes: number;
  buddy: number;
}

export interface BuddyGivenFields {
  at: number;
  bytes: number;
}

export interface BuddyJoinedFields {
  at: number;
  buddy: number;
  bytes: number;
}

export interface BuddyBusyFields {
  at: number;
  buddy: number;
  bytes: number;
}

export interface ObjectCacheMadeFields {
  name: number;
  bytes: number;
  objects: number;
  slab: number;
}

export interface SlabMadeFields {
  cache: number;
  at: number;
  bytes: number;
}

export interface ObjectGivenFields {
  cache: number;
  at: number;
  used: number;
  objects: number;
}

export interface ObjectReleasedFields {
  cache: number;
  at: number;
  used: number;
}

export interface SlabReturnedFields {
  at: number;
  bytes: number;
}

export interface HashComputedFields {
  tid: number;
  pid: number;
  vpn: number;
  bucket: number;
  row: number;
}

export interface HashEmptyFields {
  tid: number;
  pid: number;
  vpn: number;
  bucket: number;
}

export interface RowSearchedFields {
  tid: number;
  row: number;
  pid: number;
  vpn: number;
  verdict: RowVerdict;
}

export interface RowEnteredFields {
  pid: number;
  vpn: number;
  row: number;
  frame: number;
}

export interface RowReplacedFields {
  pid: number;
  vpn: number;
  row: number;
}

export interface RowNoneFields {
  tid: number;
  vpn: number;
}

export interface InactiveLowFields {
  inactive: number;
  active: number;
}

export interface GenerationEmptyFields {
  generation: bigint;
}

/** A row of the state by the kind of its change. */
export interface Rows {
  machine: MachineRow;
  cpu: CpuRow;
  process: ProcessRow;
  action: ActionRow;
  process_signals: ProcessSignalsRow;
  thread_signals: ThreadSignalsRow;
  signal_frame: SignalFrameRow;
  task: TaskRow;
  stack: StackRow;
  spare_stack: SpareStackRow;
  usage: UsageRow;
  lock: LockRow;
  futex: FutexRow;
  activation: ActivationRow;
  stack_word: StackWordRow;
  register: RegisterRow;
  object: ObjectRow;
  vma: VmaRow;
  table: TableRow;
  pte: PteRow;
  frame: FrameRow;
  slot: SlotRow;
  tlb: TlbRow;
  mem: MemRow;
  policy: PolicyRow;
  descriptor: DescriptorRow;
  open_file: OpenFileRow;
  channel: ChannelRow;
  buffer: BufferRow;
  pending: PendingRow;
  chunk: ChunkRow;
  arena: ArenaRow;
  allocator: AllocatorRow;
  piece: PieceRow;
  hole_list: HoleListRow;
  segment_register: SegmentRegisterRow;
  slab_cache: SlabCacheRow;
  slab_object: SlabObjectRow;
  hash_row: HashRowRow;
  hash_bucket: HashBucketRow;
  cost: CostRow;
  counter: CounterRow;
}
export type ChangeName = keyof Rows;
/** A row is now different; its keys are the same in both. */
export type Change = {
  [K in ChangeName]: { event: K; change: true; old: Rows[K]; now: Rows[K] };
}[ChangeName];

/** What a happening tells, by its name. */
export interface Happenings {
  process_started: ProcessStartedFields;
  segment_mapped: SegmentMappedFields;
  exec_begun: ExecBegunFields;
  exec_failed: ExecFailedFields;
  tail_cleared: TailClearedFields;
  arguments_written: ArgumentsWrittenFields;
  library_mapped: LibraryMappedFields;
  library_segment: LibrarySegmentFields;
  library_refused: LibraryRefusedFields;
  vforked: VforkedFields;
  memory_left: MemoryLeftFields;
  identity_set: IdentitySetFields;
  limit_set: LimitSetFields;
  limit_lifted: LimitLiftedFields;
  access: AccessFields;
  reference_hit: ReferenceHitFields;
  tlb_hit: TlbHitFields;
  tlb_miss: TlbMissFields;
  walk_level: WalkLevelFields;
  tlb_fill: TlbFillFields;
  dirty_set: DirtySetFields;
  access_done: AccessDoneFields;
  trap: TrapFields;
  general_protection: GeneralProtectionFields;
  vma_found: VmaFoundFields;
  stack_grown: StackGrownFields;
  fault: FaultFields;
  reclaim: ReclaimFields;
  look: LookFields;
  evict: EvictFields;
  entry_cleared: EntryClearedFields;
  dropped_clean: DroppedCleanFields;
  swap_write: SwapWriteFields;
  file_write: FileWriteFields;
  frame_taken: FrameTakenFields;
  zero_fill: ZeroFillFields;
  zero_page: ZeroPageFields;
  cache_hit: CacheHitFields;
  file_read: FileReadFields;
  swap_hit: SwapHitFields;
  swap_read: SwapReadFields;
  cow_copy: CowCopyFields;
  cow_reuse: CowReuseFields;
  kernel_access: KernelAccessFields;
  trap_in_kernel: TrapInKernelFields;
  fault_around: FaultAroundFields;
  read_ahead: ReadAheadFields;
  swap_read_ahead: SwapReadAheadFields;
  advised: AdvisedFields;
  swap_cached: SwapCachedFields;
  write_protected: WriteProtectedFields;
  write_noted: WriteNotedFields;
  shmem_freed: ShmemFreedFields;
  shmem_zeroed: ShmemZeroedFields;
  warmed: WarmedFields;
  caches_dropped: CachesDroppedFields;
  table_made: TableMadeFields;
  kernel_shared: KernelSharedFields;
  huge_taken: HugeTakenFields;
  table_deposited: TableDepositedFields;
  huge_mapped: HugeMappedFields;
  huge_zero_page: HugeZeroPageFields;
  huge_fallback: HugeFallbackFields;
  huge_shared: HugeSharedFields;
  huge_reused: HugeReusedFields;
  huge_split: HugeSplitFields;
  entry_set: EntrySetFields;
  tlb_drop: TlbDropFields;
  tlb_flush: TlbFlushFields;
  tlb_drop_absent: TlbDropAbsentFields;
  tlb_flush_absent: TlbFlushAbsentFields;
  spurious_fault: SpuriousFaultFields;
  fault_return: FaultReturnFields;
  signal: SignalFields;
  signal_skipped: SignalSkippedFields;
  out_of_memory: OutOfMemoryFields;
  direct_reclaim: DirectReclaimFields;
  reclaim_own: ReclaimOwnFields;
  limit_reached: LimitReachedFields;
  kswapd_woken: KswapdWokenFields;
  kswapd_runs: KswapdRunsFields;
  kswapd_sleeps: KswapdSleepsFields;
  flusher_runs: FlusherRunsFields;
  dropped_lazy: DroppedLazyFields;
  oom_score: OomScoreFields;
  oom_limit: OomLimitFields;
  preempted: PreemptedFields;
  registers_saved: RegistersSavedFields;
  space_kept: SpaceKeptFields;
  space_loaded: SpaceLoadedFields;
  space_flushed: SpaceFlushedFields;
  switched: SwitchedFields;
  yielded: YieldedFields;
  yield_alone: YieldAloneFields;
  priority_set: PrioritySetFields;
  affinity_set: AffinitySetFields;
  migrated: MigratedFields;
  syscall: SyscallFields;
  syscall_return: SyscallReturnFields;
  interrupt: InterruptFields;
  interrupt_idle: InterruptIdleFields;
  interrupt_return: InterruptReturnFields;
  ipi_sent: IpiSentFields;
  shootdown: ShootdownFields;
  mapped: MappedFields;
  unmapped: UnmappedFields;
  protected: ProtectedFields;
  moved: MovedFields;
  locked: LockedFields;
  vma_merged: VmaMergedFields;
  vma_split: VmaSplitFields;
  brk_moved: BrkMovedFields;
  call_failed: CallFailedFields;
  forked: ForkedFields;
  vma_copied: VmaCopiedFields;
  page_shared: PageSharedFields;
  exited: ExitedFields;
  memory_released: MemoryReleasedFields;
  waiting: WaitingFields;
  woken: WokenFields;
  reaped: ReapedFields;
  computed: ComputedFields;
  action_set: ActionSetFields;
  signal_sent: SignalSentFields;
  signal_aimed: SignalAimedFields;
  signal_ignored: SignalIgnoredFields;
  signal_merged: SignalMergedFields;
  signal_held: SignalHeldFields;
  signal_chosen: SignalChosenFields;
  signal_fatal: SignalFatalFields;
  signal_stops: SignalStopsFields;
  signal_continues: SignalContinuesFields;
  call_interrupted: CallInterruptedFields;
  mask_set: MaskSetFields;
  signal_taken: SignalTakenFields;
  signal_frame_written: SignalFrameWrittenFields;
  handler_begins: HandlerBeginsFields;
  signal_no_stack: SignalNoStackFields;
  signal_restored: SignalRestoredFields;
  child_signal: ChildSignalFields;
  orphaned: OrphanedFields;
  init_reaps: InitReapsFields;
  reaped_unasked: ReapedUnaskedFields;
  policy_set: PolicySetFields;
  preset: PresetFields;
  opened_standard: OpenedStandardFields;
  opened: OpenedFields;
  closed: ClosedFields;
  duplicated: DuplicatedFields;
  descriptors_copied: DescriptorsCopiedFields;
  file_resized: FileResizedFields;
  moved_position: MovedPositionFields;
  copied_to_user: CopiedToUserFields;
  copied_from_user: CopiedFromUserFields;
  cache_page_made: CachePageMadeFields;
  write_discarded: WriteDiscardedFields;
  terminal_shows: TerminalShowsFields;
  shm_made: ShmMadeFields;
  shm_unlinked: ShmUnlinkedFields;
  memfd_made: MemfdMadeFields;
  device_mapped: DeviceMappedFields;
  pipe_made: PipeMadeFields;
  pipe_filled: PipeFilledFields;
  pipe_merged: PipeMergedFields;
  pipe_drained: PipeDrainedFields;
  pipe_empty: PipeEmptyFields;
  pipe_full: PipeFullFields;
  pipe_end: PipeEndFields;
  pipe_broken: PipeBrokenFields;
  mq_made: MqMadeFields;
  mq_unlinked: MqUnlinkedFields;
  mq_put: MqPutFields;
  mq_got: MqGotFields;
  mq_full: MqFullFields;
  mq_empty: MqEmptyFields;
  call_goes_on: CallGoesOnFields;
  channel_freed: ChannelFreedFields;
  called: CalledFields;
  register_saved: RegisterSavedFields;
  argument_stored: ArgumentStoredFields;
  stack_frame: StackFrameFields;
  guard_jumped: GuardJumpedFields;
  register_restored: RegisterRestoredFields;
  returned: ReturnedFields;
  result_kept: ResultKeptFields;
  bytes_moved: BytesMovedFields;
  text_written: TextWrittenFields;
  create_called: CreateCalledFields;
  stack_wanted: StackWantedFields;
  stack_reused: StackReusedFields;
  stack_cached: StackCachedFields;
  stack_freed: StackFreedFields;
  stack_left: StackLeftFields;
  table_wanted: TableWantedFields;
  block_written: BlockWrittenFields;
  tls_written: TlsWrittenFields;
  thread_made: ThreadMadeFields;
  thread_control: ThreadControlFields;
  thread_began: ThreadBeganFields;
  thread_ends: ThreadEndsFields;
  thread_exited: ThreadExitedFields;
  last_thread: LastThreadFields;
  thread_killed: ThreadKilledFields;
  thread_took_over: ThreadTookOverFields;
  join_called: JoinCalledFields;
  joined: JoinedFields;
  detach_called: DetachCalledFields;
  pthread_failed: PthreadFailedFields;
  stack_borrowed: StackBorrowedFields;
  stack_denied: StackDeniedFields;
  malloc_called: MallocCalledFields;
  calloc_called: CallocCalledFields;
  realloc_called: ReallocCalledFields;
  free_called: FreeCalledFields;
  cache_made: CacheMadeFields;
  arena_made: ArenaMadeFields;
  heap_reserved: HeapReservedFields;
  heap_opened: HeapOpenedFields;
  heap_written: HeapWrittenFields;
  arena_taken: ArenaTakenFields;
  arena_shared: ArenaSharedFields;
  arena_left: ArenaLeftFields;
  chunk_found: ChunkFoundFields;
  heap_shrunk: HeapShrunkFields;
  heap_deleted: HeapDeletedFields;
  heap_grown: HeapGrownFields;
  heap_trimmed: HeapTrimmedFields;
  chunk_carved: ChunkCarvedFields;
  chunk_reused: ChunkReusedFields;
  chunk_uncached: ChunkUncachedFields;
  chunk_split: ChunkSplitFields;
  chunk_mapped: ChunkMappedFields;
  chunk_cached: ChunkCachedFields;
  chunk_held: ChunkHeldFields;
  chunk_freed: ChunkFreedFields;
  chunk_joined: ChunkJoinedFields;
  top_joined: TopJoinedFields;
  threshold_raised: ThresholdRaisedFields;
  calloc_cleared: CallocClearedFields;
  realloc_kept: ReallocKeptFields;
  realloc_moved: ReallocMovedFields;
  malloc_returned: MallocReturnedFields;
  malloc_failed: MallocFailedFields;
  malloc_aborted: MallocAbortedFields;
  mutex_taken: MutexTakenFields;
  mutex_busy: MutexBusyFields;
  mutex_refused: MutexRefusedFields;
  mutex_released: MutexReleasedFields;
  mutex_handed: MutexHandedFields;
  unlock_free: UnlockFreeFields;
  unlock_foreign: UnlockForeignFields;
  futex_wait: FutexWaitFields;
  futex_wake: FutexWakeFields;
  futex_requeued: FutexRequeuedFields;
  deadlock: DeadlockFields;
  deadlock_edge: DeadlockEdgeFields;
  deadlock_join: DeadlockJoinFields;
  priority_inherited: PriorityInheritedFields;
  priority_restored: PriorityRestoredFields;
  spin_taken: SpinTakenFields;
  spin_round: SpinRoundFields;
  spin_released: SpinReleasedFields;
  semaphore_down: SemaphoreDownFields;
  semaphore_empty: SemaphoreEmptyFields;
  semaphore_post: SemaphorePostFields;
  semaphore_handed: SemaphoreHandedFields;
  condition_wait: ConditionWaitFields;
  condition_signal: ConditionSignalFields;
  condition_broadcast: ConditionBroadcastFields;
  signal_lost: SignalLostFields;
  condition_over: ConditionOverFields;
  woken_for_nothing: WokenForNothingFields;
  barrier_reached: BarrierReachedFields;
  barrier_opened: BarrierOpenedFields;
  barrier_useless: BarrierUselessFields;
  read_locked: ReadLockedFields;
  write_locked: WriteLockedFields;
  rwlock_busy: RwlockBusyFields;
  rwlock_left: RwlockLeftFields;
  rwlock_handed: RwlockHandedFields;
  atomic_done: AtomicDoneFields;
  race: RaceFields;
  policy_tick: PolicyTickFields;
  working_set_left: WorkingSetLeftFields;
  fault_seldom: FaultSeldomFields;
  fault_often: FaultOftenFields;
  generation_aged: GenerationAgedFields;
  ghost_hit: GhostHitFields;
  target_moved: TargetMovedFields;
  page_ranked: PageRankedFields;
  stack_pruned: StackPrunedFields;
  test_ended: TestEndedFields;
  bulk: BulkFields;
  process_admitted: ProcessAdmittedFields;
  registers_loaded: RegistersLoadedFields;
  segment_named: SegmentNamedFields;
  relocated: RelocatedFields;
  relocated_down: RelocatedDownFields;
  no_memory_yet: NoMemoryYetFields;
  still_on_disk: StillOnDiskFields;
  segment_placed: SegmentPlacedFields;
  segment_shared: SegmentSharedFields;
  segment_grown: SegmentGrownFields;
  segment_shrunk: SegmentShrunkFields;
  segment_moved: SegmentMovedFields;
  segment_dropped: SegmentDroppedFields;
  swapped_out: SwappedOutFields;
  swapped_in: SwappedInFields;
  compaction_begun: CompactionBegunFields;
  piece_moved: PieceMovedFields;
  hole_examined: HoleExaminedFields;
  hole_taken: HoleTakenFields;
  hole_named: HoleNamedFields;
  place_busy: PlaceBusyFields;
  hole_split: HoleSplitFields;
  rest_kept: RestKeptFields;
  hole_missing: HoleMissingFields;
  piece_released: PieceReleasedFields;
  holes_joined: HolesJoinedFields;
  release_refused: ReleaseRefusedFields;
  buddy_sized: BuddySizedFields;
  buddy_split: BuddySplitFields;
  buddy_given: BuddyGivenFields;
  buddy_joined: BuddyJoinedFields;
  buddy_busy: BuddyBusyFields;
  object_cache_made: ObjectCacheMadeFields;
  slab_made: SlabMadeFields;
  object_given: ObjectGivenFields;
  object_released: ObjectReleasedFields;
  slab_returned: SlabReturnedFields;
  hash_computed: HashComputedFields;
  hash_empty: HashEmptyFields;
  row_searched: RowSearchedFields;
  row_entered: RowEnteredFields;
  row_replaced: RowReplacedFields;
  row_none: RowNoneFields;
  inactive_low: InactiveLowFields;
  generation_empty: GenerationEmptyFields;
}
export type HappeningName = keyof Happenings;
export type Happening = {
  [K in HappeningName]: { event: K; change: false; fields: Happenings[K] };
}[HappeningName];
export type VmEvent = Change | Happening;

export interface FieldDesc {
  readonly name: string;
  readonly type: TypeName;
}
const fieldsOf = (text: string): readonly FieldDesc[] =>
  text.split(" ").filter(Boolean).map((field) => {
    const [name = "", type = name] = field.split(":");
    return { name, type: type as TypeName };
  });
export interface EventDesc {
  readonly name: ChangeName | HappeningName;
  readonly change: boolean;
  readonly keys: number;
  readonly actor: Actor;
  /** In said.ts; empty for a change, and until `said()` has read it. */
  readonly sentence: string;
  readonly fields: readonly FieldDesc[];
}
const event = (
  name: ChangeName | HappeningName,
  change: boolean,
  keys: number,
  actor: Actor,
  fields: string,
): EventDesc => ({ name, change, keys, actor, sentence: "", fields: fieldsOf(fields) });
/** One row an event; its index is the kind on the wire. */
export const events: readonly EventDesc[] = [
  event("machine", true, 1, 0, "word:machine_word value:u64"),
  event("cpu", true, 1, 0, "cpu:num tid mode asid root:table epoch:num"),
  event("process", true, 1, 0, "pid state:process_state label:name program:object parent:pid root:table asid brk_start:va brk:va exit_code:num mm:pid uid gid:uid stack_limit:bytes space_limit:bytes lock_limit:bytes frame_limit:num arg_start:va env_start:va adopted:bool"),
  event("action", true, 2, 0, "pid signo action:signal_action handler:va name param:name"),
  event("process_signals", true, 1, 0, "pid pending:sigset stopped:bool"),
  event("thread_signals", true, 1, 0, "tid pending:sigset blocked:sigset code:si_code fault:va"),
  event("signal_frame", true, 2, 0, "tid depth:num sp:va bytes signo handler:name"),
  event("task", true, 1, 0, "tid pid state:task_state wait:wait_reason waits_for:u64 sp:va pc:va ret:u64 fp:va number:num label:name body:name begun:bool detached:bool priority:num base_priority:num cpu:cpu_opt affinity:num queued:num"),
  event("stack", true, 1, 0, "tid start:va end:va guard:bytes tls:va into:name"),
  event("spare_stack", true, 1, 0, "spare:num pid start:va end:va guard:bytes tls:va stamp:num"),
  event("usage", true, 1, 0, "tid minor:num major:num voluntary:num involuntary:num"),
  event("lock", true, 1, 0, "lock pid va kind:lock_kind name owner:tid holders:num waiters:num object offset:num inherit:bool"),
  event("futex", true, 1, 0, "tid lock place:num va mutex:va"),
  event("activation", true, 2, 0, "tid depth:num name va fp:va sp:va arguments:num saved:num locals:bytes"),
  event("stack_word", true, 3, 0, "tid depth:num va kind:stack_word name"),
  event("register", true, 2, 0, "tid name value:u64"),
  event("object", true, 1, 0, "object kind:object_kind name bytes mode:mode_bits uid gid:uid refs:num links:num"),
  event("vma", true, 1, 0, "vma pid start:vpn end:vpn prot flags:map kind:vma_kind object offset:num name anon:object"),
  event("table", true, 1, 0, "table pid level:num frame:frame_opt base:vpn used:num"),
  event("pte", true, 2, 0, "table index:num entry:pte"),
  event("frame", true, 1, 0, "frame kind:frame_kind object index:num maps:num flags:frame_flags slot:slot_opt charge:pid"),
  event("slot", true, 1, 0, "slot object index:num refs:num frame:frame_opt"),
  event("tlb", true, 2, 0, "cpu:num entry:num asid vpn pte epoch:num used:num"),
  event("mem", true, 4, 0, "store id:num page:num offset:num value:u64"),
  event("policy", true, 2, 0, "region:num index:num value:num"),
  event("descriptor", true, 2, 0, "pid fd file:num flags:open"),
  event("open_file", true, 1, 0, "file:num object flags:open refs:num position:bytes"),
  event("channel", true, 1, 0, "object most:num size:bytes next:num held:num bytes readers:num writers:num"),
  event("buffer", true, 2, 0, "object number:num frame:frame_opt offset:bytes bytes priority:num more:bool"),
  event("pending", true, 1, 0, "tid call:op file:num va bytes done:bytes priority:num order:num"),
  event("chunk", true, 2, 0, "pid va bytes state:chunk_state arena:num"),
  event("arena", true, 2, 0, "pid arena:num heap:va threads:num"),
  event("allocator", true, 1, 0, "tid arena:num cache:va"),
  event("piece", true, 1, 0, "at:pa bytes state:piece_state asked:bytes users:num cache:num next:num"),
  event("hole_list", true, 1, 0, "list:num first:num rover:num"),
  event("segment_register", true, 2, 0, "pid number:num base:pa bytes prot down:bool present:bool share:num name"),
  event("slab_cache", true, 1, 0, "cache:num name bytes step:bytes slab:bytes slabs:num used:num"),
  event("slab_object", true, 1, 0, "at:pa cache:num"),
  event("hash_row", true, 1, 0, "row:num pid vpn pte next:num"),
  event("hash_bucket", true, 1, 0, "bucket:num first:num"),
  event("cost", true, 1, 0, "cost picoseconds:num"),
  event("counter", true, 2, 0, "pid counter value:num"),
  event("process_started", false, 0, 2, "pid program:object"),
  event("segment_mapped", false, 0, 2, "pid vma kind:vma_kind start:vpn pages:num"),
  event("exec_begun", false, 0, 2, "pid program:object"),
  event("exec_failed", false, 0, 2, "pid program:object"),
  event("tail_cleared", false, 0, 2, "pid vpn va"),
  event("arguments_written", false, 0, 2, "pid argc:num envc:num sp:va"),
  event("library_mapped", false, 0, 0, "tid library:object pages:num"),
  event("library_segment", false, 0, 0, "tid library:object kind:vma_kind start:vpn pages:num"),
  event("library_refused", false, 0, 0, "tid library:object"),
  event("vforked", false, 0, 2, "parent:pid child:pid"),
  event("memory_left", false, 0, 2, "pid owner:pid"),
  event("identity_set", false, 0, 2, "pid uid gid:uid"),
  event("limit_set", false, 0, 2, "pid resource value:bytes"),
  event("limit_lifted", false, 0, 2, "pid resource"),
  event("access", false, 0, 0, "tid va access"),
  event("reference_hit", false, 0, 1, "tid vpn frame"),
  event("tlb_hit", false, 0, 1, "tid vpn frame entry:num"),
  event("tlb_miss", false, 0, 1, "tid vpn set:num"),
  event("walk_level", false, 0, 1, "tid level:num table index:num pa entry:pte"),
  event("tlb_fill", false, 0, 1, "tid vpn frame entry:num"),
  event("dirty_set", false, 0, 1, "tid vpn frame"),
  event("access_done", false, 0, 0, "tid va access pa"),
  event("trap", false, 0, 1, "tid va access reason:trap_reason"),
  event("general_protection", false, 0, 1, "tid va"),
  event("vma_found", false, 0, 2, "tid vma kind:vma_kind prot"),
  event("stack_grown", false, 0, 2, "tid vma start:vpn"),
  event("fault", false, 0, 2, "tid vpn kind:fault"),
  event("reclaim", false, 0, 2, "policy"),
  event("look", false, 0, 2, "policy frame value:seen verdict"),
  event("evict", false, 0, 2, "policy frame pid vpn dirty:bool"),
  event("entry_cleared", false, 0, 2, "pid vpn frame"),
  event("dropped_clean", false, 0, 2, "frame"),
  event("swap_write", false, 0, 3, "frame slot"),
  event("file_write", false, 0, 3, "frame object index:num"),
  event("frame_taken", false, 0, 2, "frame kind:frame_kind"),
  event("zero_fill", false, 0, 2, "frame"),
  event("zero_page", false, 0, 2, "tid vpn frame"),
  event("cache_hit", false, 0, 2, "object index:num frame"),
  event("file_read", false, 0, 3, "object index:num frame"),
  event("swap_hit", false, 0, 2, "slot frame"),
  event("swap_read", false, 0, 3, "slot frame"),
  event("cow_copy", false, 0, 2, "tid vpn from:frame to:frame"),
  event("cow_reuse", false, 0, 2, "tid vpn frame"),
  event("kernel_access", false, 0, 2, "tid va access"),
  event("trap_in_kernel", false, 0, 1, "tid va access reason:trap_reason"),
  event("fault_around", false, 0, 2, "tid start:vpn pages:num"),
  event("read_ahead", false, 0, 3, "object from:num pages:num"),
  event("swap_read_ahead", false, 0, 3, "slot slots:num"),
  event("advised", false, 0, 2, "tid start:vpn pages:num advice"),
  event("swap_cached", false, 0, 2, "frame slot"),
  event("write_protected", false, 0, 2, "frame object index:num"),
  event("write_noted", false, 0, 2, "tid object index:num"),
  event("shmem_freed", false, 0, 2, "object pages:num"),
  event("shmem_zeroed", false, 0, 2, "object index:num frame"),
  event("warmed", false, 0, 2, "object pages:num"),
  event("caches_dropped", false, 0, 2, "frames:num"),
  event("table_made", false, 0, 2, "pid level:num table frame"),
  event("kernel_shared", false, 0, 2, "pid table index:num"),
  event("huge_taken", false, 0, 2, "frame pages:num"),
  event("table_deposited", false, 0, 2, "pid table frame"),
  event("huge_mapped", false, 0, 2, "pid vpn frame pages:num entry:pte"),
  event("huge_zero_page", false, 0, 2, "tid vpn frame pages:num"),
  event("huge_fallback", false, 0, 2, "tid vpn pages:num"),
  event("huge_shared", false, 0, 2, "parent:pid child:pid vpn frame pages:num"),
  event("huge_reused", false, 0, 2, "tid vpn frame pages:num"),
  event("huge_split", false, 0, 2, "pid vpn table pages:num"),
  event("entry_set", false, 0, 2, "pid vpn frame entry:pte"),
  event("tlb_drop", false, 0, 2, "cpu pid vpn"),
  event("tlb_flush", false, 0, 2, "cpu pid"),
  event("tlb_drop_absent", false, 0, 2, "cpu pid vpn"),
  event("tlb_flush_absent", false, 0, 2, "cpu pid"),
  event("spurious_fault", false, 0, 2, "tid vpn"),
  event("fault_return", false, 0, 2, "tid va"),
  event("signal", false, 0, 2, "tid signo code:si_code va"),
  event("signal_skipped", false, 0, 0, "tid signo"),
  event("out_of_memory", false, 0, 2, "pid"),
  event("direct_reclaim", false, 0, 2, "pid free:num min:num"),
  event("reclaim_own", false, 0, 2, "pid pages:num"),
  event("limit_reached", false, 0, 2, "pid pages:num"),
  event("kswapd_woken", false, 0, 2, "pid free:num low:num"),
  event("kswapd_runs", false, 0, 2, "pid free:num high:num"),
  event("kswapd_sleeps", false, 0, 2, "freed:num free:num"),
  event("flusher_runs", false, 0, 2, "dirty:num limit:num"),
  event("dropped_lazy", false, 0, 2, "frame"),
  event("oom_score", false, 0, 2, "pid points:num resident:num swapped:num tables:num"),
  event("oom_limit", false, 0, 2, "pid"),
  event("preempted", false, 0, 2, "tid cpu next:tid"),
  event("registers_saved", false, 0, 2, "tid cpu pc:va sp:va registers:num"),
  event("space_kept", false, 0, 2, "cpu tid pid table"),
  event("space_loaded", false, 0, 2, "cpu pid table asid"),
  event("space_flushed", false, 0, 2, "cpu pid table"),
  event("switched", false, 0, 2, "tid cpu pc:va sp:va registers:num"),
  event("yielded", false, 0, 2, "tid cpu next:tid"),
  event("yield_alone", false, 0, 2, "tid"),
  event("priority_set", false, 0, 2, "tid thread:tid priority:num"),
  event("affinity_set", false, 0, 2, "tid thread:tid cpus:num"),
  event("migrated", false, 0, 2, "thread:tid cpu"),
  event("syscall", false, 0, 0, "tid call:op"),
  event("syscall_return", false, 0, 2, "tid value:u64"),
  event("interrupt", false, 0, 1, "cpu tid cause:interrupt pc:va"),
  event("interrupt_idle", false, 0, 1, "cpu cause:interrupt"),
  event("interrupt_return", false, 0, 2, "cpu tid pc:va"),
  event("ipi_sent", false, 0, 2, "from:cpu to:cpu pid pages:num"),
  event("shootdown", false, 0, 2, "cpu pid pages:num"),
  event("mapped", false, 0, 2, "pid vma start:vpn pages:num"),
  event("unmapped", false, 0, 2, "pid start:vpn pages:num"),
  event("protected", false, 0, 2, "pid start:vpn pages:num prot"),
  event("moved", false, 0, 2, "pid from:vpn to:vpn pages:num"),
  event("locked", false, 0, 2, "pid start:vpn pages:num locked:bool"),
  event("vma_merged", false, 0, 2, "pid vma start:vpn pages:num"),
  event("vma_split", false, 0, 2, "pid vma at:vpn"),
  event("brk_moved", false, 0, 2, "pid va"),
  event("call_failed", false, 0, 2, "tid reason:errno_code"),
  event("forked", false, 0, 2, "parent:pid child:pid"),
  event("vma_copied", false, 0, 2, "child:pid vma kind:vma_kind pages:num"),
  event("page_shared", false, 0, 2, "parent:pid child:pid vpn frame"),
  event("exited", false, 0, 2, "pid code:num"),
  event("memory_released", false, 0, 2, "pid frames:num"),
  event("waiting", false, 0, 2, "tid reason:wait_reason what:u64"),
  event("woken", false, 0, 2, "tid"),
  event("reaped", false, 0, 2, "parent:pid child:pid"),
  event("computed", false, 0, 0, "tid name value:u64"),
  event("action_set", false, 0, 2, "pid signo action:signal_action"),
  event("signal_sent", false, 0, 2, "tid signo pid"),
  event("signal_aimed", false, 0, 2, "tid signo thread:tid"),
  event("signal_ignored", false, 0, 2, "pid signo"),
  event("signal_merged", false, 0, 2, "pid signo"),
  event("signal_held", false, 0, 2, "pid signo"),
  event("signal_chosen", false, 0, 2, "tid signo"),
  event("signal_fatal", false, 0, 2, "pid signo"),
  event("signal_stops", false, 0, 2, "pid"),
  event("signal_continues", false, 0, 2, "pid"),
  event("call_interrupted", false, 0, 2, "tid reason:wait_reason"),
  event("mask_set", false, 0, 2, "tid how:mask_how signo"),
  event("signal_taken", false, 0, 2, "tid signo"),
  event("signal_frame_written", false, 0, 2, "tid sp:va bytes"),
  event("handler_begins", false, 0, 2, "tid signo va name"),
  event("signal_no_stack", false, 0, 2, "tid sp:va"),
  event("signal_restored", false, 0, 2, "tid sp:va pc:va"),
  event("child_signal", false, 0, 2, "parent:pid child:pid"),
  event("orphaned", false, 0, 2, "parent:pid child:pid"),
  event("init_reaps", false, 0, 2, "child:pid"),
  event("reaped_unasked", false, 0, 2, "parent:pid child:pid"),
  event("policy_set", false, 0, 2, "policy"),
  event("preset", false, 0, 2, "pid vpn frame"),
  event("opened_standard", false, 0, 2, "pid object"),
  event("opened", false, 0, 2, "tid fd object flags:open"),
  event("closed", false, 0, 2, "pid fd object"),
  event("duplicated", false, 0, 2, "tid fd to:fd object"),
  event("descriptors_copied", false, 0, 2, "parent:pid child:pid descriptors:num"),
  event("file_resized", false, 0, 2, "tid object bytes"),
  event("moved_position", false, 0, 2, "tid fd object bytes"),
  event("copied_to_user", false, 0, 2, "tid object va bytes"),
  event("copied_from_user", false, 0, 2, "tid object va bytes"),
  event("cache_page_made", false, 0, 2, "object index:num frame"),
  event("write_discarded", false, 0, 2, "tid object bytes"),
  event("terminal_shows", false, 0, 2, "tid object bytes w0:text w1:text w2:text w3:text w4:text w5:text w6:text w7:text"),
  event("shm_made", false, 0, 2, "tid object name"),
  event("shm_unlinked", false, 0, 2, "tid object refs:num"),
  event("memfd_made", false, 0, 2, "tid object"),
  event("device_mapped", false, 0, 2, "pid object start:vpn pages:num pa"),
  event("pipe_made", false, 0, 2, "tid object read:fd write:fd pages:num"),
  event("pipe_filled", false, 0, 2, "object frame bytes held:num most:num"),
  event("pipe_merged", false, 0, 2, "object frame bytes"),
  event("pipe_drained", false, 0, 2, "object frame held:num most:num"),
  event("pipe_empty", false, 0, 2, "tid object writers:num"),
  event("pipe_full", false, 0, 2, "tid object most:num bytes"),
  event("pipe_end", false, 0, 2, "tid object"),
  event("pipe_broken", false, 0, 2, "tid object"),
  event("mq_made", false, 0, 2, "tid object messages:num bytes"),
  event("mq_unlinked", false, 0, 2, "tid object refs:num"),
  event("mq_put", false, 0, 2, "tid object bytes priority:num held:num most:num"),
  event("mq_got", false, 0, 2, "tid object priority:num held:num"),
  event("mq_full", false, 0, 2, "tid object most:num"),
  event("mq_empty", false, 0, 2, "tid object"),
  event("call_goes_on", false, 0, 2, "tid call:op done:bytes bytes"),
  event("channel_freed", false, 0, 2, "object bytes"),
  event("called", false, 0, 0, "tid va name sp:va"),
  event("register_saved", false, 0, 0, "tid name value:u64 va"),
  event("argument_stored", false, 0, 0, "tid name value:u64 va"),
  event("stack_frame", false, 0, 0, "tid fp:va sp:va bytes depth:num"),
  event("guard_jumped", false, 0, 0, "tid va vma"),
  event("register_restored", false, 0, 0, "tid name value:u64 va"),
  event("returned", false, 0, 0, "tid va sp:va"),
  event("result_kept", false, 0, 0, "tid name value:u64"),
  event("bytes_moved", false, 0, 0, "tid to:va from:va bytes"),
  event("text_written", false, 0, 0, "tid va bytes"),
  event("create_called", false, 0, 0, "tid label:name"),
  event("stack_wanted", false, 0, 0, "tid bytes guard:bytes"),
  event("stack_reused", false, 0, 0, "tid start:va bytes"),
  event("stack_cached", false, 0, 0, "tid start:va bytes"),
  event("stack_freed", false, 0, 0, "tid start:va bytes"),
  event("stack_left", false, 0, 2, "child:pid tid start:va"),
  event("table_wanted", false, 0, 0, "tid"),
  event("block_written", false, 0, 0, "tid va"),
  event("tls_written", false, 0, 0, "tid va bytes"),
  event("thread_made", false, 0, 2, "tid thread:tid pid"),
  event("thread_control", false, 0, 2, "thread:tid pc:va sp:va tls:va"),
  event("thread_began", false, 0, 0, "tid sp:va"),
  event("thread_ends", false, 0, 0, "tid value:u64"),
  event("thread_exited", false, 0, 2, "tid value:u64"),
  event("last_thread", false, 0, 0, "tid"),
  event("thread_killed", false, 0, 2, "tid"),
  event("thread_took_over", false, 0, 2, "tid main:tid"),
  event("join_called", false, 0, 0, "tid thread:tid"),
  event("joined", false, 0, 0, "tid thread:tid value:u64"),
  event("detach_called", false, 0, 0, "tid thread:tid"),
  event("pthread_failed", false, 0, 0, "tid reason:errno_code"),
  event("stack_borrowed", false, 0, 1, "tid owner:tid va"),
  event("stack_denied", false, 0, 1, "tid owner:tid va"),
  event("malloc_called", false, 0, 0, "tid bytes chunk:bytes"),
  event("calloc_called", false, 0, 0, "tid n:num bytes"),
  event("realloc_called", false, 0, 0, "tid va bytes"),
  event("free_called", false, 0, 0, "tid va"),
  event("cache_made", false, 0, 0, "tid bytes"),
  event("arena_made", false, 0, 0, "tid arena:num"),
  event("heap_reserved", false, 0, 0, "tid bytes"),
  event("heap_opened", false, 0, 0, "tid va bytes"),
  event("heap_written", false, 0, 0, "tid va arena:num"),
  event("arena_taken", false, 0, 0, "tid arena:num"),
  event("arena_shared", false, 0, 0, "tid arena:num"),
  event("arena_left", false, 0, 0, "tid arena:num"),
  event("chunk_found", false, 0, 0, "tid va arena:num"),
  event("heap_shrunk", false, 0, 0, "tid va bytes"),
  event("heap_deleted", false, 0, 0, "tid va"),
  event("heap_grown", false, 0, 0, "tid bytes"),
  event("heap_trimmed", false, 0, 0, "tid bytes"),
  event("chunk_carved", false, 0, 0, "tid va bytes"),
  event("chunk_reused", false, 0, 0, "tid va bytes"),
  event("chunk_uncached", false, 0, 0, "tid va bytes"),
  event("chunk_split", false, 0, 0, "tid va bytes rest:bytes"),
  event("chunk_mapped", false, 0, 0, "tid bytes"),
  event("chunk_cached", false, 0, 0, "tid va bytes"),
  event("chunk_held", false, 0, 0, "tid va bytes"),
  event("chunk_freed", false, 0, 0, "tid va bytes"),
  event("chunk_joined", false, 0, 0, "tid va bytes"),
  event("top_joined", false, 0, 0, "tid va bytes"),
  event("threshold_raised", false, 0, 0, "tid bytes"),
  event("calloc_cleared", false, 0, 0, "tid va bytes"),
  event("realloc_kept", false, 0, 0, "tid va bytes"),
  event("realloc_moved", false, 0, 0, "tid from:va to:va bytes"),
  event("malloc_returned", false, 0, 0, "tid va"),
  event("malloc_failed", false, 0, 0, "tid bytes"),
  event("malloc_aborted", false, 0, 0, "tid va"),
  event("mutex_taken", false, 0, 0, "tid lock"),
  event("mutex_busy", false, 0, 0, "tid lock owner:tid"),
  event("mutex_refused", false, 0, 0, "tid lock owner:tid"),
  event("mutex_released", false, 0, 0, "tid lock"),
  event("mutex_handed", false, 0, 2, "tid lock thread:tid left:num"),
  event("unlock_free", false, 0, 0, "tid lock"),
  event("unlock_foreign", false, 0, 0, "tid lock owner:tid"),
  event("futex_wait", false, 0, 2, "tid lock before:num"),
  event("futex_wake", false, 0, 2, "tid lock waiters:num"),
  event("futex_requeued", false, 0, 2, "tid from:lock lock owner:tid"),
  event("deadlock", false, 0, 2, "tid length:num"),
  event("deadlock_edge", false, 0, 2, "tid lock holder:tid"),
  event("deadlock_join", false, 0, 2, "tid thread:tid"),
  event("priority_inherited", false, 0, 2, "tid priority:num own:num"),
  event("priority_restored", false, 0, 2, "tid priority:num"),
  event("spin_taken", false, 0, 0, "tid lock"),
  event("spin_round", false, 0, 0, "tid lock owner:tid"),
  event("spin_released", false, 0, 0, "tid lock"),
  event("semaphore_down", false, 0, 0, "tid lock value:u64"),
  event("semaphore_empty", false, 0, 0, "tid lock"),
  event("semaphore_post", false, 0, 0, "tid lock value:u64"),
  event("semaphore_handed", false, 0, 2, "tid lock thread:tid"),
  event("condition_wait", false, 0, 0, "tid lock"),
  event("condition_signal", false, 0, 0, "tid lock waiting:num"),
  event("condition_broadcast", false, 0, 0, "tid lock waiting:num"),
  event("signal_lost", false, 0, 0, "tid lock"),
  event("condition_over", false, 0, 2, "thread:tid lock"),
  event("woken_for_nothing", false, 0, 0, "tid lock"),
  event("barrier_reached", false, 0, 0, "tid lock arrived:u64 needed:u64"),
  event("barrier_opened", false, 0, 0, "tid lock needed:u64"),
  event("barrier_useless", false, 0, 0, "tid lock"),
  event("read_locked", false, 0, 0, "tid lock readers:u64"),
  event("write_locked", false, 0, 0, "tid lock"),
  event("rwlock_busy", false, 0, 0, "tid lock readers:u64 owner:tid"),
  event("rwlock_left", false, 0, 0, "tid lock readers:u64"),
  event("rwlock_handed", false, 0, 2, "thread:tid lock"),
  event("atomic_done", false, 0, 0, "tid atomic va before:u64 now:u64"),
  event("race", false, 0, 0, "tid access va line:num pc:va other:tid other_access:access other_line:num other_pc:va"),
  event("policy_tick", false, 0, 2, "policy reference:u64"),
  event("working_set_left", false, 0, 2, "pid frame tau:u64"),
  event("fault_seldom", false, 0, 2, "pid interval:u64 tau:u64"),
  event("fault_often", false, 0, 2, "pid interval:u64 tau:u64"),
  event("generation_aged", false, 0, 2, "youngest:u64"),
  event("ghost_hit", false, 0, 2, "policy memory"),
  event("target_moved", false, 0, 2, "policy old:num value:num"),
  event("page_ranked", false, 0, 2, "policy frame rank"),
  event("stack_pruned", false, 0, 2, "policy pages:num ghosts:num"),
  event("test_ended", false, 0, 2, "policy object index:num end:test_end"),
  event("bulk", false, 0, 2, "changes:num"),
  event("process_admitted", false, 0, 2, "pid"),
  event("registers_loaded", false, 0, 2, "cpu pid"),
  event("segment_named", false, 0, 1, "tid va number:num offset:bytes"),
  event("relocated", false, 0, 1, "tid offset:bytes bounds:bytes base:pa pa"),
  event("relocated_down", false, 0, 1, "tid distance:bytes bounds:bytes base:pa pa"),
  event("no_memory_yet", false, 0, 2, "tid"),
  event("still_on_disk", false, 0, 2, "pid"),
  event("segment_placed", false, 0, 2, "pid number:num base:pa bytes"),
  event("segment_shared", false, 0, 2, "pid number:num from:pid of:num users:num"),
  event("segment_grown", false, 0, 2, "pid number:num bytes"),
  event("segment_shrunk", false, 0, 2, "pid number:num bytes"),
  event("segment_moved", false, 0, 2, "pid number:num from:pa base:pa bytes"),
  event("segment_dropped", false, 0, 2, "pid number:num users:num"),
  event("swapped_out", false, 0, 3, "pid number:num bytes"),
  event("swapped_in", false, 0, 3, "pid number:num base:pa bytes"),
  event("compaction_begun", false, 0, 2, "holes:num free:bytes"),
  event("piece_moved", false, 0, 2, "from:pa to:pa bytes"),
  event("hole_examined", false, 0, 2, "at:pa bytes needed:bytes verdict:hole_verdict"),
  event("hole_taken", false, 0, 2, "fit at:pa bytes searched:num"),
  event("hole_named", false, 0, 2, "at:pa needed:bytes"),
  event("place_busy", false, 0, 2, "at:pa needed:bytes"),
  event("hole_split", false, 0, 2, "at:pa needed:bytes rest:bytes"),
  event("rest_kept", false, 0, 2, "at:pa rest:bytes"),
  event("hole_missing", false, 0, 2, "needed:bytes free:bytes holes:num"),
  event("piece_released", false, 0, 2, "at:pa bytes"),
  event("holes_joined", false, 0, 2, "at:pa other:pa bytes"),
  event("release_refused", false, 0, 2, "at:pa"),
  event("buddy_sized", false, 0, 2, "asked:bytes bytes"),
  event("buddy_split", false, 0, 2, "at:pa bytes buddy:pa"),
  event("buddy_given", false, 0, 2, "at:pa bytes"),
  event("buddy_joined", false, 0, 2, "at:pa buddy:pa bytes"),
  event("buddy_busy", false, 0, 2, "at:pa buddy:pa bytes"),
  event("object_cache_made", false, 0, 2, "name bytes objects:num slab:bytes"),
  event("slab_made", false, 0, 2, "cache:num at:pa bytes"),
  event("object_given", false, 0, 2, "cache:num at:pa used:num objects:num"),
  event("object_released", false, 0, 2, "cache:num at:pa used:num"),
  event("slab_returned", false, 0, 2, "at:pa bytes"),
  event("hash_computed", false, 0, 1, "tid pid vpn bucket:num row:num"),
  event("hash_empty", false, 0, 1, "tid pid vpn bucket:num"),
  event("row_searched", false, 0, 1, "tid row:num pid vpn verdict:row_verdict"),
  event("row_entered", false, 0, 2, "pid vpn row:num frame"),
  event("row_replaced", false, 0, 2, "pid vpn row:num"),
  event("row_none", false, 0, 1, "tid vpn"),
  event("inactive_low", false, 0, 2, "inactive:num active:num"),
  event("generation_empty", false, 0, 2, "generation:u64"),
];

export const OpKind = {
  file: 0,
  segment: 1,
  needs: 2,
  start: 3,
  preset_map: 4,
  preset_tlb: 5,
  access: 6,
  load: 7,
  store: 8,
  set: 9,
  mmap: 10,
  munmap: 11,
  mprotect: 12,
  brk: 13,
  fork: 14,
  exit: 15,
  wait: 16,
  sigaction: 17,
  set_policy: 18,
  elf_segment: 19,
  link: 20,
  interpreter: 21,
  file_word: 22,
  tls_word: 23,
  device: 24,
  attributes: 25,
  warm: 26,
  drop_caches: 27,
  mremap: 28,
  madvise: 29,
  msync: 30,
  mlock: 31,
  munlock: 32,
  setrlimit: 33,
  execve: 34,
  vfork: 35,
  setuid: 36,
  open: 37,
  shm_open: 38,
  shm_unlink: 39,
  memfd_create: 40,
  close: 41,
  dup2: 42,
  read: 43,
  write: 44,
  lseek: 45,
  ftruncate: 46,
  fsync: 47,
  copy: 48,
  store_text: 49,
  call: 50,
  ret: 51,
  malloc: 52,
  calloc: 53,
  realloc: 54,
  free: 55,
  tick: 56,
  yield: 57,
  setpriority: 58,
  setaffinity: 59,
  create: 60,
  thread_start: 61,
  thread_exit: 62,
  join: 63,
  detach: 64,
  lock: 65,
  trylock: 66,
  unlock: 67,
  spin_lock: 68,
  spin_unlock: 69,
  down: 70,
  post: 71,
  cond_wait: 72,
  cond_signal: 73,
  cond_broadcast: 74,
  spurious_wakeup: 75,
  barrier_wait: 76,
  read_lock: 77,
  write_lock: 78,
  rw_unlock: 79,
  atomic: 80,
  pipe: 81,
  mq_open: 82,
  mq_unlink: 83,
  mq_send: 84,
  mq_receive: 85,
  kill: 86,
  tgkill: 87,
  sigprocmask: 88,
  do_signal: 89,
  sigreturn: 90,
  pause: 91,
  place: 92,
  share: 93,
  resize: 94,
  unload: 95,
  swap_out: 96,
  swap_in: 97,
  compact: 98,
  alloc: 99,
  release: 100,
  cache: 101,
  shrink: 102,
} as const;
export interface OpDesc {
  readonly name: keyof typeof OpKind;
  readonly setup: boolean;
  readonly fields: readonly FieldDesc[];
}
export const ops: readonly OpDesc[] = [
  { name: "file", setup: true, fields: fieldsOf("name bytes") },
  { name: "segment", setup: true, fields: fieldsOf("object kind:vma_kind prot bytes") },
  { name: "needs", setup: true, fields: fieldsOf("object library:object") },
  { name: "start", setup: false, fields: fieldsOf("label:name program:object") },
  { name: "preset_map", setup: false, fields: fieldsOf("tid vpn frame prot") },
  { name: "preset_tlb", setup: false, fields: fieldsOf("tid set:num vpn frame") },
  { name: "access", setup: false, fields: fieldsOf("tid va access bytes") },
  { name: "load", setup: false, fields: fieldsOf("tid va name") },
  { name: "store", setup: false, fields: fieldsOf("tid va value:u64") },
  { name: "set", setup: false, fields: fieldsOf("tid name value:u64") },
  { name: "mmap", setup: false, fields: fieldsOf("tid hint:va bytes prot flags:map object offset:num name fd:fd_opt") },
  { name: "munmap", setup: false, fields: fieldsOf("tid va bytes") },
  { name: "mprotect", setup: false, fields: fieldsOf("tid va bytes prot") },
  { name: "brk", setup: false, fields: fieldsOf("tid va") },
  { name: "fork", setup: false, fields: fieldsOf("tid label:name") },
  { name: "exit", setup: false, fields: fieldsOf("tid code:num") },
  { name: "wait", setup: false, fields: fieldsOf("tid child:pid") },
  { name: "sigaction", setup: false, fields: fieldsOf("tid signo action:signal_action handler:va name param:name") },
  { name: "set_policy", setup: false, fields: fieldsOf("policy") },
  { name: "elf_segment", setup: true, fields: fieldsOf("object prot va offset:bytes file_bytes:bytes bytes") },
  { name: "link", setup: true, fields: fieldsOf("object kind:link_kind") },
  { name: "interpreter", setup: true, fields: fieldsOf("object interpreter:object") },
  { name: "file_word", setup: true, fields: fieldsOf("object offset:bytes value:u64") },
  { name: "tls_word", setup: true, fields: fieldsOf("object value:u64") },
  { name: "device", setup: true, fields: fieldsOf("name kind:object_kind bytes") },
  { name: "attributes", setup: true, fields: fieldsOf("object mode:mode_bits uid gid:uid") },
  { name: "warm", setup: true, fields: fieldsOf("object") },
  { name: "drop_caches", setup: false, fields: fieldsOf("unused:num") },
  { name: "mremap", setup: false, fields: fieldsOf("tid va old_bytes:bytes new_bytes:bytes flags:mremap new_va:va") },
  { name: "madvise", setup: false, fields: fieldsOf("tid va bytes advice") },
  { name: "msync", setup: false, fields: fieldsOf("tid va bytes flags:msync") },
  { name: "mlock", setup: false, fields: fieldsOf("tid va bytes") },
  { name: "munlock", setup: false, fields: fieldsOf("tid va bytes") },
  { name: "setrlimit", setup: false, fields: fieldsOf("tid resource value:bytes") },
  { name: "execve", setup: false, fields: fieldsOf("tid program:object argc:num envc:num bytes w0:u64 w1:u64 w2:u64 w3:u64 w4:u64 w5:u64 w6:u64 w7:u64 w8:u64 w9:u64 w10:u64 w11:u64 w12:u64 w13:u64 w14:u64 w15:u64") },
  { name: "vfork", setup: false, fields: fieldsOf("tid label:name") },
  { name: "setuid", setup: false, fields: fieldsOf("tid uid gid:uid") },
  { name: "open", setup: false, fields: fieldsOf("tid object flags:open name") },
  { name: "shm_open", setup: false, fields: fieldsOf("tid name flags:open bytes") },
  { name: "shm_unlink", setup: false, fields: fieldsOf("tid name") },
  { name: "memfd_create", setup: false, fields: fieldsOf("tid name bytes") },
  { name: "close", setup: false, fields: fieldsOf("tid fd") },
  { name: "dup2", setup: false, fields: fieldsOf("tid fd to:fd") },
  { name: "read", setup: false, fields: fieldsOf("tid fd va bytes") },
  { name: "write", setup: false, fields: fieldsOf("tid fd va bytes") },
  { name: "lseek", setup: false, fields: fieldsOf("tid fd offset:u64 whence") },
  { name: "ftruncate", setup: false, fields: fieldsOf("tid fd bytes") },
  { name: "fsync", setup: false, fields: fieldsOf("tid fd") },
  { name: "copy", setup: false, fields: fieldsOf("tid to:va from:va bytes") },
  { name: "store_text", setup: false, fields: fieldsOf("tid va bytes w0:u64 w1:u64 w2:u64 w3:u64 w4:u64 w5:u64 w6:u64 w7:u64") },
  { name: "call", setup: false, fields: fieldsOf("tid va locals:bytes name p0:name a0:u64 p1:name a1:u64 p2:name a2:u64 p3:name a3:u64 p4:name a4:u64 p5:name a5:u64") },
  { name: "ret", setup: false, fields: fieldsOf("tid value:u64 into:name") },
  { name: "malloc", setup: false, fields: fieldsOf("tid bytes") },
  { name: "calloc", setup: false, fields: fieldsOf("tid n:num bytes") },
  { name: "realloc", setup: false, fields: fieldsOf("tid va bytes") },
  { name: "free", setup: false, fields: fieldsOf("tid va") },
  { name: "tick", setup: false, fields: fieldsOf("cpu by:schedule next:tid") },
  { name: "yield", setup: false, fields: fieldsOf("tid") },
  { name: "setpriority", setup: false, fields: fieldsOf("tid thread:tid priority:num") },
  { name: "setaffinity", setup: false, fields: fieldsOf("tid thread:tid cpus:num") },
  { name: "create", setup: false, fields: fieldsOf("tid label:name entry:va body:name stack:bytes p0:name a0:u64 p1:name a1:u64 p2:name a2:u64 p3:name a3:u64 p4:name a4:u64 p5:name a5:u64") },
  { name: "thread_start", setup: false, fields: fieldsOf("tid") },
  { name: "thread_exit", setup: false, fields: fieldsOf("tid value:u64") },
  { name: "join", setup: false, fields: fieldsOf("tid thread:tid into:name") },
  { name: "detach", setup: false, fields: fieldsOf("tid thread:tid") },
  { name: "lock", setup: false, fields: fieldsOf("tid va name") },
  { name: "trylock", setup: false, fields: fieldsOf("tid va name into:name") },
  { name: "unlock", setup: false, fields: fieldsOf("tid va name") },
  { name: "spin_lock", setup: false, fields: fieldsOf("tid va name") },
  { name: "spin_unlock", setup: false, fields: fieldsOf("tid va name") },
  { name: "down", setup: false, fields: fieldsOf("tid va name") },
  { name: "post", setup: false, fields: fieldsOf("tid va name") },
  { name: "cond_wait", setup: false, fields: fieldsOf("tid va name mutex:va mutex_name:name") },
  { name: "cond_signal", setup: false, fields: fieldsOf("tid va name") },
  { name: "cond_broadcast", setup: false, fields: fieldsOf("tid va name") },
  { name: "spurious_wakeup", setup: false, fields: fieldsOf("thread:tid") },
  { name: "barrier_wait", setup: false, fields: fieldsOf("tid va name") },
  { name: "read_lock", setup: false, fields: fieldsOf("tid va name") },
  { name: "write_lock", setup: false, fields: fieldsOf("tid va name") },
  { name: "rw_unlock", setup: false, fields: fieldsOf("tid va name") },
  { name: "atomic", setup: false, fields: fieldsOf("tid atomic va value:u64 expected:u64 into:name") },
  { name: "pipe", setup: false, fields: fieldsOf("tid bytes name") },
  { name: "mq_open", setup: false, fields: fieldsOf("tid name flags:open messages:num bytes") },
  { name: "mq_unlink", setup: false, fields: fieldsOf("tid name") },
  { name: "mq_send", setup: false, fields: fieldsOf("tid fd va bytes priority:num") },
  { name: "mq_receive", setup: false, fields: fieldsOf("tid fd va bytes") },
  { name: "kill", setup: false, fields: fieldsOf("tid pid signo") },
  { name: "tgkill", setup: false, fields: fieldsOf("tid thread:tid signo") },
  { name: "sigprocmask", setup: false, fields: fieldsOf("tid how:mask_how signo") },
  { name: "do_signal", setup: false, fields: fieldsOf("tid") },
  { name: "sigreturn", setup: false, fields: fieldsOf("tid") },
  { name: "pause", setup: false, fields: fieldsOf("tid") },
  { name: "place", setup: false, fields: fieldsOf("tid number:num bytes prot down:bool at:num name") },
  { name: "share", setup: false, fields: fieldsOf("tid pid of:num number:num prot name") },
  { name: "resize", setup: false, fields: fieldsOf("tid number:num bytes") },
  { name: "unload", setup: false, fields: fieldsOf("tid number:num") },
  { name: "swap_out", setup: false, fields: fieldsOf("pid") },
  { name: "swap_in", setup: false, fields: fieldsOf("pid") },
  { name: "compact", setup: false, fields: fieldsOf("unused:num") },
  { name: "alloc", setup: false, fields: fieldsOf("tid bytes cache:num") },
  { name: "release", setup: false, fields: fieldsOf("tid pa") },
  { name: "cache", setup: false, fields: fieldsOf("tid name bytes slab:bytes") },
  { name: "shrink", setup: false, fields: fieldsOf("tid cache:num") },
];

export const PolicyKind = {
  "fifo": 0,
  "lru": 1,
  "clock": 2,
  "opt": 3,
  "clock0": 4,
  "ws": 5,
  "wsclock": 6,
  "pff": 7,
  "lfu": 8,
  "lfu-fifo": 9,
  "mru": 10,
  "mfu": 11,
  "random": 12,
  "nru": 13,
  "clock-enhanced": 14,
  "aging": 15,
  "lfu-perfect": 16,
  "linux-lists": 17,
  "mglru": 18,
  "sieve": 19,
  "arc": 20,
  "2q": 21,
  "s3fifo": 22,
  "lirs": 23,
  "clock-pro": 24,
} as const;
export interface RegionDesc {
  readonly name: string;
  readonly title: string;
  readonly shape: "scalar" | "frames" | "ghosts" | "nodes";
  readonly look: string;
}
export interface PolicyDesc {
  readonly name: keyof typeof PolicyKind;
  readonly title: string;
  readonly rule: string;
  readonly leastFrames: number;
  /** What the number of its `look` is. */
  readonly seen: string;
  readonly regions: readonly RegionDesc[];
}
export const policies: readonly PolicyDesc[] = [
  { name: "fifo", title: "FIFO", rule: "the page that was loaded first", leastFrames: 1, seen: "order of loading", regions: [{ name: "loaded", title: "order of loading", shape: "frames", look: "order" }, { name: "serial", title: "pages loaded so far", shape: "scalar", look: "number" }] },
  { name: "lru", title: "LRU", rule: "the page that was used least recently", leastFrames: 1, seen: "last use", regions: [{ name: "used", title: "last use", shape: "frames", look: "order" }] },
  { name: "clock", title: "CLOCK", rule: "the first page at the hand whose reference bit is 0; bits are cleared on the way", leastFrames: 1, seen: "reference bit", regions: [{ name: "hand", title: "hand", shape: "scalar", look: "hand" }, { name: "referenced", title: "reference bit", shape: "frames", look: "bit" }] },
  { name: "opt", title: "OPT", rule: "the page whose next use is furthest away", leastFrames: 1, seen: "next use", regions: [{ name: "next_use", title: "next use", shape: "frames", look: "next_use" }] },
  { name: "clock0", title: "CLOCK0", rule: "the first page at the hand whose reference bit is 0; a page is loaded with bit 0", leastFrames: 1, seen: "reference bit", regions: [{ name: "hand", title: "hand", shape: "scalar", look: "hand" }, { name: "referenced", title: "reference bit", shape: "frames", look: "bit" }] },
  { name: "ws", title: "Working set", rule: "every page that its process has not used for tau references", leastFrames: 1, seen: "last use, in its process's references", regions: [{ name: "used", title: "last use, in its process's references", shape: "frames", look: "number" }] },
  { name: "wsclock", title: "WSClock", rule: "the first clean page at the hand that was not used for more than tau references", leastFrames: 1, seen: "reference bit", regions: [{ name: "hand", title: "hand", shape: "scalar", look: "hand" }, { name: "referenced", title: "reference bit", shape: "frames", look: "bit" }, { name: "seen", title: "seen in use, in its process's references", shape: "frames", look: "number" }] },
  { name: "pff", title: "Page-fault frequency", rule: "after tau references without a fault: every page not used since the last one", leastFrames: 1, seen: "last use", regions: [{ name: "used", title: "last use", shape: "frames", look: "order" }] },
  { name: "lfu", title: "LFU", rule: "the page with the fewest uses since it was loaded; of equal counts the one used least recently", leastFrames: 1, seen: "uses", regions: [{ name: "count", title: "uses", shape: "frames", look: "count" }, { name: "used", title: "last use", shape: "frames", look: "order" }] },
  { name: "lfu-fifo", title: "LFU, ties FIFO", rule: "the page with the fewest uses since it was loaded; of equal counts the one loaded first", leastFrames: 1, seen: "uses", regions: [{ name: "count", title: "uses", shape: "frames", look: "count" }, { name: "loaded", title: "order of loading", shape: "frames", look: "order" }, { name: "serial", title: "pages loaded so far", shape: "scalar", look: "number" }] },
  { name: "mru", title: "MRU", rule: "the page that was used most recently", leastFrames: 1, seen: "last use", regions: [{ name: "used", title: "last use", shape: "frames", look: "order" }] },
  { name: "mfu", title: "MFU", rule: "the page with the most uses since it was loaded; of equal counts the one used least recently", leastFrames: 1, seen: "uses", regions: [{ name: "count", title: "uses", shape: "frames", look: "count" }, { name: "used", title: "last use", shape: "frames", look: "order" }] },
  { name: "random", title: "RANDOM", rule: "a page drawn by chance, each frame's equally likely", leastFrames: 1, seen: "draw", regions: [{ name: "draws", title: "draws so far", shape: "scalar", look: "number" }] },
  { name: "nru", title: "NRU", rule: "a page of the lowest class 2R+M, R being cleared at each tick; of equal ones the lowest frame", leastFrames: 1, seen: "class 2R+M =", regions: [{ name: "referenced", title: "used since the tick", shape: "frames", look: "bit" }] },
  { name: "clock-enhanced", title: "enhanced CLOCK", rule: "from the hand the first page that is neither used nor dirty, else the first unused one", leastFrames: 1, seen: "class 2R+M =", regions: [{ name: "hand", title: "hand", shape: "scalar", look: "hand" }, { name: "referenced", title: "reference bit", shape: "frames", look: "bit" }] },
  { name: "aging", title: "aging", rule: "the page with the lowest counter; at each tick counters are halved and uses become the top bit", leastFrames: 1, seen: "counter", regions: [{ name: "counter", title: "counter", shape: "frames", look: "count" }, { name: "referenced", title: "used since the tick", shape: "frames", look: "bit" }] },
  { name: "lfu-perfect", title: "LFU, perfect counts", rule: "the page with the fewest uses ever, also before it left; of equal counts the one used least recently", leastFrames: 1, seen: "uses", regions: [{ name: "count", title: "uses", shape: "nodes", look: "count" }, { name: "used", title: "last use", shape: "frames", look: "order" }, { name: "object", title: "object of a page that left", shape: "ghosts", look: "page" }, { name: "index", title: "page that left", shape: "ghosts", look: "page" }] },
  { name: "linux-lists", title: "Linux, two lists", rule: "the oldest inactive page that was not used since the last scan; active pages are demoted when more", leastFrames: 1, seen: "accessed", regions: [{ name: "inactive", title: "inactive list, newest first", shape: "scalar", look: "link" }, { name: "inactive_tail", title: "tail of the inactive list", shape: "scalar", look: "hidden" }, { name: "inactive_size", title: "inactive pages", shape: "scalar", look: "number" }, { name: "active", title: "active list, newest first", shape: "scalar", look: "link" }, { name: "active_tail", title: "tail of the active list", shape: "scalar", look: "hidden" }, { name: "active_size", title: "active pages", shape: "scalar", look: "number" }, { name: "accessed", title: "accessed", shape: "frames", look: "bit" }, { name: "referenced", title: "referenced", shape: "frames", look: "bit" }, { name: "on_active", title: "on the active list", shape: "frames", look: "hidden" }, { name: "next", title: "next", shape: "frames", look: "link" }, { name: "prev", title: "previous", shape: "frames", look: "hidden" }] },
  { name: "mglru", title: "Linux, MGLRU", rule: "the oldest page of the oldest generation that was not used since; the two youngest are spared", leastFrames: 1, seen: "generation", regions: [{ name: "agings", title: "walks of the page tables so far", shape: "scalar", look: "number" }, { name: "oldest", title: "oldest generation", shape: "scalar", look: "number" }, { name: "list0", title: "list of generations 0, 4, 8, ...", shape: "scalar", look: "link" }, { name: "list0_tail", title: "its tail", shape: "scalar", look: "hidden" }, { name: "list0_size", title: "its pages", shape: "scalar", look: "hidden" }, { name: "list1", title: "list of generations 1, 5, 9, ...", shape: "scalar", look: "link" }, { name: "list1_tail", title: "its tail", shape: "scalar", look: "hidden" }, { name: "list1_size", title: "its pages", shape: "scalar", look: "hidden" }, { name: "list2", title: "list of generations 2, 6, 10, ...", shape: "scalar", look: "link" }, { name: "list2_tail", title: "its tail", shape: "scalar", look: "hidden" }, { name: "list2_size", title: "its pages", shape: "scalar", look: "hidden" }, { name: "list3", title: "list of generations 3, 7, 11, ...", shape: "scalar", look: "link" }, { name: "list3_tail", title: "its tail", shape: "scalar", look: "hidden" }, { name: "list3_size", title: "its pages", shape: "scalar", look: "hidden" }, { name: "accessed", title: "accessed", shape: "frames", look: "bit" }, { name: "generation", title: "generation", shape: "frames", look: "number" }, { name: "listed", title: "generation of its list, plus one", shape: "frames", look: "hidden" }, { name: "next", title: "next", shape: "frames", look: "link" }, { name: "prev", title: "previous", shape: "frames", look: "hidden" }] },
  { name: "sieve", title: "SIEVE", rule: "the first page at the hand that was not visited; the hand goes from the oldest to the newest and clears bits on the way", leastFrames: 1, seen: "visited", regions: [{ name: "queue", title: "queue, newest first", shape: "scalar", look: "link" }, { name: "tail", title: "oldest page", shape: "scalar", look: "hidden" }, { name: "size", title: "pages in the queue", shape: "scalar", look: "hidden" }, { name: "hand", title: "hand", shape: "scalar", look: "pointer" }, { name: "visited", title: "visited", shape: "frames", look: "bit" }, { name: "next", title: "next older", shape: "frames", look: "link" }, { name: "prev", title: "next newer", shape: "frames", look: "hidden" }] },
  { name: "arc", title: "ARC", rule: "the least recent page of T1, while it has more than p pages, else that of T2; p learns from ghosts", leastFrames: 1, seen: "pages in its list:", regions: [{ name: "t1", title: "T1: used once", shape: "scalar", look: "link" }, { name: "t1_tail", title: "tail of T1", shape: "scalar", look: "hidden" }, { name: "t1_size", title: "pages in T1", shape: "scalar", look: "number" }, { name: "t2", title: "T2: used again", shape: "scalar", look: "link" }, { name: "t2_tail", title: "tail of T2", shape: "scalar", look: "hidden" }, { name: "t2_size", title: "pages in T2", shape: "scalar", look: "number" }, { name: "b1", title: "B1: ghosts of T1", shape: "scalar", look: "link" }, { name: "b1_tail", title: "tail of B1", shape: "scalar", look: "hidden" }, { name: "b1_size", title: "pages in B1", shape: "scalar", look: "number" }, { name: "b2", title: "B2: ghosts of T2", shape: "scalar", look: "link" }, { name: "b2_tail", title: "tail of B2", shape: "scalar", look: "hidden" }, { name: "b2_size", title: "pages in B2", shape: "scalar", look: "number" }, { name: "target", title: "p, its whole part", shape: "scalar", look: "number" }, { name: "fraction", title: "fraction of p, in 2^-52", shape: "scalar", look: "hidden" }, { name: "counted", title: "ghost whose hit has moved p", shape: "scalar", look: "hidden" }, { name: "next", title: "next", shape: "nodes", look: "link" }, { name: "prev", title: "previous", shape: "nodes", look: "hidden" }, { name: "list", title: "list it is in", shape: "nodes", look: "hidden" }, { name: "object", title: "object of a page that left", shape: "ghosts", look: "page" }, { name: "index", title: "page that left", shape: "ghosts", look: "page" }] },
  { name: "2q", title: "2Q", rule: "the oldest page of A1in, while it has more than a quarter of the frames, else the least recent of Am", leastFrames: 4, seen: "pages in its queue:", regions: [{ name: "a1in", title: "A1in: seen once, oldest last", shape: "scalar", look: "link" }, { name: "a1in_tail", title: "tail of A1in", shape: "scalar", look: "hidden" }, { name: "a1in_size", title: "pages in A1in", shape: "scalar", look: "number" }, { name: "am", title: "Am: came back, least recent last", shape: "scalar", look: "link" }, { name: "am_tail", title: "tail of Am", shape: "scalar", look: "hidden" }, { name: "am_size", title: "pages in Am", shape: "scalar", look: "number" }, { name: "a1out", title: "A1out: ghosts of A1in", shape: "scalar", look: "link" }, { name: "a1out_tail", title: "tail of A1out", shape: "scalar", look: "hidden" }, { name: "a1out_size", title: "pages in A1out", shape: "scalar", look: "number" }, { name: "coming", title: "object of the ghost that comes back", shape: "scalar", look: "hidden" }, { name: "coming_index", title: "its page", shape: "scalar", look: "hidden" }, { name: "next", title: "next", shape: "nodes", look: "link" }, { name: "prev", title: "previous", shape: "nodes", look: "hidden" }, { name: "list", title: "list it is in", shape: "nodes", look: "hidden" }, { name: "object", title: "object of a page that left", shape: "ghosts", look: "page" }, { name: "index", title: "page that left", shape: "ghosts", look: "page" }] },
  { name: "s3fifo", title: "S3-FIFO", rule: "the oldest page of the small queue that was not used twice; of the main queue, the oldest that was not used since it was passed", leastFrames: 20, seen: "uses counted", regions: [{ name: "small", title: "small queue, newest first", shape: "scalar", look: "link" }, { name: "small_tail", title: "tail of small queue", shape: "scalar", look: "hidden" }, { name: "small_size", title: "pages in small queue", shape: "scalar", look: "number" }, { name: "main", title: "main queue, newest first", shape: "scalar", look: "link" }, { name: "main_tail", title: "tail of main queue", shape: "scalar", look: "hidden" }, { name: "main_size", title: "pages in main queue", shape: "scalar", look: "number" }, { name: "ghosts", title: "ghosts of the small queue", shape: "scalar", look: "link" }, { name: "ghosts_tail", title: "tail of ghosts of the small queue", shape: "scalar", look: "hidden" }, { name: "ghosts_size", title: "pages in ghosts of the small queue", shape: "scalar", look: "number" }, { name: "freq", title: "uses counted", shape: "frames", look: "count" }, { name: "coming", title: "object of the ghost that comes back", shape: "scalar", look: "hidden" }, { name: "coming_index", title: "its page", shape: "scalar", look: "hidden" }, { name: "next", title: "next", shape: "nodes", look: "link" }, { name: "prev", title: "previous", shape: "nodes", look: "hidden" }, { name: "list", title: "list it is in", shape: "nodes", look: "hidden" }, { name: "object", title: "object of a page that left", shape: "ghosts", look: "page" }, { name: "index", title: "page that left", shape: "ghosts", look: "page" }] },
  { name: "lirs", title: "LIRS", rule: "the page at the front of Q: among those with a large distance between uses, the one that became so first", leastFrames: 2, seen: "LIR", regions: [{ name: "stack", title: "stack S, top first", shape: "scalar", look: "link" }, { name: "stack_tail", title: "tail of stack S", shape: "scalar", look: "hidden" }, { name: "stack_size", title: "pages in stack S", shape: "scalar", look: "number" }, { name: "queue", title: "queue Q, front first", shape: "scalar", look: "link" }, { name: "queue_tail", title: "tail of queue Q", shape: "scalar", look: "hidden" }, { name: "queue_size", title: "pages in queue Q", shape: "scalar", look: "number" }, { name: "lir", title: "LIR", shape: "frames", look: "bit" }, { name: "lirs", title: "LIR pages", shape: "scalar", look: "number" }, { name: "stack_next", title: "next lower in S", shape: "nodes", look: "link" }, { name: "stack_prev", title: "next higher in S", shape: "nodes", look: "hidden" }, { name: "queue_next", title: "next in Q", shape: "frames", look: "link" }, { name: "queue_prev", title: "previous in Q", shape: "frames", look: "hidden" }, { name: "in", title: "lists it is in", shape: "nodes", look: "hidden" }, { name: "object", title: "object of a page that left", shape: "ghosts", look: "page" }, { name: "index", title: "page that left", shape: "ghosts", look: "page" }] },
  { name: "clock-pro", title: "CLOCK-Pro", rule: "the oldest cold page whose reference bit is 0; cold pages that are used within their test period become hot", leastFrames: 2, seen: "reference bit", regions: [{ name: "clock", title: "the clock, newest first", shape: "scalar", look: "link" }, { name: "clock_tail", title: "oldest page", shape: "scalar", look: "hidden" }, { name: "clock_size", title: "pages in the clock", shape: "scalar", look: "hidden" }, { name: "hand_hot", title: "HAND_hot", shape: "scalar", look: "pointer" }, { name: "hand_cold", title: "HAND_cold", shape: "scalar", look: "pointer" }, { name: "hand_test", title: "HAND_test", shape: "scalar", look: "pointer" }, { name: "hots", title: "hot pages", shape: "scalar", look: "number" }, { name: "gone", title: "pages in test that left", shape: "scalar", look: "number" }, { name: "target", title: "mc, cold pages wanted", shape: "scalar", look: "number" }, { name: "full", title: "memory was full once", shape: "scalar", look: "hidden" }, { name: "referenced", title: "reference bit", shape: "frames", look: "bit" }, { name: "hot", title: "hot", shape: "frames", look: "bit" }, { name: "test", title: "in test", shape: "nodes", look: "bit" }, { name: "in", title: "in the clock", shape: "nodes", look: "hidden" }, { name: "next", title: "next older", shape: "nodes", look: "link" }, { name: "prev", title: "next newer", shape: "nodes", look: "hidden" }, { name: "object", title: "object of a page that left", shape: "ghosts", look: "page" }, { name: "index", title: "page that left", shape: "ghosts", look: "page" }] },
];

/** What each step of a counter costs: the row `cost` of a machine says how many picoseconds.
 * A clock is the sum of counters times these. */
export const costs: readonly { readonly counter: Counter; readonly source: string }[] = [
  { counter: 0, source: "Gregg: level 1 cache, 0.9 ns" },
  { counter: 1, source: "Gregg: one cycle, 0.3 ns; HP, section B.4: TLB hit in one cycle" },
  { counter: 3, source: "Gregg: main memory, 100 ns; Dean: the same" },
  { counter: 24, source: "lmbench: about 1,000 cycles for exception and return" },
  { counter: 25, source: "lmbench: null call, 100 ns" },
  { counter: 5, source: "lmbench: lat_pagefault, 0.5 microseconds" },
  { counter: 6, source: "the same, and the start of a transfer: 1 microsecond more" },
  { counter: 7, source: "4 KiB at 20 GB/s" },
  { counter: 8, source: "4 KiB read and written at 20 GB/s" },
  { counter: 26, source: "10 GB/s" },
  { counter: 11, source: "about two minor faults' work" },
  { counter: 13, source: "" },
  { counter: 28, source: "" },
  { counter: 14, source: "" },
  { counter: 27, source: "" },
  { counter: 29, source: "4 KiB at 500 MB/s, a SATA SSD" },
  { counter: 34, source: "HP, section B.4; invlpg, about 200 ns with what follows it" },
  { counter: 35, source: "the same for the whole; the misses that follow are counted as misses" },
  { counter: 10, source: "lmbench: lat_sig, about 1 microsecond" },
  { counter: 17, source: "lmbench: lat_ctx, 1 to 3 microseconds for processes, of which this is what threads pay too" },
  { counter: 39, source: "the rest of lat_ctx; the misses that follow are counted as misses" },
  { counter: 37, source: "as by a fault: about 1,000 cycles for exception and return" },
  { counter: 38, source: "N. Amit, Optimizing the TLB Shootdown Algorithm (USENIX ATC 2017): several thousand cycles" },
];

/** One access to each kind of memory, unless a scenario says otherwise. */
export const media: readonly {
  readonly words: string;
  readonly picoseconds: number;
  readonly source: string;
}[] = [
  { words: "SRAM cache", picoseconds: 900, source: "Gregg: level 1 cache, 0.9 ns" },
  { words: "DRAM", picoseconds: 100000, source: "Gregg: main memory, 100 ns; Dean: the same" },
  { words: "SSD", picoseconds: 100000000, source: "Gregg: flash memory, 10 to 100 microseconds" },
  { words: "disk", picoseconds: 10000000000, source: "Gregg: rotating disk, 1 to 10 ms; Dean: a seek, 10 ms" },
  { words: "network", picoseconds: 500000000, source: "Dean: a round trip within a data centre, 0.5 ms" },
  { words: "tape", picoseconds: 50000000000000, source: "an LTO cartridge winds 50 s on average to a place on it" },
];
