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

/** Types of fields: their shape, how a person sees them, and the words of enums and flags. */
export const types = {
  num: { shape: "num", written: "decimal", names: [], words: [] },
  u64: { shape: "big", written: "decimal", names: [], words: [] },
  text: { shape: "big", written: "8 bytes of text, the first lowest", names: [], words: [] },
  bool: { shape: "num", written: "yes or no", names: [], words: [] },
  bytes: { shape: "num", written: "bytes", names: [], words: [] },
  pid: { shape: "num", written: "the process's letter", names: [], words: [] },
  tid: { shape: "num", written: "the thread's letter", names: [], words: [] },
  asid: { shape: "num", written: "decimal", names: [], words: [] },
  cpu: { shape: "num", written: "processor", names: [], words: [] },
  cpu_opt: { shape: "num", written: "processor", names: [], words: [] },
  lock: { shape: "num", written: "the lock's name", names: [], words: [] },
  va: { shape: "big", written: "hex address", names: [], words: [] },
  pa: { shape: "num", written: "hex address", names: [], words: [] },
  vpn: { shape: "num", written: "hex page number", names: [], words: [] },
  frame: { shape: "num", written: "hex frame number", names: [], words: [] },
  slot: { shape: "num", written: "hex slot number", names: [], words: [] },
  frame_opt: { shape: "num", written: "hex frame number", names: [], words: [] },
  slot_opt: { shape: "num", written: "hex slot number", names: [], words: [] },
  table: { shape: "num", written: "table", names: [], words: [] },
  object: { shape: "num", written: "the object's name", names: [], words: [] },
  vma: { shape: "num", written: "the mapping's name", names: [], words: [] },
  name: { shape: "num", written: "the name", names: [], words: [] },
  pte: { shape: "num", written: "entry", names: [], words: [] },
  op: { shape: "num", written: "the operation's name", names: [], words: [] },
  policy: { shape: "num", written: "the policy's title", names: [], words: [] },
  seen: { shape: "num", written: "what the policy goes by, and its value", names: [], words: [] },
  frame_flags: { shape: "flags", written: "frame", names: [], words: [] },
  prot: { shape: "flags", written: "prot", names: [], words: [] },
  map: { shape: "flags", written: "map", names: [], words: [] },
  open: { shape: "flags", written: "open", names: [], words: [] },
  msync: { shape: "flags", written: "msync", names: [], words: [] },
  mremap: { shape: "flags", written: "mremap", names: [], words: [] },
  sigset: { shape: "flags", written: "sigset", names: [], words: [] },
  mode_bits: { shape: "num", written: "octal file mode", names: [], words: [] },
  uid: { shape: "num", written: "user id, 0 = root", names: [], words: [] },
  fd: { shape: "num", written: "file descriptor", names: [], words: [] },
  fd_opt: { shape: "num", written: "file descriptor", names: [], words: [] },
  ns: { shape: "num", written: "nanoseconds", names: [], words: [] },
  actor: { shape: "enum", written: "its words", names: ["user", "mmu", "kernel", "disk"], words: ["program", "hardware (MMU)", "kernel", "disk"] },
  machine_kind: { shape: "enum", written: "its words", names: ["paper", "x86_64", "x86_32", "sv39", "custom", "x86_64_5level", "base_bounds", "segmentation", "free_list", "buddy", "slab", "linear", "inverted", "hashed"], words: ["paper", "x86-64", "x86-32", "sv39", "custom", "x86-64-5level", "base-bounds", "segmentation", "free-list", "buddy", "slab", "linear", "inverted", "hashed"] },
  access: { shape: "enum", written: "its words", names: ["none", "load", "store", "fetch"], words: ["nothing", "reads", "writes", "runs the instruction at"] },
  fault: { shape: "enum", written: "its words", names: ["none", "zero", "minor", "major", "cow", "reuse", "segv_maperr", "segv_accerr", "bus", "oom"], words: ["no fault", "zero-fill fault", "minor fault", "major fault", "copy-on-write fault", "last-owner fault", "SIGSEGV, address not mapped", "SIGSEGV, access not allowed", "SIGBUS, past the end of the file", "out of memory"] },
  trap_reason: { shape: "enum", written: "its words", names: ["not_present", "read_only", "no_execute", "supervisor", "non_canonical", "no_segment", "out_of_bounds", "segment_rights", "not_in_table"], words: ["the entry is not present", "the entry is read-only", "the entry forbids execution", "the entry belongs to the kernel", "the address is not canonical", "no segment has this number", "the offset is not within the bounds", "the segment's rights forbid it", "the table that the hardware searches does not have the page"] },
  frame_kind: { shape: "enum", written: "its words", names: ["free", "kernel", "table", "anon", "file", "zero", "shmem", "buffer"], words: ["free", "kernel", "page table", "anonymous memory", "file cache", "zero page", "shared memory", "kernel buffer"] },
  process_state: { shape: "enum", written: "its words", names: ["none", "alive", "zombie", "reaped"], words: ["no process", "alive", "zombie", "gone"] },
  task_state: { shape: "enum", written: "its words", names: ["none", "ready", "running", "waiting", "ended", "exited"], words: ["no thread", "ready", "running", "waiting", "ended", "ended, nobody has joined it yet"] },
  mode: { shape: "enum", written: "its words", names: ["user", "kernel"], words: ["user mode", "kernel mode"] },
  object_kind: { shape: "enum", written: "its words", names: ["none", "anon", "file", "shmem", "char_null", "char_zero", "terminal", "device", "vdso", "pipe", "mqueue"], words: ["nothing", "anonymous memory", "file", "shared memory", "/dev/null", "/dev/zero", "terminal", "device memory", "kernel-provided page", "pipe", "message queue"] },
  vma_kind: { shape: "enum", written: "its words", names: ["none", "text", "rodata", "data", "bss", "heap", "stack", "map", "guard", "pages", "vdso", "vvar", "shm", "device", "thread_stack"], words: ["nothing", "text", "rodata", "data", "bss", "heap", "stack", "mapping", "guard", "pages", "vdso", "vvar", "shared memory", "device memory", "thread stack"] },
  store: { shape: "enum", written: "its words", names: ["frame", "slot", "file"], words: ["frame", "swap slot", "file page"] },
  memory: { shape: "enum", written: "its words", names: ["b1", "b2", "a1out", "ghosts", "stack", "test"], words: ["B1: pages that were used once", "B2: pages that were used twice or more", "A1out: pages that left A1in", "the ghost queue: pages that left the small queue", "stack S: used again before some LIR page was", "the clock: a cold page within its test period"] },
  rank: { shape: "enum", written: "its words", names: ["hot", "cold", "lir", "hir", "t2"], words: ["a hot page", "a cold page, in a new test period", "an LIR page: little else was used between its last two uses", "an HIR page, at the end of queue Q", "in T2: used again since it came"] },
  test_end: { shape: "enum", written: "its words", names: ["used", "unused", "forgotten"], words: ["it was used meanwhile", "it was not used, and is still in memory", "it left memory, and is forgotten"] },
  verdict: { shape: "enum", written: "its words", names: ["passed", "cleared", "chosen", "promoted", "demoted", "sorted", "working", "written", "tied"], words: ["spares it", "clears its bit and spares it", "takes it", "keeps it among those used again", "keeps it, but no longer among those used again", "moves it to its younger generation", "spares it: it is in the working set", "has it written and spares it for now", "finds it as good a victim, but later in order"] },
  signo: { shape: "enum", written: "its words", names: ["none", "sigsegv", "sigbus", "sigkill", "sigint", "sigabrt", "sigusr1", "sigusr2", "sigpipe", "sigterm", "sigchld", "sigcont", "sigstop"], words: ["no signal", "SIGSEGV", "SIGBUS", "SIGKILL", "SIGINT", "SIGABRT", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGTERM", "SIGCHLD", "SIGCONT", "SIGSTOP"] },
  si_code: { shape: "enum", written: "its words", names: ["none", "maperr", "accerr", "adrerr", "kernel"], words: ["", "SEGV_MAPERR", "SEGV_ACCERR", "BUS_ADRERR", "SI_KERNEL"] },
  signal_action: { shape: "enum", written: "its words", names: ["terminate", "skip", "ignore", "handler"], words: ["the default", "a handler steps over the access", "nothing happens", "a function of the program runs"] },
  wait_reason: { shape: "enum", written: "its words", names: ["none", "child", "vfork", "mutex", "condition", "semaphore", "barrier", "read_lock", "write_lock", "join", "pipe_data", "pipe_room", "message", "message_room", "signal", "stopped"], words: ["nothing", "a child to exit", "its child to exec or exit", "a mutex", "a condition", "a semaphore", "the others at a barrier", "a lock for reading", "a lock for writing", "a thread to end", "bytes in a pipe", "room in a pipe", "a message", "room in a message queue", "a signal", "SIGCONT"] },
  counter: { shape: "enum", written: "its words", names: ["references", "tlb_hits", "tlb_misses", "walk_reads", "faults", "minor", "major", "zero_fills", "copies", "reuses", "signals", "evictions", "writebacks", "swap_ins", "file_reads", "tables", "rss", "switches", "rss_anon", "rss_file", "rss_shmem", "swapped", "committed", "walks", "traps", "syscalls", "copied_bytes", "file_writes", "swap_outs", "readaheads", "kswapd_runs", "oom_kills", "huge_faults", "huge_splits", "tlb_drops", "tlb_flushes", "direct_reclaims", "interrupts", "ipis", "process_switches", "thread_switches", "preemptions", "futex_waits", "futex_wakes", "contended", "spins", "deadlocks", "races", "messages", "stack_hits", "foreign_unlocks", "searched", "splits", "joins", "moved_bytes", "no_room", "placements", "refills"], words: ["references", "TLB hits", "TLB misses", "page-table reads", "faults", "minor faults", "major faults", "zero fills", "copy-on-write copies", "last-owner faults", "signals", "evictions", "write-backs", "swap-ins", "file reads", "page tables", "resident pages", "context switches", "resident anonymous pages", "resident file pages", "resident shared-memory pages", "pages in swap", "pages promised (Committed_AS)", "page-table walks", "entries into the kernel by a fault", "system calls", "bytes copied between kernel and user", "pages written to files", "swap-outs", "pages read ahead", "runs of background reclaim", "processes killed for memory", "huge pages mapped", "huge pages split", "entries dropped from the TLB", "flushes of the TLB", "reclaims by the process in need", "interrupts", "interrupts between processors", "switches to another address space", "switches within an address space", "threads that lost the processor", "futex waits", "futex wake-ups", "locks found taken", "rounds of waiting in a loop", "deadlocks", "data races", "messages sent", "stacks taken from the cache", "mutexes unlocked by a thread that did not own them", "holes looked at", "holes and blocks split", "holes and buddies joined", "bytes moved within memory", "requests without room", "pieces of memory given", "pages entered into the searched table again"] },
  machine_word: { shape: "enum", written: "its words", names: ["kind", "page_shift", "va_bits", "levels", "level_bits", "frames", "tick", "tau", "slots", "kernel_frames", "tlb_sets", "tlb_ways", "asids", "policy", "seed", "tables_outside", "future_end", "fault_around", "readahead", "page_cluster", "watermark_min", "watermark_low", "watermark_high", "dirty_background", "local", "overcommit", "overcommit_ratio", "thp", "stack_limit", "stack_guard_gap", "kpti", "swap_on", "files_on", "cpus", "stacks", "races", "memory", "memory_base", "segment_bits", "fit", "list_order", "coalesce", "header", "align", "split", "buckets", "rows"], words: ["kind", "page size, log2 bytes", "bits of a virtual address", "page-table levels", "index bits of each level, one byte each, the root lowest", "page frames", "references between ticks of the policy", "the policy's window, in references", "swap slots", "frames of the kernel", "TLB sets", "TLB ways", "TLB tagged by ASID", "replacement policy", "seed", "page tables outside the frames", "references that OPT knows", "pages mapped around a fault", "pages read ahead", "swap slots read together, log2", "free frames below which callers reclaim", "free frames below which background reclaim wakes", "free frames at which background reclaim sleeps", "dirty file pages at which write-back starts", "victims only from the process that needs a frame", "overcommit policy", "percent of memory that may be promised", "transparent huge pages", "RLIMIT_STACK in bytes", "pages kept free below a stack", "page-table isolation", "the medium of swap", "the medium of files", "processors", "who may use a thread's stack", "the race detector watches", "bytes of memory given in pieces", "where they begin", "bits of an address that pick the segment", "which hole is taken", "order of the free list", "holes side by side are joined", "bytes of a header before each piece", "what sizes are rounded up to", "least rest that is split off", "buckets of the searched table", "rows of the searched table"] },
  errno_code: { shape: "enum", written: "its words", names: ["none", "enomem", "einval", "echild", "eexist", "eacces", "eperm", "ebadf", "enoent", "efault", "enodev", "emfile", "e2big", "enoexec", "eagain", "espipe", "eisdir", "enxio", "ebusy", "eintr", "epipe", "edeadlk", "esrch", "emsgsize"], words: ["done", "ENOMEM, no memory", "EINVAL, an argument makes no sense", "ECHILD, no such child", "EEXIST, something is mapped there", "EACCES, permission denied", "EPERM, not allowed to this user", "EBADF, no such descriptor", "ENOENT, no such file", "EFAULT, bad address", "ENODEV, it cannot be mapped", "EMFILE, too many descriptors", "E2BIG, the argument list is too long", "ENOEXEC, no program", "EAGAIN, a limit was reached", "ESPIPE, it has no position", "EISDIR, it is a directory", "ENXIO, nothing at that offset", "EBUSY, it is in use", "EINTR, a signal came first", "EPIPE, nobody reads", "EDEADLK, it would wait for itself", "ESRCH, no such process or thread", "EMSGSIZE, the message is too long"] },
  advice: { shape: "enum", written: "its words", names: ["normal", "random", "sequential", "willneed", "dontneed", "free", "remove", "pageout", "cold", "populate_read", "populate_write", "hugepage", "nohugepage", "dontfork", "dofork"], words: ["MADV_NORMAL", "MADV_RANDOM", "MADV_SEQUENTIAL", "MADV_WILLNEED", "MADV_DONTNEED", "MADV_FREE", "MADV_REMOVE", "MADV_PAGEOUT", "MADV_COLD", "MADV_POPULATE_READ", "MADV_POPULATE_WRITE", "MADV_HUGEPAGE", "MADV_NOHUGEPAGE", "MADV_DONTFORK", "MADV_DOFORK"] },
  whence: { shape: "enum", written: "its words", names: ["set", "cur", "end"], words: ["from the beginning", "from where it is", "from the end"] },
  resource: { shape: "enum", written: "its words", names: ["stack", "address_space", "memlock", "memory"], words: ["RLIMIT_STACK", "RLIMIT_AS", "RLIMIT_MEMLOCK", "memory.max of its control group"] },
  overcommit: { shape: "enum", written: "its words", names: ["heuristic", "always", "never"], words: ["refuse only what is obviously too much", "promise anything", "promise only what can be kept"] },
  thp: { shape: "enum", written: "its words", names: ["never", "madvise", "always"], words: ["never", "where madvise asks", "always"] },
  link_kind: { shape: "enum", written: "its words", names: ["pie", "fixed", "static_fixed", "static_pie"], words: ["position independent", "linked for fixed addresses", "static", "static, position independent"] },
  chunk_state: { shape: "enum", written: "its words", names: ["none", "used", "free", "cached", "top", "mapped"], words: ["nothing", "in use", "free", "free, in the thread's cache", "the top", "a mapping of its own"] },
  page_state: { shape: "enum", written: "its words", names: ["unmapped", "untouched", "zero", "resident", "swapped", "in_file"], words: ["no mapping", "mapped, never touched", "the shared zero page", "in a frame", "in swap only", "in its file only"] },
  lock_kind: { shape: "enum", written: "its words", names: ["none", "mutex", "spinlock", "semaphore", "condition", "barrier", "rwlock"], words: ["nothing", "mutex", "spinlock", "semaphore", "condition variable", "barrier", "read-write lock"] },
  stack_word: { shape: "enum", written: "its words", names: ["none", "argument", "saved"], words: ["nothing", "argument", "saved register"] },
  atomic: { shape: "enum", written: "its words", names: ["load", "store", "exchange", "add", "compare_exchange"], words: ["reads", "writes", "exchanges", "adds to", "compares and exchanges"] },
  stacks: { shape: "enum", written: "its words", names: ["conventional", "strict"], words: ["by convention only its own thread", "only its own thread"] },
  schedule: { shape: "enum", written: "its words", names: ["round_robin", "priority"], words: ["round robin", "highest priority first"] },
  interrupt: { shape: "enum", written: "its words", names: ["timer", "reschedule", "shootdown"], words: ["timer", "another processor wants it to look for work", "another processor wants it to forget pages"] },
  mask_how: { shape: "enum", written: "its words", names: ["block", "unblock"], words: ["blocks", "unblocks"] },
  piece_state: { shape: "enum", written: "its words", names: ["none", "hole", "used", "slab"], words: ["nothing", "free", "in use", "slab"] },
  fit: { shape: "enum", written: "its words", names: ["first", "best", "worst", "next"], words: ["first fit", "best fit", "worst fit", "next fit"] },
  list_order: { shape: "enum", written: "its words", names: ["address", "size_up", "size_down", "front", "back"], words: ["by address", "the smallest first", "the largest first", "what was freed last first", "what was freed last at the end"] },
  hole_verdict: { shape: "enum", written: "its words", names: ["too_small", "fits", "best_yet", "not_better"], words: ["too small", "it fits", "it fits, the best choice so far", "it fits, but the choice so far is better"] },
  figure: { shape: "enum", written: "its words", names: ["eat", "fault_rate", "efficiency", "cpu_utilisation"], words: ["effective access time: nanoseconds a reference", "faults in a thousand references", "percent of the time that is computing, not waiting for a device", "percent of the time that processors compute, when waits overlap"] },
  row_verdict: { shape: "enum", written: "its words", names: ["match", "other_page", "other_process", "empty"], words: ["this is it", "another page of the process", "another process's", "it is empty"] },
  medium: { shape: "enum", written: "its words", names: ["sram", "dram", "ssd", "disk", "network", "tape"], words: ["SRAM cache", "DRAM", "SSD", "disk", "network", "tape"] },
  cost: { shape: "enum", written: "its words", names: ["data", "tlb_hit", "walk_read", "trap", "syscall", "minor_work", "major_work", "zero_fill", "page_copy", "byte_copy", "eviction", "swap_in", "swap_out", "file_read", "file_write", "readahead", "tlb_drop", "tlb_flush", "signal", "switch", "space_switch", "interrupt", "ipi"], words: ["the memory access itself, found in the cache", "a look into the TLB", "one level of the page table", "into the kernel and back by a fault", "into the kernel and back by a system call", "the kernel's work for a minor fault", "the kernel's work for a major fault", "filling a page with zeros", "copying a page", "copying a byte between kernel and user", "choosing a victim and clearing its entries", "reading a page from swap", "writing a page to swap", "reading a page of a file", "writing a page of a file", "a page more in a transfer that is under way", "dropping one TLB entry", "flushing the TLB", "delivering a signal", "saving one thread's registers, choosing and loading the next", "loading another page table, besides", "into the kernel and back by an interrupt", "interrupting another processor and waiting for its answer"] },
  pte_bits: { shape: "flags", written: "its letters", names: ["present", "writable", "user", "accessed", "dirty", "global", "no_execute", "leaf", "cow", "swapped", "special", "exclusive", "huge"], words: ["P", "W", "U", "A", "D", "G", "NX", "leaf", "COW", "in swap", "special", "one process's own", "huge"] },
  prot_bits: { shape: "flags", written: "its letters", names: ["read", "write", "exec"], words: ["r", "w", "x"] },
  map_bits: { shape: "flags", written: "its letters", names: ["shared", "fixed", "stack", "growsdown", "pages", "populate", "noreserve", "noreplace", "locked", "random", "sequential", "hugepage", "nohugepage", "dontfork", "account", "inherited", "special", "nowrite"], words: ["shared", "fixed", "stack", "grows down", "pages of a reference string", "populate", "not accounted", "only where nothing is mapped", "locked in memory", "read at random", "read in order", "huge pages wanted", "no huge pages", "not for children", "accounted as committed", "its pages came from a parent", "no ordinary pages behind it", "not to be made writable"] },
  open_bits: { shape: "flags", written: "its letters", names: ["read", "write", "create", "truncate", "append", "cloexec"], words: ["r", "w", "create", "truncate", "append", "closed by execve"] },
  sigset_bits: { shape: "flags", written: "its letters", names: ["sigint", "sigabrt", "sigbus", "sigkill", "sigusr1", "sigsegv", "sigusr2", "sigpipe", "sigterm", "sigchld", "sigcont", "sigstop"], words: ["SIGINT", "SIGABRT", "SIGBUS", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGTERM", "SIGCHLD", "SIGCONT", "SIGSTOP"] },
  msync_bits: { shape: "flags", written: "its letters", names: ["async", "invalidate", "sync"], words: ["MS_ASYNC", "MS_INVALIDATE", "MS_SYNC"] },
  mremap_bits: { shape: "flags", written: "its letters", names: ["maymove", "fixed", "dontunmap"], words: ["MREMAP_MAYMOVE", "MREMAP_FIXED", "MREMAP_DONTUNMAP"] },
  frame_bits: { shape: "flags", written: "its letters", names: ["dirty", "pinned", "exclusive", "locked", "huge", "lazyfree", "readahead"], words: ["dirty", "pinned", "one process's own", "locked", "part of a huge page", "may be dropped", "read ahead"] },
} as const;
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
  readonly sentence: string;
  readonly fields: readonly FieldDesc[];
}
/** One row an event; its index is the kind on the wire. */
export const events: readonly EventDesc[] = [
  {
    name: "machine", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("word:machine_word value:u64"),
  },
  {
    name: "cpu", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("cpu:num tid mode asid root:table epoch:num"),
  },
  {
    name: "process", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("pid state:process_state label:name program:object parent:pid root:table asid brk_start:va brk:va exit_code:num mm:pid uid gid:uid stack_limit:bytes space_limit:bytes lock_limit:bytes frame_limit:num arg_start:va env_start:va adopted:bool"),
  },
  {
    name: "action", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("pid signo action:signal_action handler:va name param:name"),
  },
  {
    name: "process_signals", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("pid pending:sigset stopped:bool"),
  },
  {
    name: "thread_signals", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("tid pending:sigset blocked:sigset code:si_code fault:va"),
  },
  {
    name: "signal_frame", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("tid depth:num sp:va bytes signo handler:name"),
  },
  {
    name: "task", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("tid pid state:task_state wait:wait_reason waits_for:u64 sp:va pc:va ret:u64 fp:va number:num label:name body:name begun:bool detached:bool priority:num base_priority:num cpu:cpu_opt affinity:num queued:num"),
  },
  {
    name: "stack", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("tid start:va end:va guard:bytes tls:va into:name"),
  },
  {
    name: "spare_stack", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("spare:num pid start:va end:va guard:bytes tls:va stamp:num"),
  },
  {
    name: "usage", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("tid minor:num major:num voluntary:num involuntary:num"),
  },
  {
    name: "lock", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("lock pid va kind:lock_kind name owner:tid holders:num waiters:num object offset:num inherit:bool"),
  },
  {
    name: "futex", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("tid lock place:num va mutex:va"),
  },
  {
    name: "activation", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("tid depth:num name va fp:va sp:va arguments:num saved:num locals:bytes"),
  },
  {
    name: "stack_word", change: true, keys: 3, actor: 0,
    sentence: "",
    fields: fieldsOf("tid depth:num va kind:stack_word name"),
  },
  {
    name: "register", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("tid name value:u64"),
  },
  {
    name: "object", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("object kind:object_kind name bytes mode:mode_bits uid gid:uid refs:num links:num"),
  },
  {
    name: "vma", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("vma pid start:vpn end:vpn prot flags:map kind:vma_kind object offset:num name anon:object"),
  },
  {
    name: "table", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("table pid level:num frame:frame_opt base:vpn used:num"),
  },
  {
    name: "pte", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("table index:num entry:pte"),
  },
  {
    name: "frame", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("frame kind:frame_kind object index:num maps:num flags:frame_flags slot:slot_opt charge:pid"),
  },
  {
    name: "slot", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("slot object index:num refs:num frame:frame_opt"),
  },
  {
    name: "tlb", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("cpu:num entry:num asid vpn pte epoch:num used:num"),
  },
  {
    name: "mem", change: true, keys: 4, actor: 0,
    sentence: "",
    fields: fieldsOf("store id:num page:num offset:num value:u64"),
  },
  {
    name: "policy", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("region:num index:num value:num"),
  },
  {
    name: "descriptor", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("pid fd file:num flags:open"),
  },
  {
    name: "open_file", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("file:num object flags:open refs:num position:bytes"),
  },
  {
    name: "channel", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("object most:num size:bytes next:num held:num bytes readers:num writers:num"),
  },
  {
    name: "buffer", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("object number:num frame:frame_opt offset:bytes bytes priority:num more:bool"),
  },
  {
    name: "pending", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("tid call:op file:num va bytes done:bytes priority:num order:num"),
  },
  {
    name: "chunk", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("pid va bytes state:chunk_state arena:num"),
  },
  {
    name: "arena", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("pid arena:num heap:va threads:num"),
  },
  {
    name: "allocator", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("tid arena:num cache:va"),
  },
  {
    name: "piece", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("at:pa bytes state:piece_state asked:bytes users:num cache:num next:num"),
  },
  {
    name: "hole_list", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("list:num first:num rover:num"),
  },
  {
    name: "segment_register", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("pid number:num base:pa bytes prot down:bool present:bool share:num name"),
  },
  {
    name: "slab_cache", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("cache:num name bytes step:bytes slab:bytes slabs:num used:num"),
  },
  {
    name: "slab_object", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("at:pa cache:num"),
  },
  {
    name: "hash_row", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("row:num pid vpn pte next:num"),
  },
  {
    name: "hash_bucket", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("bucket:num first:num"),
  },
  {
    name: "cost", change: true, keys: 1, actor: 0,
    sentence: "",
    fields: fieldsOf("cost picoseconds:num"),
  },
  {
    name: "counter", change: true, keys: 2, actor: 0,
    sentence: "",
    fields: fieldsOf("pid counter value:num"),
  },
  {
    name: "process_started", change: false, keys: 0, actor: 2,
    sentence: "{pid} starts with its own, empty page table.",
    fields: fieldsOf("pid program:object"),
  },
  {
    name: "segment_mapped", change: false, keys: 0, actor: 2,
    sentence: "The kernel maps {kind} at {start}: {pages} pages, none of them in memory yet.",
    fields: fieldsOf("pid vma kind:vma_kind start:vpn pages:num"),
  },
  {
    name: "exec_begun", change: false, keys: 0, actor: 2,
    sentence: "{pid} becomes {program}: its old address space is given up, its number stays.",
    fields: fieldsOf("pid program:object"),
  },
  {
    name: "exec_failed", change: false, keys: 0, actor: 2,
    sentence: "There is no room for {program}, and the old memory of {pid} is gone: the process is killed.",
    fields: fieldsOf("pid program:object"),
  },
  {
    name: "tail_cleared", change: false, keys: 0, actor: 2,
    sentence: "The file fills page {vpn} only up to {va}: the kernel zeroes the rest of it.",
    fields: fieldsOf("pid vpn va"),
  },
  {
    name: "arguments_written", change: false, keys: 0, actor: 2,
    sentence: "The kernel puts {argc} arguments and {envc} words of environment on the new stack; sp is {sp}.",
    fields: fieldsOf("pid argc:num envc:num sp:va"),
  },
  {
    name: "library_mapped", change: false, keys: 0, actor: 0,
    sentence: "{tid}'s loader asks for {pages} pages in a row: room for {library}.",
    fields: fieldsOf("tid library:object pages:num"),
  },
  {
    name: "library_segment", change: false, keys: 0, actor: 0,
    sentence: "The loader maps {library}'s {kind} at {start}: {pages} pages.",
    fields: fieldsOf("tid library:object kind:vma_kind start:vpn pages:num"),
  },
  {
    name: "library_refused", change: false, keys: 0, actor: 0,
    sentence: "The loader finds no room for {library} and gives up.",
    fields: fieldsOf("tid library:object"),
  },
  {
    name: "vforked", change: false, keys: 0, actor: 2,
    sentence: "{child} runs in the memory of {parent}, which waits until {child} calls execve or exits.",
    fields: fieldsOf("parent:pid child:pid"),
  },
  {
    name: "memory_left", change: false, keys: 0, actor: 2,
    sentence: "{pid} leaves the memory that it borrowed from {owner}.",
    fields: fieldsOf("pid owner:pid"),
  },
  {
    name: "identity_set", change: false, keys: 0, actor: 2,
    sentence: "{pid} now acts for user {uid}, group {gid}.",
    fields: fieldsOf("pid uid gid:uid"),
  },
  {
    name: "limit_set", change: false, keys: 0, actor: 2,
    sentence: "{pid} may use {value} bytes from now on: {resource}.",
    fields: fieldsOf("pid resource value:bytes"),
  },
  {
    name: "limit_lifted", change: false, keys: 0, actor: 2,
    sentence: "{pid} may use as much as there is from now on: {resource}.",
    fields: fieldsOf("pid resource"),
  },
  {
    name: "access", change: false, keys: 0, actor: 0,
    sentence: "{tid} {access} address {va}.",
    fields: fieldsOf("tid va access"),
  },
  {
    name: "reference_hit", change: false, keys: 0, actor: 1,
    sentence: "Page {vpn} is in frame {frame}: a hit.",
    fields: fieldsOf("tid vpn frame"),
  },
  {
    name: "tlb_hit", change: false, keys: 0, actor: 1,
    sentence: "The TLB knows page {vpn}: it lies in frame {frame}. No page table is read.",
    fields: fieldsOf("tid vpn frame entry:num"),
  },
  {
    name: "tlb_miss", change: false, keys: 0, actor: 1,
    sentence: "The TLB has no entry for page {vpn} of {tid}: the page table must be walked.",
    fields: fieldsOf("tid vpn set:num"),
  },
  {
    name: "walk_level", change: false, keys: 0, actor: 1,
    sentence: "Level {level}: entry {index} is read at {pa}.",
    fields: fieldsOf("tid level:num table index:num pa entry:pte"),
  },
  {
    name: "tlb_fill", change: false, keys: 0, actor: 1,
    sentence: "The TLB remembers: page {vpn} of {tid} lies in frame {frame}.",
    fields: fieldsOf("tid vpn frame entry:num"),
  },
  {
    name: "dirty_set", change: false, keys: 0, actor: 1,
    sentence: "First write through this entry: the hardware sets its dirty bit.",
    fields: fieldsOf("tid vpn frame"),
  },
  {
    name: "access_done", change: false, keys: 0, actor: 0,
    sentence: "{tid} {access} {va}, which is physical address {pa}.",
    fields: fieldsOf("tid va access pa"),
  },
  {
    name: "trap", change: false, keys: 0, actor: 1,
    sentence: "Page fault: {reason}. The CPU stops {tid} and enters the kernel.",
    fields: fieldsOf("tid va access reason:trap_reason"),
  },
  {
    name: "general_protection", change: false, keys: 0, actor: 1,
    sentence: "{va} is no address: its upper bits are not all equal. The CPU stops {tid} and enters the kernel.",
    fields: fieldsOf("tid va"),
  },
  {
    name: "vma_found", change: false, keys: 0, actor: 2,
    sentence: "The address lies in {tid}'s {kind}, and its rights ({prot}) allow the access.",
    fields: fieldsOf("tid vma kind:vma_kind prot"),
  },
  {
    name: "stack_grown", change: false, keys: 0, actor: 2,
    sentence: "The address lies just below the stack: the stack grows to {start}.",
    fields: fieldsOf("tid vma start:vpn"),
  },
  {
    name: "fault", change: false, keys: 0, actor: 2,
    sentence: "{tid}'s access to page {vpn} is a {kind}.",
    fields: fieldsOf("tid vpn kind:fault"),
  },
  {
    name: "reclaim", change: false, keys: 0, actor: 2,
    sentence: "No frame is free: {policy} must choose a page to give up.",
    fields: fieldsOf("policy"),
  },
  {
    name: "look", change: false, keys: 0, actor: 2,
    sentence: "{policy} looks at frame {frame} ({value}) and {verdict}.",
    fields: fieldsOf("policy frame value:seen verdict"),
  },
  {
    name: "evict", change: false, keys: 0, actor: 2,
    sentence: "Page {vpn} of {pid} must leave frame {frame}.",
    fields: fieldsOf("policy frame pid vpn dirty:bool"),
  },
  {
    name: "entry_cleared", change: false, keys: 0, actor: 2,
    sentence: "{pid}'s entry for page {vpn} no longer points at frame {frame}.",
    fields: fieldsOf("pid vpn frame"),
  },
  {
    name: "dropped_clean", change: false, keys: 0, actor: 2,
    sentence: "Frame {frame} is clean: it is dropped, nothing is written.",
    fields: fieldsOf("frame"),
  },
  {
    name: "swap_write", change: false, keys: 0, actor: 3,
    sentence: "Frame {frame} is dirty: it is written to swap slot {slot}.",
    fields: fieldsOf("frame slot"),
  },
  {
    name: "file_write", change: false, keys: 0, actor: 3,
    sentence: "Frame {frame} is dirty: page {index} of {object} is written back.",
    fields: fieldsOf("frame object index:num"),
  },
  {
    name: "frame_taken", change: false, keys: 0, actor: 2,
    sentence: "The kernel takes free frame {frame} for {kind}.",
    fields: fieldsOf("frame kind:frame_kind"),
  },
  {
    name: "zero_fill", change: false, keys: 0, actor: 2,
    sentence: "Frame {frame} is filled with zeros, so that no old data leaks.",
    fields: fieldsOf("frame"),
  },
  {
    name: "zero_page", change: false, keys: 0, actor: 2,
    sentence: "A read of untouched memory: the entry points at the one shared zero page.",
    fields: fieldsOf("tid vpn frame"),
  },
  {
    name: "cache_hit", change: false, keys: 0, actor: 2,
    sentence: "Page {index} of {object} is already in memory, in frame {frame}.",
    fields: fieldsOf("object index:num frame"),
  },
  {
    name: "file_read", change: false, keys: 0, actor: 3,
    sentence: "Page {index} of {object} is read from disk into frame {frame}.",
    fields: fieldsOf("object index:num frame"),
  },
  {
    name: "swap_hit", change: false, keys: 0, actor: 2,
    sentence: "Swap slot {slot} is still in memory, in frame {frame}.",
    fields: fieldsOf("slot frame"),
  },
  {
    name: "swap_read", change: false, keys: 0, actor: 3,
    sentence: "Swap slot {slot} is read into frame {frame}.",
    fields: fieldsOf("slot frame"),
  },
  {
    name: "cow_copy", change: false, keys: 0, actor: 2,
    sentence: "{tid} wrote to a shared page, so the kernel copies frame {from} into free frame {to}.",
    fields: fieldsOf("tid vpn from:frame to:frame"),
  },
  {
    name: "cow_reuse", change: false, keys: 0, actor: 2,
    sentence: "Nobody else maps frame {frame} any more: {tid} may write to it, nothing is copied.",
    fields: fieldsOf("tid vpn frame"),
  },
  {
    name: "kernel_access", change: false, keys: 0, actor: 2,
    sentence: "For {tid} the kernel {access} address {va}.",
    fields: fieldsOf("tid va access"),
  },
  {
    name: "trap_in_kernel", change: false, keys: 0, actor: 1,
    sentence: "Page fault inside the kernel: {reason}. It is handled as if {tid} had touched the page.",
    fields: fieldsOf("tid va access reason:trap_reason"),
  },
  {
    name: "fault_around", change: false, keys: 0, actor: 2,
    sentence: "{pages} more pages around the fault are in memory already: their entries are set in the same go.",
    fields: fieldsOf("tid start:vpn pages:num"),
  },
  {
    name: "read_ahead", change: false, keys: 0, actor: 3,
    sentence: "The disk delivers {pages} pages more of {object}, from page {from} on: nobody asked for them yet.",
    fields: fieldsOf("object from:num pages:num"),
  },
  {
    name: "swap_read_ahead", change: false, keys: 0, actor: 3,
    sentence: "{slots} neighbouring swap slots, from slot {slot} on, are read too and wait in the swap cache.",
    fields: fieldsOf("slot slots:num"),
  },
  {
    name: "advised", change: false, keys: 0, actor: 2,
    sentence: "{tid} advises {advice} for {pages} pages from {start} on.",
    fields: fieldsOf("tid start:vpn pages:num advice"),
  },
  {
    name: "swap_cached", change: false, keys: 0, actor: 2,
    sentence: "Slot {slot} has the copy now, but frame {frame} is kept: whoever touches the page soon finds it there.",
    fields: fieldsOf("frame slot"),
  },
  {
    name: "write_protected", change: false, keys: 0, actor: 2,
    sentence: "Page {index} of {object} is about to be written: its entries lose the write bit.",
    fields: fieldsOf("frame object index:num"),
  },
  {
    name: "write_noted", change: false, keys: 0, actor: 2,
    sentence: "{tid} writes page {index} of {object}, which was clean: the kernel notes that it must go to disk.",
    fields: fieldsOf("tid object index:num"),
  },
  {
    name: "shmem_freed", change: false, keys: 0, actor: 2,
    sentence: "Nobody holds {object} any more: its {pages} pages come free.",
    fields: fieldsOf("object pages:num"),
  },
  {
    name: "shmem_zeroed", change: false, keys: 0, actor: 2,
    sentence: "Page {index} of {object} does not exist yet: frame {frame} is filled with zeros and belongs to it.",
    fields: fieldsOf("object index:num frame"),
  },
  {
    name: "warmed", change: false, keys: 0, actor: 2,
    sentence: "{object} was read earlier: its {pages} pages are in the page cache.",
    fields: fieldsOf("object pages:num"),
  },
  {
    name: "caches_dropped", change: false, keys: 0, actor: 2,
    sentence: "The kernel drops the {frames} clean pages of the page cache that nobody maps.",
    fields: fieldsOf("frames:num"),
  },
  {
    name: "table_made", change: false, keys: 0, actor: 2,
    sentence: "A level {level} table is needed: frame {frame} becomes part of {pid}'s page table.",
    fields: fieldsOf("pid level:num table frame"),
  },
  {
    name: "kernel_shared", change: false, keys: 0, actor: 2,
    sentence: "Entry {index} of {pid}'s root points at the kernel's tables, which all processes share.",
    fields: fieldsOf("pid table index:num"),
  },
  {
    name: "huge_taken", change: false, keys: 0, actor: 2,
    sentence: "The kernel takes {pages} free frames in a row, {frame} and up, for one huge page, and fills them with zeros.",
    fields: fieldsOf("frame pages:num"),
  },
  {
    name: "table_deposited", change: false, keys: 0, actor: 2,
    sentence: "Frame {frame} is put by as an empty page table of {pid}.",
    fields: fieldsOf("pid table frame"),
  },
  {
    name: "huge_mapped", change: false, keys: 0, actor: 2,
    sentence: "One entry of level 2 maps {pages} pages of {pid}, from page {vpn} on, to frame {frame} and up.",
    fields: fieldsOf("pid vpn frame pages:num entry:pte"),
  },
  {
    name: "huge_zero_page", change: false, keys: 0, actor: 2,
    sentence: "A read of untouched memory: one entry of level 2 shows the zero page for {pages} pages from {vpn} on.",
    fields: fieldsOf("tid vpn frame pages:num"),
  },
  {
    name: "huge_fallback", change: false, keys: 0, actor: 2,
    sentence: "No {pages} free frames lie in a row: a small page must do.",
    fields: fieldsOf("tid vpn pages:num"),
  },
  {
    name: "huge_shared", change: false, keys: 0, actor: 2,
    sentence: "{parent} and {child} share the huge page of {pages} pages from {vpn} on, read-only in both.",
    fields: fieldsOf("parent:pid child:pid vpn frame pages:num"),
  },
  {
    name: "huge_reused", change: false, keys: 0, actor: 2,
    sentence: "Nobody else maps any part of the huge page: {tid} may write to all of it, nothing is copied.",
    fields: fieldsOf("tid vpn frame pages:num"),
  },
  {
    name: "huge_split", change: false, keys: 0, actor: 2,
    sentence: "{pid}'s huge page at {vpn} is split: the table that was put by now maps its {pages} pages one by one.",
    fields: fieldsOf("pid vpn table pages:num"),
  },
  {
    name: "entry_set", change: false, keys: 0, actor: 2,
    sentence: "{pid}'s entry for page {vpn} now points at frame {frame}.",
    fields: fieldsOf("pid vpn frame entry:pte"),
  },
  {
    name: "tlb_drop", change: false, keys: 0, actor: 2,
    sentence: "{cpu}'s TLB forgets page {vpn}, so that it cannot answer with the old entry.",
    fields: fieldsOf("cpu pid vpn"),
  },
  {
    name: "tlb_flush", change: false, keys: 0, actor: 2,
    sentence: "All translations of {pid} leave {cpu}'s TLB.",
    fields: fieldsOf("cpu pid"),
  },
  {
    name: "tlb_drop_absent", change: false, keys: 0, actor: 2,
    sentence: "{cpu} remembers page {vpn} of {pid}, but does not run it now: the entry goes without an interrupt.",
    fields: fieldsOf("cpu pid vpn"),
  },
  {
    name: "tlb_flush_absent", change: false, keys: 0, actor: 2,
    sentence: "{cpu} does not run {pid} now: what it remembers of it goes without an interrupt.",
    fields: fieldsOf("cpu pid"),
  },
  {
    name: "spurious_fault", change: false, keys: 0, actor: 2,
    sentence: "The entry of page {vpn} allows {tid}'s access already: only this processor's TLB had not heard of it.",
    fields: fieldsOf("tid vpn"),
  },
  {
    name: "fault_return", change: false, keys: 0, actor: 2,
    sentence: "The kernel returns, and {tid} runs the same instruction again.",
    fields: fieldsOf("tid va"),
  },
  {
    name: "signal", change: false, keys: 0, actor: 2,
    sentence: "{tid} gets {signo} ({code}) for address {va}.",
    fields: fieldsOf("tid signo code:si_code va"),
  },
  {
    name: "signal_skipped", change: false, keys: 0, actor: 0,
    sentence: "{tid}'s handler steps over the access.",
    fields: fieldsOf("tid signo"),
  },
  {
    name: "out_of_memory", change: false, keys: 0, actor: 2,
    sentence: "No frame is to be had and none can be given up: the kernel kills {pid}, whose memory helps most.",
    fields: fieldsOf("pid"),
  },
  {
    name: "direct_reclaim", change: false, keys: 0, actor: 2,
    sentence: "Only {free} frames are free, and the last {min} are the kernel's reserve: {pid} must make room itself.",
    fields: fieldsOf("pid free:num min:num"),
  },
  {
    name: "reclaim_own", change: false, keys: 0, actor: 2,
    sentence: "{pid} may take only what is its own: {pages} pages are charged to it.",
    fields: fieldsOf("pid pages:num"),
  },
  {
    name: "limit_reached", change: false, keys: 0, actor: 2,
    sentence: "{pid} holds {pages} pages, as many as it may: one of them must go before it gets another.",
    fields: fieldsOf("pid pages:num"),
  },
  {
    name: "kswapd_woken", change: false, keys: 0, actor: 2,
    sentence: "{free} frames are free, fewer than the low watermark, {low}: {pid}'s allocation wakes kswapd.",
    fields: fieldsOf("pid free:num low:num"),
  },
  {
    name: "kswapd_runs", change: false, keys: 0, actor: 2,
    sentence: "kswapd, woken by {pid}, makes room until {high} frames are free; now {free} are.",
    fields: fieldsOf("pid free:num high:num"),
  },
  {
    name: "kswapd_sleeps", change: false, keys: 0, actor: 2,
    sentence: "kswapd has freed {freed} frames: {free} are free. It sleeps until it is woken again.",
    fields: fieldsOf("freed:num free:num"),
  },
  {
    name: "flusher_runs", change: false, keys: 0, actor: 2,
    sentence: "{dirty} file pages are dirty, more than {limit}: the flusher writes them to their files.",
    fields: fieldsOf("dirty:num limit:num"),
  },
  {
    name: "dropped_lazy", change: false, keys: 0, actor: 2,
    sentence: "Frame {frame} was given up with MADV_FREE and not written since: it is dropped, nothing is saved.",
    fields: fieldsOf("frame"),
  },
  {
    name: "oom_score", change: false, keys: 0, actor: 2,
    sentence: "{pid} scores {points}: {resident} resident, {swapped} in swap, {tables} page tables.",
    fields: fieldsOf("pid points:num resident:num swapped:num tables:num"),
  },
  {
    name: "oom_limit", change: false, keys: 0, actor: 2,
    sentence: "{pid} is at its limit and none of its pages can be given up: it must be killed.",
    fields: fieldsOf("pid"),
  },
  {
    name: "preempted", change: false, keys: 0, actor: 2,
    sentence: "{tid} could go on, but must give {cpu} to {next}.",
    fields: fieldsOf("tid cpu next:tid"),
  },
  {
    name: "registers_saved", change: false, keys: 0, actor: 2,
    sentence: "{tid}'s registers are saved in its thread control block: pc {pc}, sp {sp}; others in use: {registers}.",
    fields: fieldsOf("tid cpu pc:va sp:va registers:num"),
  },
  {
    name: "space_kept", change: false, keys: 0, actor: 2,
    sentence: "{tid} uses the address space that {cpu} has loaded already: page table and TLB stay.",
    fields: fieldsOf("cpu tid pid table"),
  },
  {
    name: "space_loaded", change: false, keys: 0, actor: 2,
    sentence: "{cpu} loads the base of {pid}'s page table; the TLB keeps what it has, by tags: {pid}'s is {asid}.",
    fields: fieldsOf("cpu pid table asid"),
  },
  {
    name: "space_flushed", change: false, keys: 0, actor: 2,
    sentence: "{cpu} loads the base of {pid}'s page table, and its TLB is emptied.",
    fields: fieldsOf("cpu pid table"),
  },
  {
    name: "switched", change: false, keys: 0, actor: 2,
    sentence: "{cpu} now runs {tid}: its registers are loaded: pc {pc}, sp {sp}; others in use: {registers}.",
    fields: fieldsOf("tid cpu pc:va sp:va registers:num"),
  },
  {
    name: "yielded", change: false, keys: 0, actor: 2,
    sentence: "{tid} lets {next} have {cpu} and queues up behind the others.",
    fields: fieldsOf("tid cpu next:tid"),
  },
  {
    name: "yield_alone", change: false, keys: 0, actor: 2,
    sentence: "Nobody else is ready: {tid} goes on.",
    fields: fieldsOf("tid"),
  },
  {
    name: "priority_set", change: false, keys: 0, actor: 2,
    sentence: "{tid} gives {thread} the priority {priority}.",
    fields: fieldsOf("tid thread:tid priority:num"),
  },
  {
    name: "affinity_set", change: false, keys: 0, actor: 2,
    sentence: "{tid} sets where {thread} may run: one bit a processor, {cpus} (0: everywhere).",
    fields: fieldsOf("tid thread:tid cpus:num"),
  },
  {
    name: "migrated", change: false, keys: 0, actor: 2,
    sentence: "{thread} must leave {cpu}, where it may no longer run.",
    fields: fieldsOf("thread:tid cpu"),
  },
  {
    name: "syscall", change: false, keys: 0, actor: 0,
    sentence: "{tid} calls {call}.",
    fields: fieldsOf("tid call:op"),
  },
  {
    name: "syscall_return", change: false, keys: 0, actor: 2,
    sentence: "The kernel returns to {tid}: the instruction after the system call runs next.",
    fields: fieldsOf("tid value:u64"),
  },
  {
    name: "interrupt", change: false, keys: 0, actor: 1,
    sentence: "Interrupt on {cpu}: {cause}. {tid} is stopped between two instructions.",
    fields: fieldsOf("cpu tid cause:interrupt pc:va"),
  },
  {
    name: "interrupt_idle", change: false, keys: 0, actor: 1,
    sentence: "Interrupt on {cpu}: {cause}. Nobody runs there.",
    fields: fieldsOf("cpu cause:interrupt"),
  },
  {
    name: "interrupt_return", change: false, keys: 0, actor: 2,
    sentence: "{cpu} goes back to {tid}: the instruction that was to run next runs now.",
    fields: fieldsOf("cpu tid pc:va"),
  },
  {
    name: "ipi_sent", change: false, keys: 0, actor: 2,
    sentence: "{from} interrupts {to}, which runs {pid} too: it must forget {pages} changed pages (0: all).",
    fields: fieldsOf("from:cpu to:cpu pid pages:num"),
  },
  {
    name: "shootdown", change: false, keys: 0, actor: 2,
    sentence: "{cpu}'s handler forgets what it remembers of these pages of {pid}, and answers.",
    fields: fieldsOf("cpu pid pages:num"),
  },
  {
    name: "mapped", change: false, keys: 0, actor: 2,
    sentence: "Pages {start} and up, {pages} in all, may now be used. No frame is spent yet.",
    fields: fieldsOf("pid vma start:vpn pages:num"),
  },
  {
    name: "unmapped", change: false, keys: 0, actor: 2,
    sentence: "{pages} pages from {start} on are no longer mapped.",
    fields: fieldsOf("pid start:vpn pages:num"),
  },
  {
    name: "protected", change: false, keys: 0, actor: 2,
    sentence: "{pages} pages from {start} on now have the rights {prot}.",
    fields: fieldsOf("pid start:vpn pages:num prot"),
  },
  {
    name: "moved", change: false, keys: 0, actor: 2,
    sentence: "{pages} pages from {from} on move to {to}; their frames stay where they are.",
    fields: fieldsOf("pid from:vpn to:vpn pages:num"),
  },
  {
    name: "locked", change: false, keys: 0, actor: 2,
    sentence: "{pages} pages from {start} on are now locked in memory: {locked}.",
    fields: fieldsOf("pid start:vpn pages:num locked:bool"),
  },
  {
    name: "vma_merged", change: false, keys: 0, actor: 2,
    sentence: "Neighbours that are alike become one mapping: {pages} pages from {start}.",
    fields: fieldsOf("pid vma start:vpn pages:num"),
  },
  {
    name: "vma_split", change: false, keys: 0, actor: 2,
    sentence: "The mapping is cut in two at page {at}.",
    fields: fieldsOf("pid vma at:vpn"),
  },
  {
    name: "brk_moved", change: false, keys: 0, actor: 2,
    sentence: "{pid}'s heap now ends at {va}.",
    fields: fieldsOf("pid va"),
  },
  {
    name: "call_failed", change: false, keys: 0, actor: 2,
    sentence: "The call fails: {reason}.",
    fields: fieldsOf("tid reason:errno_code"),
  },
  {
    name: "forked", change: false, keys: 0, actor: 2,
    sentence: "{parent} becomes two: {child} is a copy of the process, not yet of its memory.",
    fields: fieldsOf("parent:pid child:pid"),
  },
  {
    name: "vma_copied", change: false, keys: 0, actor: 2,
    sentence: "{child} gets the mapping of {kind}; {pages} of its pages are in memory.",
    fields: fieldsOf("child:pid vma kind:vma_kind pages:num"),
  },
  {
    name: "page_shared", change: false, keys: 0, actor: 2,
    sentence: "{parent} and {child} share frame {frame} of page {vpn}, read-only in both.",
    fields: fieldsOf("parent:pid child:pid vpn frame"),
  },
  {
    name: "exited", change: false, keys: 0, actor: 2,
    sentence: "{pid} ends with code {code}.",
    fields: fieldsOf("pid code:num"),
  },
  {
    name: "memory_released", change: false, keys: 0, actor: 2,
    sentence: "{frames} frames come free; those that others still use stay.",
    fields: fieldsOf("pid frames:num"),
  },
  {
    name: "waiting", change: false, keys: 0, actor: 2,
    sentence: "{tid} waits for {reason}.",
    fields: fieldsOf("tid reason:wait_reason what:u64"),
  },
  {
    name: "woken", change: false, keys: 0, actor: 2,
    sentence: "{tid} can go on.",
    fields: fieldsOf("tid"),
  },
  {
    name: "reaped", change: false, keys: 0, actor: 2,
    sentence: "{parent} learns that {child} has ended; nothing is left of it.",
    fields: fieldsOf("parent:pid child:pid"),
  },
  {
    name: "computed", change: false, keys: 0, actor: 0,
    sentence: "{tid} computes {name} = {value}.",
    fields: fieldsOf("tid name value:u64"),
  },
  {
    name: "action_set", change: false, keys: 0, actor: 2,
    sentence: "From now on {signo} means for {pid}: {action}.",
    fields: fieldsOf("pid signo action:signal_action"),
  },
  {
    name: "signal_sent", change: false, keys: 0, actor: 2,
    sentence: "{tid} sends {signo} to {pid}.",
    fields: fieldsOf("tid signo pid"),
  },
  {
    name: "signal_aimed", change: false, keys: 0, actor: 2,
    sentence: "{tid} sends {signo} to the thread {thread} and to nobody else.",
    fields: fieldsOf("tid signo thread:tid"),
  },
  {
    name: "signal_ignored", change: false, keys: 0, actor: 2,
    sentence: "{pid} ignores {signo}: nothing happens.",
    fields: fieldsOf("pid signo"),
  },
  {
    name: "signal_merged", change: false, keys: 0, actor: 2,
    sentence: "{signo} is pending for {pid} already: the second one leaves no trace.",
    fields: fieldsOf("pid signo"),
  },
  {
    name: "signal_held", change: false, keys: 0, actor: 2,
    sentence: "{signo} is pending for {pid}, but blocked: it waits until it is unblocked.",
    fields: fieldsOf("pid signo"),
  },
  {
    name: "signal_chosen", change: false, keys: 0, actor: 2,
    sentence: "{tid} shall take {signo}.",
    fields: fieldsOf("tid signo"),
  },
  {
    name: "signal_fatal", change: false, keys: 0, actor: 2,
    sentence: "The default of {signo} ends {pid}, all its threads with it.",
    fields: fieldsOf("pid signo"),
  },
  {
    name: "signal_stops", change: false, keys: 0, actor: 2,
    sentence: "{pid} is stopped: none of its threads runs until SIGCONT.",
    fields: fieldsOf("pid"),
  },
  {
    name: "signal_continues", change: false, keys: 0, actor: 2,
    sentence: "{pid} goes on: its threads may run again.",
    fields: fieldsOf("pid"),
  },
  {
    name: "call_interrupted", change: false, keys: 0, actor: 2,
    sentence: "A signal came first: {tid} no longer waits for {reason}, its call fails with EINTR.",
    fields: fieldsOf("tid reason:wait_reason"),
  },
  {
    name: "mask_set", change: false, keys: 0, actor: 2,
    sentence: "{tid} {how} {signo}.",
    fields: fieldsOf("tid how:mask_how signo"),
  },
  {
    name: "signal_taken", change: false, keys: 0, actor: 2,
    sentence: "On its way back to user mode {tid} finds {signo} pending.",
    fields: fieldsOf("tid signo"),
  },
  {
    name: "signal_frame_written", change: false, keys: 0, actor: 2,
    sentence: "The kernel saves {tid}'s registers on {tid}'s own stack: {bytes} bytes at {sp}.",
    fields: fieldsOf("tid sp:va bytes"),
  },
  {
    name: "handler_begins", change: false, keys: 0, actor: 2,
    sentence: "{tid} goes on at {va}, its handler of {signo}, which is blocked meanwhile.",
    fields: fieldsOf("tid signo va name"),
  },
  {
    name: "signal_no_stack", change: false, keys: 0, actor: 2,
    sentence: "There is no room for the frame on {tid}'s stack at {sp}: the process cannot go on.",
    fields: fieldsOf("tid sp:va"),
  },
  {
    name: "signal_restored", change: false, keys: 0, actor: 2,
    sentence: "{tid}'s registers and mask come back from the stack at {sp}: it goes on at {pc}.",
    fields: fieldsOf("tid sp:va pc:va"),
  },
  {
    name: "child_signal", change: false, keys: 0, actor: 2,
    sentence: "The kernel sends SIGCHLD to {parent}: something happened to its child {child}.",
    fields: fieldsOf("parent:pid child:pid"),
  },
  {
    name: "orphaned", change: false, keys: 0, actor: 2,
    sentence: "{child} is an orphan: its parent {parent} has ended, and init adopts it.",
    fields: fieldsOf("parent:pid child:pid"),
  },
  {
    name: "init_reaps", change: false, keys: 0, actor: 2,
    sentence: "init learns that {child} has ended; nothing is left of it.",
    fields: fieldsOf("child:pid"),
  },
  {
    name: "reaped_unasked", change: false, keys: 0, actor: 2,
    sentence: "{parent} ignores SIGCHLD: nothing is left of {child}, nobody can ask how it ended.",
    fields: fieldsOf("parent:pid child:pid"),
  },
  {
    name: "policy_set", change: false, keys: 0, actor: 2,
    sentence: "{policy} now chooses the victims; it takes over the resident pages.",
    fields: fieldsOf("policy"),
  },
  {
    name: "preset", change: false, keys: 0, actor: 2,
    sentence: "The figure's state is set up: page {vpn} in frame {frame}.",
    fields: fieldsOf("pid vpn frame"),
  },
  {
    name: "opened_standard", change: false, keys: 0, actor: 2,
    sentence: "{pid} has descriptors 0, 1 and 2: input, output and errors, all three on {object}.",
    fields: fieldsOf("pid object"),
  },
  {
    name: "opened", change: false, keys: 0, actor: 2,
    sentence: "{tid} may open {object} ({flags}): descriptor {fd}, the lowest free number, now stands for it.",
    fields: fieldsOf("tid fd object flags:open"),
  },
  {
    name: "closed", change: false, keys: 0, actor: 2,
    sentence: "Descriptor {fd} of {pid} stands for {object} no more.",
    fields: fieldsOf("pid fd object"),
  },
  {
    name: "duplicated", change: false, keys: 0, actor: 2,
    sentence: "Descriptor {to} now stands for what {fd} stands for: {object}.",
    fields: fieldsOf("tid fd to:fd object"),
  },
  {
    name: "descriptors_copied", change: false, keys: 0, actor: 2,
    sentence: "{child} gets a copy of the descriptor table, {descriptors} in all; the open files behind it are shared.",
    fields: fieldsOf("parent:pid child:pid descriptors:num"),
  },
  {
    name: "file_resized", change: false, keys: 0, actor: 2,
    sentence: "{object} is {bytes} bytes long now.",
    fields: fieldsOf("tid object bytes"),
  },
  {
    name: "moved_position", change: false, keys: 0, actor: 2,
    sentence: "The next read or write of descriptor {fd} begins at byte {bytes} of {object}.",
    fields: fieldsOf("tid fd object bytes"),
  },
  {
    name: "copied_to_user", change: false, keys: 0, actor: 2,
    sentence: "The kernel copies {bytes} bytes of {object} to {va} in {tid}'s memory.",
    fields: fieldsOf("tid object va bytes"),
  },
  {
    name: "copied_from_user", change: false, keys: 0, actor: 2,
    sentence: "The kernel copies {bytes} bytes at {va} of {tid}'s memory for {object}.",
    fields: fieldsOf("tid object va bytes"),
  },
  {
    name: "cache_page_made", change: false, keys: 0, actor: 2,
    sentence: "Page {index} of {object} gets frame {frame}; nothing is read from disk.",
    fields: fieldsOf("object index:num frame"),
  },
  {
    name: "write_discarded", change: false, keys: 0, actor: 2,
    sentence: "{object} takes {bytes} bytes without looking at them.",
    fields: fieldsOf("tid object bytes"),
  },
  {
    name: "terminal_shows", change: false, keys: 0, actor: 2,
    sentence: "{object} shows {bytes} bytes: “{w0}{w1}{w2}{w3}{w4}{w5}{w6}{w7}”.",
    fields: fieldsOf("tid object bytes w0:text w1:text w2:text w3:text w4:text w5:text w6:text w7:text"),
  },
  {
    name: "shm_made", change: false, keys: 0, actor: 2,
    sentence: "{tid} makes shared memory with the name {name}; it has no pages yet.",
    fields: fieldsOf("tid object name"),
  },
  {
    name: "shm_unlinked", change: false, keys: 0, actor: 2,
    sentence: "The name of {object} is gone; {refs} others still hold it.",
    fields: fieldsOf("tid object refs:num"),
  },
  {
    name: "memfd_made", change: false, keys: 0, actor: 2,
    sentence: "{tid} makes a file that only lives in memory and has no name anybody could open.",
    fields: fieldsOf("tid object"),
  },
  {
    name: "device_mapped", change: false, keys: 0, actor: 2,
    sentence: "{pages} entries from page {start} on point at {object}'s own memory, physical address {pa}: no frame of RAM is used.",
    fields: fieldsOf("pid object start:vpn pages:num pa"),
  },
  {
    name: "pipe_made", change: false, keys: 0, actor: 2,
    sentence: "{tid} makes {object}: descriptor {read} reads from it, {write} writes to it. It has room for {pages} pages and no page yet.",
    fields: fieldsOf("tid object read:fd write:fd pages:num"),
  },
  {
    name: "pipe_filled", change: false, keys: 0, actor: 2,
    sentence: "Frame {frame} with {bytes} bytes takes a place in the ring of {object}: {held} of {most} are taken.",
    fields: fieldsOf("object frame bytes held:num most:num"),
  },
  {
    name: "pipe_merged", change: false, keys: 0, actor: 2,
    sentence: "The {bytes} bytes fit behind those in frame {frame}: they need no place of their own in the ring.",
    fields: fieldsOf("object frame bytes"),
  },
  {
    name: "pipe_drained", change: false, keys: 0, actor: 2,
    sentence: "All bytes in frame {frame} have been read: the frame is free, and {held} of {most} places in the ring are taken.",
    fields: fieldsOf("object frame held:num most:num"),
  },
  {
    name: "pipe_empty", change: false, keys: 0, actor: 2,
    sentence: "{object} is empty, and {writers} open files could still write to it: {tid} must wait.",
    fields: fieldsOf("tid object writers:num"),
  },
  {
    name: "pipe_full", change: false, keys: 0, actor: 2,
    sentence: "All {most} places in the ring of {object} are taken: {tid} must wait with {bytes} bytes left to write.",
    fields: fieldsOf("tid object most:num bytes"),
  },
  {
    name: "pipe_end", change: false, keys: 0, actor: 2,
    sentence: "{object} is empty and nobody can write to it any more: {tid} has come to the end of the file.",
    fields: fieldsOf("tid object"),
  },
  {
    name: "pipe_broken", change: false, keys: 0, actor: 2,
    sentence: "Nobody can read from {object} any more: {tid} gets SIGPIPE, and its write fails.",
    fields: fieldsOf("tid object"),
  },
  {
    name: "mq_made", change: false, keys: 0, actor: 2,
    sentence: "{tid} makes the message queue {object}: room for {messages} messages of up to {bytes} bytes.",
    fields: fieldsOf("tid object messages:num bytes"),
  },
  {
    name: "mq_unlinked", change: false, keys: 0, actor: 2,
    sentence: "The name of the message queue {object} is gone; {refs} others still hold it.",
    fields: fieldsOf("tid object refs:num"),
  },
  {
    name: "mq_put", change: false, keys: 0, actor: 2,
    sentence: "A message of {bytes} bytes with priority {priority} joins {object}, behind those of the same or a higher priority: {held} of {most}.",
    fields: fieldsOf("tid object bytes priority:num held:num most:num"),
  },
  {
    name: "mq_got", change: false, keys: 0, actor: 2,
    sentence: "{tid} gets the first message of {object}, of priority {priority}; {held} are left.",
    fields: fieldsOf("tid object priority:num held:num"),
  },
  {
    name: "mq_full", change: false, keys: 0, actor: 2,
    sentence: "{object} holds {most} messages, as many as it may: {tid} must wait.",
    fields: fieldsOf("tid object most:num"),
  },
  {
    name: "mq_empty", change: false, keys: 0, actor: 2,
    sentence: "{object} has no message: {tid} must wait for one.",
    fields: fieldsOf("tid object"),
  },
  {
    name: "call_goes_on", change: false, keys: 0, actor: 2,
    sentence: "{tid} goes on with {call}: what it waited for is there, {done} of {bytes} bytes were done before.",
    fields: fieldsOf("tid call:op done:bytes bytes"),
  },
  {
    name: "channel_freed", change: false, keys: 0, actor: 2,
    sentence: "Nobody holds {object} any more: it is gone, with {bytes} bytes that nobody took.",
    fields: fieldsOf("object bytes"),
  },
  {
    name: "called", change: false, keys: 0, actor: 0,
    sentence: "{tid} calls {name} at {va}: the return address goes on the stack, at {sp}.",
    fields: fieldsOf("tid va name sp:va"),
  },
  {
    name: "register_saved", change: false, keys: 0, actor: 0,
    sentence: "{name} is {value} in the caller: saved on the stack, at {va}.",
    fields: fieldsOf("tid name value:u64 va"),
  },
  {
    name: "argument_stored", change: false, keys: 0, actor: 0,
    sentence: "The argument {name} is {value}: it is stored in the frame, at {va}.",
    fields: fieldsOf("tid name value:u64 va"),
  },
  {
    name: "stack_frame", change: false, keys: 0, actor: 0,
    sentence: "Frame {depth} of {tid} is complete: {bytes} bytes for locals, and the stack now ends at {sp}.",
    fields: fieldsOf("tid fp:va sp:va bytes depth:num"),
  },
  {
    name: "guard_jumped", change: false, keys: 0, actor: 0,
    sentence: "{tid} pushes a frame at {va}, outside its own stack: the memory there is {vma}, and it is written over.",
    fields: fieldsOf("tid va vma"),
  },
  {
    name: "register_restored", change: false, keys: 0, actor: 0,
    sentence: "The caller's {name} is read back from {va}: {value}.",
    fields: fieldsOf("tid name value:u64 va"),
  },
  {
    name: "returned", change: false, keys: 0, actor: 0,
    sentence: "{tid} returns to {va}; the frame above {sp} is gone, its page stays resident.",
    fields: fieldsOf("tid va sp:va"),
  },
  {
    name: "result_kept", change: false, keys: 0, actor: 0,
    sentence: "The function's result is {value}: {tid} keeps it as {name}.",
    fields: fieldsOf("tid name value:u64"),
  },
  {
    name: "bytes_moved", change: false, keys: 0, actor: 0,
    sentence: "{tid} moves {bytes} bytes from {from} to {to}.",
    fields: fieldsOf("tid to:va from:va bytes"),
  },
  {
    name: "text_written", change: false, keys: 0, actor: 0,
    sentence: "{tid} writes {bytes} bytes of text to {va}.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "create_called", change: false, keys: 0, actor: 0,
    sentence: "{tid} calls pthread_create: a thread called {label} shall run beside it.",
    fields: fieldsOf("tid label:name"),
  },
  {
    name: "stack_wanted", change: false, keys: 0, actor: 0,
    sentence: "No stack is at hand: {tid}'s library maps one, {bytes} bytes and a guard of {guard} below it.",
    fields: fieldsOf("tid bytes guard:bytes"),
  },
  {
    name: "stack_reused", change: false, keys: 0, actor: 0,
    sentence: "{tid}'s library takes the stack at {start}, {bytes} bytes, from its cache: no system call is needed.",
    fields: fieldsOf("tid start:va bytes"),
  },
  {
    name: "stack_cached", change: false, keys: 0, actor: 0,
    sentence: "{tid}'s library keeps the stack at {start}, {bytes} bytes, for a later thread.",
    fields: fieldsOf("tid start:va bytes"),
  },
  {
    name: "stack_freed", change: false, keys: 0, actor: 0,
    sentence: "{bytes} bytes of unused stacks are too many: {tid}'s library gives up the oldest, at {start}.",
    fields: fieldsOf("tid start:va bytes"),
  },
  {
    name: "stack_left", change: false, keys: 0, actor: 2,
    sentence: "{child} has no {tid}: fork copies the calling thread only. The stack at {start} is copied memory without a thread.",
    fields: fieldsOf("child:pid tid start:va"),
  },
  {
    name: "table_wanted", change: false, keys: 0, actor: 0,
    sentence: "{tid}'s library allocates the new thread's table of thread-local variables.",
    fields: fieldsOf("tid"),
  },
  {
    name: "block_written", change: false, keys: 0, actor: 0,
    sentence: "{tid} writes the new thread's control block at {va}, at the top of the new stack.",
    fields: fieldsOf("tid va"),
  },
  {
    name: "tls_written", change: false, keys: 0, actor: 0,
    sentence: "{tid} writes a fresh copy of the thread-local variables to {va}, {bytes} bytes.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "thread_made", change: false, keys: 0, actor: 2,
    sentence: "The kernel makes {thread}, another thread of {pid}: memory, files and signal handlers are shared, not copied.",
    fields: fieldsOf("tid thread:tid pid"),
  },
  {
    name: "thread_control", change: false, keys: 0, actor: 2,
    sentence: "{thread}'s own are its registers (program counter {pc}, stack pointer {sp}, thread pointer {tls}) and its place in the scheduler's list.",
    fields: fieldsOf("thread:tid pc:va sp:va tls:va"),
  },
  {
    name: "thread_began", change: false, keys: 0, actor: 0,
    sentence: "{tid} runs for the first time: the first frame on its own stack ends at {sp}.",
    fields: fieldsOf("tid sp:va"),
  },
  {
    name: "thread_ends", change: false, keys: 0, actor: 0,
    sentence: "{tid} is at its end; its value is {value}.",
    fields: fieldsOf("tid value:u64"),
  },
  {
    name: "thread_exited", change: false, keys: 0, actor: 2,
    sentence: "{tid} has ended. Its process lives, and so does all memory.",
    fields: fieldsOf("tid value:u64"),
  },
  {
    name: "last_thread", change: false, keys: 0, actor: 0,
    sentence: "{tid} is the last thread: its end is the end of the process.",
    fields: fieldsOf("tid"),
  },
  {
    name: "thread_killed", change: false, keys: 0, actor: 2,
    sentence: "{tid} ends: the new program of its process begins with one thread.",
    fields: fieldsOf("tid"),
  },
  {
    name: "thread_took_over", change: false, keys: 0, actor: 2,
    sentence: "{tid} goes on as {main}, the process's main thread.",
    fields: fieldsOf("tid main:tid"),
  },
  {
    name: "join_called", change: false, keys: 0, actor: 0,
    sentence: "{tid} calls pthread_join for {thread}.",
    fields: fieldsOf("tid thread:tid"),
  },
  {
    name: "joined", change: false, keys: 0, actor: 0,
    sentence: "{tid} gets {thread}'s value: {value}. Nothing is left of {thread} but its stack's memory.",
    fields: fieldsOf("tid thread:tid value:u64"),
  },
  {
    name: "detach_called", change: false, keys: 0, actor: 0,
    sentence: "{tid} calls pthread_detach for {thread}.",
    fields: fieldsOf("tid thread:tid"),
  },
  {
    name: "pthread_failed", change: false, keys: 0, actor: 0,
    sentence: "The C library answers {tid}: {reason}.",
    fields: fieldsOf("tid reason:errno_code"),
  },
  {
    name: "stack_borrowed", change: false, keys: 0, actor: 1,
    sentence: "{va} lies on {owner}'s stack, and {tid} uses it. Nothing stops it: stacks are private by convention.",
    fields: fieldsOf("tid owner:tid va"),
  },
  {
    name: "stack_denied", change: false, keys: 0, actor: 1,
    sentence: "{va} lies on {owner}'s stack: in this machine's strict mode {tid} may not use it.",
    fields: fieldsOf("tid owner:tid va"),
  },
  {
    name: "malloc_called", change: false, keys: 0, actor: 0,
    sentence: "{tid} calls malloc for {bytes} bytes: with its header a chunk of {chunk} bytes.",
    fields: fieldsOf("tid bytes chunk:bytes"),
  },
  {
    name: "calloc_called", change: false, keys: 0, actor: 0,
    sentence: "{tid} calls calloc for {n} times {bytes} bytes, all zero.",
    fields: fieldsOf("tid n:num bytes"),
  },
  {
    name: "realloc_called", change: false, keys: 0, actor: 0,
    sentence: "{tid} calls realloc: the block at {va} shall have {bytes} bytes.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "free_called", change: false, keys: 0, actor: 0,
    sentence: "{tid} calls free for the block at {va}.",
    fields: fieldsOf("tid va"),
  },
  {
    name: "cache_made", change: false, keys: 0, actor: 0,
    sentence: "The first call: malloc makes a cache of free chunks for the thread, {bytes} bytes.",
    fields: fieldsOf("tid bytes"),
  },
  {
    name: "arena_made", change: false, keys: 0, actor: 0,
    sentence: "{tid} has no arena yet: malloc makes arena {arena} for it.",
    fields: fieldsOf("tid arena:num"),
  },
  {
    name: "heap_reserved", change: false, keys: 0, actor: 0,
    sentence: "malloc reserves {bytes} bytes for a heap, aligned to that size.",
    fields: fieldsOf("tid bytes"),
  },
  {
    name: "heap_opened", change: false, keys: 0, actor: 0,
    sentence: "{bytes} bytes of the heap at {va} may be used from now on.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "heap_written", change: false, keys: 0, actor: 0,
    sentence: "malloc writes the head of the heap at {va}: it belongs to arena {arena}.",
    fields: fieldsOf("tid va arena:num"),
  },
  {
    name: "arena_taken", change: false, keys: 0, actor: 0,
    sentence: "Arena {arena} is free: {tid} takes it over, with all that lies in it.",
    fields: fieldsOf("tid arena:num"),
  },
  {
    name: "arena_shared", change: false, keys: 0, actor: 0,
    sentence: "There are arenas enough: {tid} shares arena {arena} with others.",
    fields: fieldsOf("tid arena:num"),
  },
  {
    name: "arena_left", change: false, keys: 0, actor: 0,
    sentence: "{tid} ends: its cache is emptied, and arena {arena} has a thread fewer.",
    fields: fieldsOf("tid arena:num"),
  },
  {
    name: "chunk_found", change: false, keys: 0, actor: 0,
    sentence: "The chunk at {va} belongs to arena {arena}: the head of its heap says so.",
    fields: fieldsOf("tid va arena:num"),
  },
  {
    name: "heap_shrunk", change: false, keys: 0, actor: 0,
    sentence: "The top of the heap at {va} is so large that malloc gives {bytes} bytes back.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "heap_deleted", change: false, keys: 0, actor: 0,
    sentence: "Nothing is left in the heap at {va}: malloc unmaps it.",
    fields: fieldsOf("tid va"),
  },
  {
    name: "heap_grown", change: false, keys: 0, actor: 0,
    sentence: "The top of the heap is too small: malloc asks the kernel for {bytes} bytes more.",
    fields: fieldsOf("tid bytes"),
  },
  {
    name: "heap_trimmed", change: false, keys: 0, actor: 0,
    sentence: "The top of the heap is so large that malloc gives {bytes} bytes back to the kernel.",
    fields: fieldsOf("tid bytes"),
  },
  {
    name: "chunk_carved", change: false, keys: 0, actor: 0,
    sentence: "malloc cuts a chunk of {bytes} bytes at {va} from the top; the top's header moves up behind it.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "chunk_reused", change: false, keys: 0, actor: 0,
    sentence: "malloc finds a free chunk of {bytes} bytes at {va} and uses it again.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "chunk_uncached", change: false, keys: 0, actor: 0,
    sentence: "The thread's cache holds a chunk of {bytes} bytes at {va}: malloc takes it.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "chunk_split", change: false, keys: 0, actor: 0,
    sentence: "The chunk at {va} is cut: {bytes} bytes are used, {rest} stay free.",
    fields: fieldsOf("tid va bytes rest:bytes"),
  },
  {
    name: "chunk_mapped", change: false, keys: 0, actor: 0,
    sentence: "A large block: malloc asks the kernel for a mapping of its own, {bytes} bytes.",
    fields: fieldsOf("tid bytes"),
  },
  {
    name: "chunk_cached", change: false, keys: 0, actor: 0,
    sentence: "The freed chunk of {bytes} bytes at {va} goes into the thread's cache.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "chunk_held", change: false, keys: 0, actor: 0,
    sentence: "The freed chunk of {bytes} bytes at {va} is put on a fast list as it is.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "chunk_freed", change: false, keys: 0, actor: 0,
    sentence: "The chunk of {bytes} bytes at {va} is free; neither of its neighbours is.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "chunk_joined", change: false, keys: 0, actor: 0,
    sentence: "Free neighbours become one chunk of {bytes} bytes at {va}.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "top_joined", change: false, keys: 0, actor: 0,
    sentence: "The chunk lies below the top and becomes part of it: the top now begins at {va}, {bytes} bytes.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "threshold_raised", change: false, keys: 0, actor: 0,
    sentence: "From now on only blocks of {bytes} bytes or more get their own mapping.",
    fields: fieldsOf("tid bytes"),
  },
  {
    name: "calloc_cleared", change: false, keys: 0, actor: 0,
    sentence: "calloc fills {bytes} bytes at {va} with zeros.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "realloc_kept", change: false, keys: 0, actor: 0,
    sentence: "The block at {va} stays where it is; its chunk now has {bytes} bytes.",
    fields: fieldsOf("tid va bytes"),
  },
  {
    name: "realloc_moved", change: false, keys: 0, actor: 0,
    sentence: "The block cannot grow at {from}: it is copied to {to}, {bytes} bytes.",
    fields: fieldsOf("tid from:va to:va bytes"),
  },
  {
    name: "malloc_returned", change: false, keys: 0, actor: 0,
    sentence: "{tid} gets the address {va}.",
    fields: fieldsOf("tid va"),
  },
  {
    name: "malloc_failed", change: false, keys: 0, actor: 0,
    sentence: "There is no memory of {bytes} bytes to be had: {tid} gets NULL.",
    fields: fieldsOf("tid bytes"),
  },
  {
    name: "malloc_aborted", change: false, keys: 0, actor: 0,
    sentence: "{va} is no block that malloc gave out, or it was freed before: the C library aborts {tid}.",
    fields: fieldsOf("tid va"),
  },
  {
    name: "mutex_taken", change: false, keys: 0, actor: 0,
    sentence: "{tid} finds {lock} free and takes it: one indivisible instruction, no system call.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "mutex_busy", change: false, keys: 0, actor: 0,
    sentence: "{lock} is taken: {tid} writes 2 into it, so that its owner {owner} knows that somebody waits.",
    fields: fieldsOf("tid lock owner:tid"),
  },
  {
    name: "mutex_refused", change: false, keys: 0, actor: 0,
    sentence: "{lock} is taken by {owner}: trylock says so, and {tid} goes on without it.",
    fields: fieldsOf("tid lock owner:tid"),
  },
  {
    name: "mutex_released", change: false, keys: 0, actor: 0,
    sentence: "{tid} gives {lock} back: nobody waits for it, so no system call.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "mutex_handed", change: false, keys: 0, actor: 2,
    sentence: "{tid} gives {lock} back, and {thread}, which comes first among those that wait, has it now. {left} still wait.",
    fields: fieldsOf("tid lock thread:tid left:num"),
  },
  {
    name: "unlock_free", change: false, keys: 0, actor: 0,
    sentence: "{tid} unlocks {lock}, which is free: nothing happens, but the program has an error.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "unlock_foreign", change: false, keys: 0, actor: 0,
    sentence: "{tid} unlocks {lock}, but {owner} holds it: whoever enters now is not alone.",
    fields: fieldsOf("tid lock owner:tid"),
  },
  {
    name: "futex_wait", change: false, keys: 0, actor: 2,
    sentence: "{tid} calls futex(FUTEX_WAIT): the kernel puts it at the end of the queue of {lock}; {before} wait there already.",
    fields: fieldsOf("tid lock before:num"),
  },
  {
    name: "futex_wake", change: false, keys: 0, actor: 2,
    sentence: "{tid} calls futex(FUTEX_WAKE) for {lock}; {waiters} threads sleep there.",
    fields: fieldsOf("tid lock waiters:num"),
  },
  {
    name: "futex_requeued", change: false, keys: 0, actor: 2,
    sentence: "{tid} goes on sleeping, now in the queue of {lock}, which {owner} holds.",
    fields: fieldsOf("tid from:lock lock owner:tid"),
  },
  {
    name: "deadlock", change: false, keys: 0, actor: 2,
    sentence: "Deadlock: {tid} now waits for itself, in a circle of {length}.",
    fields: fieldsOf("tid length:num"),
  },
  {
    name: "deadlock_edge", change: false, keys: 0, actor: 2,
    sentence: "{tid} waits for {lock}, which {holder} holds.",
    fields: fieldsOf("tid lock holder:tid"),
  },
  {
    name: "deadlock_join", change: false, keys: 0, actor: 2,
    sentence: "{tid} waits for the end of {thread}.",
    fields: fieldsOf("tid thread:tid"),
  },
  {
    name: "priority_inherited", change: false, keys: 0, actor: 2,
    sentence: "{tid} holds up a more urgent thread: it runs at priority {priority} instead of {own} until it gives the mutex back.",
    fields: fieldsOf("tid priority:num own:num"),
  },
  {
    name: "priority_restored", change: false, keys: 0, actor: 2,
    sentence: "{tid} holds up nobody so urgent any more: its priority is {priority} again.",
    fields: fieldsOf("tid priority:num"),
  },
  {
    name: "spin_taken", change: false, keys: 0, actor: 0,
    sentence: "{tid} finds the spinlock {lock} free and takes it.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "spin_round", change: false, keys: 0, actor: 0,
    sentence: "The spinlock {lock} is taken by {owner}: {tid} has looked in vain and will look again.",
    fields: fieldsOf("tid lock owner:tid"),
  },
  {
    name: "spin_released", change: false, keys: 0, actor: 0,
    sentence: "{tid} gives the spinlock {lock} back: it writes 0.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "semaphore_down", change: false, keys: 0, actor: 0,
    sentence: "{tid} takes one from {lock}; {value} are left. No system call.",
    fields: fieldsOf("tid lock value:u64"),
  },
  {
    name: "semaphore_empty", change: false, keys: 0, actor: 0,
    sentence: "{lock} is 0: {tid} must wait until somebody posts.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "semaphore_post", change: false, keys: 0, actor: 0,
    sentence: "{tid} gives one to {lock}: its value is {value}.",
    fields: fieldsOf("tid lock value:u64"),
  },
  {
    name: "semaphore_handed", change: false, keys: 0, actor: 2,
    sentence: "What {tid} gives to {lock} goes to {thread} at once, which has waited longest: the value stays.",
    fields: fieldsOf("tid lock thread:tid"),
  },
  {
    name: "condition_wait", change: false, keys: 0, actor: 0,
    sentence: "{tid} gives up its mutex and waits at {lock}, both in one step.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "condition_signal", change: false, keys: 0, actor: 0,
    sentence: "{tid} signals {lock}: {waiting} threads wait there, one of them shall go on.",
    fields: fieldsOf("tid lock waiting:num"),
  },
  {
    name: "condition_broadcast", change: false, keys: 0, actor: 0,
    sentence: "{tid} signals {lock} to all: {waiting} threads wait there.",
    fields: fieldsOf("tid lock waiting:num"),
  },
  {
    name: "signal_lost", change: false, keys: 0, actor: 0,
    sentence: "{tid} signals {lock}, but nobody waits there: the signal is lost.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "condition_over", change: false, keys: 0, actor: 2,
    sentence: "{thread} leaves the queue of {lock}; it needs its mutex again before its wait is over.",
    fields: fieldsOf("thread:tid lock"),
  },
  {
    name: "woken_for_nothing", change: false, keys: 0, actor: 0,
    sentence: "{tid} wakes up at {lock} though nobody signalled.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "barrier_reached", change: false, keys: 0, actor: 0,
    sentence: "{tid} comes to {lock}: {arrived} of {needed} are there.",
    fields: fieldsOf("tid lock arrived:u64 needed:u64"),
  },
  {
    name: "barrier_opened", change: false, keys: 0, actor: 0,
    sentence: "{tid} is the last of {needed} at {lock}: all go on, and the barrier starts from 0 again.",
    fields: fieldsOf("tid lock needed:u64"),
  },
  {
    name: "barrier_useless", change: false, keys: 0, actor: 0,
    sentence: "{lock} waits for 0 threads: {tid} gets EINVAL.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "read_locked", change: false, keys: 0, actor: 0,
    sentence: "{tid} has {lock} for reading, {readers} in all.",
    fields: fieldsOf("tid lock readers:u64"),
  },
  {
    name: "write_locked", change: false, keys: 0, actor: 0,
    sentence: "{tid} has {lock} for writing, alone.",
    fields: fieldsOf("tid lock"),
  },
  {
    name: "rwlock_busy", change: false, keys: 0, actor: 0,
    sentence: "{tid} must wait for {lock}: {readers} readers are in; the writer is {owner}.",
    fields: fieldsOf("tid lock readers:u64 owner:tid"),
  },
  {
    name: "rwlock_left", change: false, keys: 0, actor: 0,
    sentence: "{tid} leaves {lock}; {readers} readers are still in.",
    fields: fieldsOf("tid lock readers:u64"),
  },
  {
    name: "rwlock_handed", change: false, keys: 0, actor: 2,
    sentence: "{thread}, which waited for {lock}, may go on.",
    fields: fieldsOf("thread:tid lock"),
  },
  {
    name: "atomic_done", change: false, keys: 0, actor: 0,
    sentence: "{tid} {atomic} {va} indivisibly: it was {before}, now it is {now}.",
    fields: fieldsOf("tid atomic va before:u64 now:u64"),
  },
  {
    name: "race", change: false, keys: 0, actor: 0,
    sentence: "A data race on {va}: {other} {other_access} it (line {other_line}), {tid} {access} it (line {line}), and nothing says which comes first.",
    fields: fieldsOf("tid access va line:num pc:va other:tid other_access:access other_line:num other_pc:va"),
  },
  {
    name: "policy_tick", change: false, keys: 0, actor: 2,
    sentence: "Reference {reference} is done: {policy}'s timer ticks.",
    fields: fieldsOf("policy reference:u64"),
  },
  {
    name: "working_set_left", change: false, keys: 0, actor: 2,
    sentence: "The page in frame {frame} is out of {pid}'s working set: it was not used in the last {tau} references.",
    fields: fieldsOf("pid frame tau:u64"),
  },
  {
    name: "fault_seldom", change: false, keys: 0, actor: 2,
    sentence: "{pid} faults after {interval} references, {tau} or more: what it has not used meanwhile leaves.",
    fields: fieldsOf("pid interval:u64 tau:u64"),
  },
  {
    name: "fault_often", change: false, keys: 0, actor: 2,
    sentence: "{pid} faults again after only {interval} references, fewer than {tau}: it may have one more frame.",
    fields: fieldsOf("pid interval:u64 tau:u64"),
  },
  {
    name: "generation_aged", change: false, keys: 0, actor: 2,
    sentence: "The kernel walks the page tables: what was used since the last walk joins the youngest generation so far. Generation {youngest} begins.",
    fields: fieldsOf("youngest:u64"),
  },
  {
    name: "ghost_hit", change: false, keys: 0, actor: 2,
    sentence: "{policy} remembers this page, which left not long ago: {memory}.",
    fields: fieldsOf("policy memory"),
  },
  {
    name: "target_moved", change: false, keys: 0, actor: 2,
    sentence: "{policy} moves its target from {old} to {value} pages.",
    fields: fieldsOf("policy old:num value:num"),
  },
  {
    name: "page_ranked", change: false, keys: 0, actor: 2,
    sentence: "{policy}: the page in frame {frame} is {rank} from now on.",
    fields: fieldsOf("policy frame rank"),
  },
  {
    name: "stack_pruned", change: false, keys: 0, actor: 2,
    sentence: "{policy} prunes {pages} pages below the lowest LIR page of stack S; {ghosts} of them had left memory and are forgotten.",
    fields: fieldsOf("policy pages:num ghosts:num"),
  },
  {
    name: "test_ended", change: false, keys: 0, actor: 2,
    sentence: "{policy}: page {index} of {object} ends its test period: {end}.",
    fields: fieldsOf("policy object index:num end:test_end"),
  },
  {
    name: "bulk", change: false, keys: 0, actor: 2,
    sentence: "{changes} changes at once.",
    fields: fieldsOf("changes:num"),
  },
  {
    name: "process_admitted", change: false, keys: 0, actor: 2,
    sentence: "{pid} starts; it has no memory yet.",
    fields: fieldsOf("pid"),
  },
  {
    name: "registers_loaded", change: false, keys: 0, actor: 2,
    sentence: "{cpu} gets the base and bounds registers of {pid}.",
    fields: fieldsOf("cpu pid"),
  },
  {
    name: "segment_named", change: false, keys: 0, actor: 1,
    sentence: "The top bits of {va} name segment {number}; the rest is the offset {offset}.",
    fields: fieldsOf("tid va number:num offset:bytes"),
  },
  {
    name: "relocated", change: false, keys: 0, actor: 1,
    sentence: "{offset} is less than the bounds {bounds}: base {base} + {offset} = {pa}.",
    fields: fieldsOf("tid offset:bytes bounds:bytes base:pa pa"),
  },
  {
    name: "relocated_down", change: false, keys: 0, actor: 1,
    sentence: "The segment grows down: {distance} from its end is within the bounds {bounds}: base {base} - {distance} = {pa}.",
    fields: fieldsOf("tid distance:bytes bounds:bytes base:pa pa"),
  },
  {
    name: "no_memory_yet", change: false, keys: 0, actor: 2,
    sentence: "{tid} needs memory that is on disk: the kernel fetches it first.",
    fields: fieldsOf("tid"),
  },
  {
    name: "still_on_disk", change: false, keys: 0, actor: 2,
    sentence: "There is no hole for {pid}: it cannot run now.",
    fields: fieldsOf("pid"),
  },
  {
    name: "segment_placed", change: false, keys: 0, actor: 2,
    sentence: "{pid} gets segment {number}: base {base}, bounds {bytes}.",
    fields: fieldsOf("pid number:num base:pa bytes"),
  },
  {
    name: "segment_shared", change: false, keys: 0, actor: 2,
    sentence: "{pid}'s segment {number} is the same memory as segment {of} of {from}: {users} use it.",
    fields: fieldsOf("pid number:num from:pid of:num users:num"),
  },
  {
    name: "segment_grown", change: false, keys: 0, actor: 2,
    sentence: "{pid}'s segment {number} grows where it lies: {bytes} bytes now.",
    fields: fieldsOf("pid number:num bytes"),
  },
  {
    name: "segment_shrunk", change: false, keys: 0, actor: 2,
    sentence: "{pid}'s segment {number} shrinks to {bytes} bytes.",
    fields: fieldsOf("pid number:num bytes"),
  },
  {
    name: "segment_moved", change: false, keys: 0, actor: 2,
    sentence: "{pid}'s segment {number} is copied: {bytes} bytes, base {from} becomes {base}.",
    fields: fieldsOf("pid number:num from:pa base:pa bytes"),
  },
  {
    name: "segment_dropped", change: false, keys: 0, actor: 2,
    sentence: "{pid} gives segment {number} back; {users} others still use its memory.",
    fields: fieldsOf("pid number:num users:num"),
  },
  {
    name: "swapped_out", change: false, keys: 0, actor: 3,
    sentence: "{pid}'s segment {number} goes to disk: {bytes} bytes.",
    fields: fieldsOf("pid number:num bytes"),
  },
  {
    name: "swapped_in", change: false, keys: 0, actor: 3,
    sentence: "{pid}'s segment {number} comes back from disk: base {base}, {bytes} bytes.",
    fields: fieldsOf("pid number:num base:pa bytes"),
  },
  {
    name: "compaction_begun", change: false, keys: 0, actor: 2,
    sentence: "Compaction: {holes} holes with {free} bytes are to become one.",
    fields: fieldsOf("holes:num free:bytes"),
  },
  {
    name: "piece_moved", change: false, keys: 0, actor: 2,
    sentence: "{bytes} bytes move from {from} to {to}.",
    fields: fieldsOf("from:pa to:pa bytes"),
  },
  {
    name: "hole_examined", change: false, keys: 0, actor: 2,
    sentence: "The hole at {at} has {bytes} bytes, {needed} bytes are needed: {verdict}.",
    fields: fieldsOf("at:pa bytes needed:bytes verdict:hole_verdict"),
  },
  {
    name: "hole_taken", change: false, keys: 0, actor: 2,
    sentence: "{fit} takes the hole at {at}, of {bytes} bytes, after looking at {searched}.",
    fields: fieldsOf("fit at:pa bytes searched:num"),
  },
  {
    name: "hole_named", change: false, keys: 0, actor: 2,
    sentence: "The hole at {at} has the {needed} bytes at the place that was asked for.",
    fields: fieldsOf("at:pa needed:bytes"),
  },
  {
    name: "place_busy", change: false, keys: 0, actor: 2,
    sentence: "The {needed} bytes at {at} are not all free.",
    fields: fieldsOf("at:pa needed:bytes"),
  },
  {
    name: "hole_split", change: false, keys: 0, actor: 2,
    sentence: "{needed} bytes at {at} are cut off; {rest} bytes behind them stay free.",
    fields: fieldsOf("at:pa needed:bytes rest:bytes"),
  },
  {
    name: "rest_kept", change: false, keys: 0, actor: 2,
    sentence: "The rest of {rest} bytes is not split off: it is lost inside the piece.",
    fields: fieldsOf("at:pa rest:bytes"),
  },
  {
    name: "hole_missing", change: false, keys: 0, actor: 2,
    sentence: "No hole has {needed} bytes; {free} bytes are free in {holes} holes.",
    fields: fieldsOf("needed:bytes free:bytes holes:num"),
  },
  {
    name: "piece_released", change: false, keys: 0, actor: 2,
    sentence: "{bytes} bytes at {at} are free again.",
    fields: fieldsOf("at:pa bytes"),
  },
  {
    name: "holes_joined", change: false, keys: 0, actor: 2,
    sentence: "The holes at {at} and {other} lie side by side: they become one of {bytes} bytes.",
    fields: fieldsOf("at:pa other:pa bytes"),
  },
  {
    name: "release_refused", change: false, keys: 0, actor: 2,
    sentence: "Nothing that was given begins at {at}: nothing is freed.",
    fields: fieldsOf("at:pa"),
  },
  {
    name: "buddy_sized", change: false, keys: 0, actor: 2,
    sentence: "{asked} bytes need a block of {bytes} bytes, a power of two.",
    fields: fieldsOf("asked:bytes bytes"),
  },
  {
    name: "buddy_split", change: false, keys: 0, actor: 2,
    sentence: "The block of {bytes} bytes at {at} is split into two buddies; the one at {buddy} stays free.",
    fields: fieldsOf("at:pa bytes buddy:pa"),
  },
  {
    name: "buddy_given", change: false, keys: 0, actor: 2,
    sentence: "The block of {bytes} bytes at {at} is given.",
    fields: fieldsOf("at:pa bytes"),
  },
  {
    name: "buddy_joined", change: false, keys: 0, actor: 2,
    sentence: "The buddy of {at} at {buddy} is free too: they become one block of {bytes} bytes.",
    fields: fieldsOf("at:pa buddy:pa bytes"),
  },
  {
    name: "buddy_busy", change: false, keys: 0, actor: 2,
    sentence: "The buddy of {at} at {buddy} is not free as a whole: the block of {bytes} bytes stays as it is.",
    fields: fieldsOf("at:pa buddy:pa bytes"),
  },
  {
    name: "object_cache_made", change: false, keys: 0, actor: 2,
    sentence: "{name} is a cache of objects of {bytes} bytes: {objects} in a slab of {slab}.",
    fields: fieldsOf("name bytes objects:num slab:bytes"),
  },
  {
    name: "slab_made", change: false, keys: 0, actor: 2,
    sentence: "Cache {cache} has no free object: it gets a slab at {at}, {bytes} bytes.",
    fields: fieldsOf("cache:num at:pa bytes"),
  },
  {
    name: "object_given", change: false, keys: 0, actor: 2,
    sentence: "Cache {cache} gives the object at {at}; its slab has {used} of {objects} in use.",
    fields: fieldsOf("cache:num at:pa used:num objects:num"),
  },
  {
    name: "object_released", change: false, keys: 0, actor: 2,
    sentence: "The object at {at} goes back to cache {cache}; its slab has {used} in use.",
    fields: fieldsOf("cache:num at:pa used:num"),
  },
  {
    name: "slab_returned", change: false, keys: 0, actor: 2,
    sentence: "The slab at {at} is empty and goes back, {bytes} bytes.",
    fields: fieldsOf("at:pa bytes"),
  },
  {
    name: "hash_computed", change: false, keys: 0, actor: 1,
    sentence: "Page {vpn} of {pid} hashes to bucket {bucket}: its chain begins with row {row}.",
    fields: fieldsOf("tid pid vpn bucket:num row:num"),
  },
  {
    name: "hash_empty", change: false, keys: 0, actor: 1,
    sentence: "Page {vpn} of {pid} hashes to bucket {bucket}: its chain is empty.",
    fields: fieldsOf("tid pid vpn bucket:num"),
  },
  {
    name: "row_searched", change: false, keys: 0, actor: 1,
    sentence: "Row {row} holds page {vpn} of {pid}: {verdict}.",
    fields: fieldsOf("tid row:num pid vpn verdict:row_verdict"),
  },
  {
    name: "row_entered", change: false, keys: 0, actor: 2,
    sentence: "The kernel enters page {vpn} of {pid} into row {row}: frame {frame}.",
    fields: fieldsOf("pid vpn row:num frame"),
  },
  {
    name: "row_replaced", change: false, keys: 0, actor: 2,
    sentence: "Row {row} is taken from page {vpn} of {pid}, which is still in memory.",
    fields: fieldsOf("pid vpn row:num"),
  },
  {
    name: "row_none", change: false, keys: 0, actor: 1,
    sentence: "Page {vpn} lies in a device's memory: no row can hold it, a register beside the table translates it.",
    fields: fieldsOf("tid vpn"),
  },
  {
    name: "inactive_low", change: false, keys: 0, actor: 2,
    sentence: "The inactive list has {inactive} pages, the active one {active}: too few to choose from, so the oldest active page must prove itself again.",
    fields: fieldsOf("inactive:num active:num"),
  },
  {
    name: "generation_empty", change: false, keys: 0, actor: 2,
    sentence: "Generation {generation} is empty: the next one is the oldest now.",
    fields: fieldsOf("generation:u64"),
  },
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
  readonly sentence: string;
  readonly fields: readonly FieldDesc[];
}
export const ops: readonly OpDesc[] = [
  { name: "file", setup: true, sentence: "File {name} has {bytes} bytes.", fields: fieldsOf("name bytes") },
  { name: "segment", setup: true, sentence: "{object} has a {kind} segment.", fields: fieldsOf("object kind:vma_kind prot bytes") },
  { name: "needs", setup: true, sentence: "{object} needs the library {library}.", fields: fieldsOf("object library:object") },
  { name: "start", setup: false, sentence: "{label} starts.", fields: fieldsOf("label:name program:object") },
  { name: "preset_map", setup: false, sentence: "Page {vpn} of {tid} lies in frame {frame}.", fields: fieldsOf("tid vpn frame prot") },
  { name: "preset_tlb", setup: false, sentence: "The TLB holds page {vpn} of {tid} in set {set}.", fields: fieldsOf("tid set:num vpn frame") },
  { name: "access", setup: false, sentence: "{tid} {access} {va}.", fields: fieldsOf("tid va access bytes") },
  { name: "load", setup: false, sentence: "{tid} reads {va} into {name}.", fields: fieldsOf("tid va name") },
  { name: "store", setup: false, sentence: "{tid} writes {value} to {va}.", fields: fieldsOf("tid va value:u64") },
  { name: "set", setup: false, sentence: "{tid} computes {name}.", fields: fieldsOf("tid name value:u64") },
  { name: "mmap", setup: false, sentence: "{tid} maps {bytes} bytes.", fields: fieldsOf("tid hint:va bytes prot flags:map object offset:num name fd:fd_opt") },
  { name: "munmap", setup: false, sentence: "{tid} unmaps {bytes} bytes at {va}.", fields: fieldsOf("tid va bytes") },
  { name: "mprotect", setup: false, sentence: "{tid} sets the rights of {bytes} bytes at {va} to {prot}.", fields: fieldsOf("tid va bytes prot") },
  { name: "brk", setup: false, sentence: "{tid} moves the end of its heap to {va}.", fields: fieldsOf("tid va") },
  { name: "fork", setup: false, sentence: "{tid} forks {label}.", fields: fieldsOf("tid label:name") },
  { name: "exit", setup: false, sentence: "{tid} exits.", fields: fieldsOf("tid code:num") },
  { name: "wait", setup: false, sentence: "{tid} waits for {child}.", fields: fieldsOf("tid child:pid") },
  { name: "sigaction", setup: false, sentence: "{tid} chooses what {signo} does.", fields: fieldsOf("tid signo action:signal_action handler:va name param:name") },
  { name: "set_policy", setup: false, sentence: "From here on {policy} chooses the victims.", fields: fieldsOf("policy") },
  { name: "elf_segment", setup: true, sentence: "{object} loads {bytes} bytes at {va}.", fields: fieldsOf("object prot va offset:bytes file_bytes:bytes bytes") },
  { name: "link", setup: true, sentence: "{object} is {kind}.", fields: fieldsOf("object kind:link_kind") },
  { name: "interpreter", setup: true, sentence: "{object} is started by the loader {interpreter}.", fields: fieldsOf("object interpreter:object") },
  { name: "file_word", setup: true, sentence: "{object} holds {value} at byte {offset}.", fields: fieldsOf("object offset:bytes value:u64") },
  { name: "tls_word", setup: true, sentence: "{object} has a thread-local variable that begins as {value}.", fields: fieldsOf("object value:u64") },
  { name: "device", setup: true, sentence: "{name} is a {kind}.", fields: fieldsOf("name kind:object_kind bytes") },
  { name: "attributes", setup: true, sentence: "{object} belongs to user {uid}, mode {mode}.", fields: fieldsOf("object mode:mode_bits uid gid:uid") },
  { name: "warm", setup: true, sentence: "{object} was read before: all of it is in the page cache.", fields: fieldsOf("object") },
  { name: "drop_caches", setup: false, sentence: "The page cache gives up every clean page nobody maps.", fields: fieldsOf("unused:num") },
  { name: "mremap", setup: false, sentence: "{tid} resizes {old_bytes} bytes at {va} to {new_bytes}.", fields: fieldsOf("tid va old_bytes:bytes new_bytes:bytes flags:mremap new_va:va") },
  { name: "madvise", setup: false, sentence: "{tid} advises {advice} on {bytes} bytes at {va}.", fields: fieldsOf("tid va bytes advice") },
  { name: "msync", setup: false, sentence: "{tid} writes {bytes} bytes at {va} back to their file.", fields: fieldsOf("tid va bytes flags:msync") },
  { name: "mlock", setup: false, sentence: "{tid} locks {bytes} bytes at {va} in memory.", fields: fieldsOf("tid va bytes") },
  { name: "munlock", setup: false, sentence: "{tid} unlocks {bytes} bytes at {va}.", fields: fieldsOf("tid va bytes") },
  { name: "setrlimit", setup: false, sentence: "{tid} sets {resource} to {value}.", fields: fieldsOf("tid resource value:bytes") },
  { name: "execve", setup: false, sentence: "{tid} runs {program}.", fields: fieldsOf("tid program:object argc:num envc:num bytes w0:u64 w1:u64 w2:u64 w3:u64 w4:u64 w5:u64 w6:u64 w7:u64 w8:u64 w9:u64 w10:u64 w11:u64 w12:u64 w13:u64 w14:u64 w15:u64") },
  { name: "vfork", setup: false, sentence: "{tid} vforks {label}.", fields: fieldsOf("tid label:name") },
  { name: "setuid", setup: false, sentence: "{tid} becomes user {uid}.", fields: fieldsOf("tid uid gid:uid") },
  { name: "open", setup: false, sentence: "{tid} opens {object}.", fields: fieldsOf("tid object flags:open name") },
  { name: "shm_open", setup: false, sentence: "{tid} opens the shared memory {name}.", fields: fieldsOf("tid name flags:open bytes") },
  { name: "shm_unlink", setup: false, sentence: "{tid} removes the name {name} of a shared memory.", fields: fieldsOf("tid name") },
  { name: "memfd_create", setup: false, sentence: "{tid} makes an anonymous file {name}.", fields: fieldsOf("tid name bytes") },
  { name: "close", setup: false, sentence: "{tid} closes descriptor {fd}.", fields: fieldsOf("tid fd") },
  { name: "dup2", setup: false, sentence: "{tid} makes descriptor {to} mean what {fd} means.", fields: fieldsOf("tid fd to:fd") },
  { name: "read", setup: false, sentence: "{tid} reads {bytes} bytes from descriptor {fd} into {va}.", fields: fieldsOf("tid fd va bytes") },
  { name: "write", setup: false, sentence: "{tid} writes {bytes} bytes at {va} to descriptor {fd}.", fields: fieldsOf("tid fd va bytes") },
  { name: "lseek", setup: false, sentence: "{tid} moves descriptor {fd} to {offset} {whence}.", fields: fieldsOf("tid fd offset:u64 whence") },
  { name: "ftruncate", setup: false, sentence: "{tid} makes the file of descriptor {fd} {bytes} bytes long.", fields: fieldsOf("tid fd bytes") },
  { name: "fsync", setup: false, sentence: "{tid} waits until the file of descriptor {fd} is on disk.", fields: fieldsOf("tid fd") },
  { name: "copy", setup: false, sentence: "{tid} copies {bytes} bytes from {from} to {to}.", fields: fieldsOf("tid to:va from:va bytes") },
  { name: "store_text", setup: false, sentence: "{tid} writes {bytes} bytes of text to {va}.", fields: fieldsOf("tid va bytes w0:u64 w1:u64 w2:u64 w3:u64 w4:u64 w5:u64 w6:u64 w7:u64") },
  { name: "call", setup: false, sentence: "{tid} calls {name}.", fields: fieldsOf("tid va locals:bytes name p0:name a0:u64 p1:name a1:u64 p2:name a2:u64 p3:name a3:u64 p4:name a4:u64 p5:name a5:u64") },
  { name: "ret", setup: false, sentence: "{tid} returns.", fields: fieldsOf("tid value:u64 into:name") },
  { name: "malloc", setup: false, sentence: "{tid} asks malloc for {bytes} bytes.", fields: fieldsOf("tid bytes") },
  { name: "calloc", setup: false, sentence: "{tid} asks calloc for {n} times {bytes} bytes.", fields: fieldsOf("tid n:num bytes") },
  { name: "realloc", setup: false, sentence: "{tid} asks realloc to make {va} {bytes} bytes.", fields: fieldsOf("tid va bytes") },
  { name: "free", setup: false, sentence: "{tid} frees {va}.", fields: fieldsOf("tid va") },
  { name: "tick", setup: false, sentence: "The timer interrupts {cpu}.", fields: fieldsOf("cpu by:schedule next:tid") },
  { name: "yield", setup: false, sentence: "{tid} lets others run.", fields: fieldsOf("tid") },
  { name: "setpriority", setup: false, sentence: "{tid} gives {thread} the priority {priority}.", fields: fieldsOf("tid thread:tid priority:num") },
  { name: "setaffinity", setup: false, sentence: "{tid} says on which processors {thread} may run.", fields: fieldsOf("tid thread:tid cpus:num") },
  { name: "create", setup: false, sentence: "{tid} creates the thread {label}.", fields: fieldsOf("tid label:name entry:va body:name stack:bytes p0:name a0:u64 p1:name a1:u64 p2:name a2:u64 p3:name a3:u64 p4:name a4:u64 p5:name a5:u64") },
  { name: "thread_start", setup: false, sentence: "{tid} begins to run.", fields: fieldsOf("tid") },
  { name: "thread_exit", setup: false, sentence: "{tid} ends with {value}.", fields: fieldsOf("tid value:u64") },
  { name: "join", setup: false, sentence: "{tid} waits until {thread} has ended.", fields: fieldsOf("tid thread:tid into:name") },
  { name: "detach", setup: false, sentence: "{tid} lets {thread} go: nobody will join it.", fields: fieldsOf("tid thread:tid") },
  { name: "lock", setup: false, sentence: "{tid} locks {name}.", fields: fieldsOf("tid va name") },
  { name: "trylock", setup: false, sentence: "{tid} tries to lock {name}.", fields: fieldsOf("tid va name into:name") },
  { name: "unlock", setup: false, sentence: "{tid} unlocks {name}.", fields: fieldsOf("tid va name") },
  { name: "spin_lock", setup: false, sentence: "{tid} takes the spinlock {name}.", fields: fieldsOf("tid va name") },
  { name: "spin_unlock", setup: false, sentence: "{tid} gives the spinlock {name} back.", fields: fieldsOf("tid va name") },
  { name: "down", setup: false, sentence: "{tid} takes one from the semaphore {name}.", fields: fieldsOf("tid va name") },
  { name: "post", setup: false, sentence: "{tid} gives one to the semaphore {name}.", fields: fieldsOf("tid va name") },
  { name: "cond_wait", setup: false, sentence: "{tid} waits for {name} and gives {mutex_name} back meanwhile.", fields: fieldsOf("tid va name mutex:va mutex_name:name") },
  { name: "cond_signal", setup: false, sentence: "{tid} wakes one thread that waits for {name}.", fields: fieldsOf("tid va name") },
  { name: "cond_broadcast", setup: false, sentence: "{tid} wakes every thread that waits for {name}.", fields: fieldsOf("tid va name") },
  { name: "spurious_wakeup", setup: false, sentence: "{thread} wakes up though nobody signalled.", fields: fieldsOf("thread:tid") },
  { name: "barrier_wait", setup: false, sentence: "{tid} comes to the barrier {name}.", fields: fieldsOf("tid va name") },
  { name: "read_lock", setup: false, sentence: "{tid} locks {name} for reading.", fields: fieldsOf("tid va name") },
  { name: "write_lock", setup: false, sentence: "{tid} locks {name} for writing.", fields: fieldsOf("tid va name") },
  { name: "rw_unlock", setup: false, sentence: "{tid} unlocks {name}.", fields: fieldsOf("tid va name") },
  { name: "atomic", setup: false, sentence: "{tid} {atomic} the word at {va} indivisibly.", fields: fieldsOf("tid atomic va value:u64 expected:u64 into:name") },
  { name: "pipe", setup: false, sentence: "{tid} makes a pipe.", fields: fieldsOf("tid bytes name") },
  { name: "mq_open", setup: false, sentence: "{tid} opens the message queue {name}.", fields: fieldsOf("tid name flags:open messages:num bytes") },
  { name: "mq_unlink", setup: false, sentence: "{tid} removes the name {name} of a message queue.", fields: fieldsOf("tid name") },
  { name: "mq_send", setup: false, sentence: "{tid} sends {bytes} bytes at {va} to descriptor {fd}.", fields: fieldsOf("tid fd va bytes priority:num") },
  { name: "mq_receive", setup: false, sentence: "{tid} receives a message from descriptor {fd} at {va}.", fields: fieldsOf("tid fd va bytes") },
  { name: "kill", setup: false, sentence: "{tid} sends {signo} to {pid}.", fields: fieldsOf("tid pid signo") },
  { name: "tgkill", setup: false, sentence: "{tid} sends {signo} to the thread {thread}.", fields: fieldsOf("tid thread:tid signo") },
  { name: "sigprocmask", setup: false, sentence: "{tid} {how} {signo}.", fields: fieldsOf("tid how:mask_how signo") },
  { name: "do_signal", setup: false, sentence: "{tid} is on its way to user mode and finds a signal.", fields: fieldsOf("tid") },
  { name: "sigreturn", setup: false, sentence: "{tid} goes on where the signal came.", fields: fieldsOf("tid") },
  { name: "pause", setup: false, sentence: "{tid} waits for a signal.", fields: fieldsOf("tid") },
  { name: "place", setup: false, sentence: "{tid} gets a segment of {bytes} bytes.", fields: fieldsOf("tid number:num bytes prot down:bool at:num name") },
  { name: "share", setup: false, sentence: "{tid} gets the same memory as segment {of} of {pid}.", fields: fieldsOf("tid pid of:num number:num prot name") },
  { name: "resize", setup: false, sentence: "{tid} makes segment {number} {bytes} bytes long.", fields: fieldsOf("tid number:num bytes") },
  { name: "unload", setup: false, sentence: "{tid} gives segment {number} back.", fields: fieldsOf("tid number:num") },
  { name: "swap_out", setup: false, sentence: "{pid} goes to disk.", fields: fieldsOf("pid") },
  { name: "swap_in", setup: false, sentence: "{pid} comes back from disk.", fields: fieldsOf("pid") },
  { name: "compact", setup: false, sentence: "Memory is compacted.", fields: fieldsOf("unused:num") },
  { name: "alloc", setup: false, sentence: "{tid} asks for {bytes} bytes.", fields: fieldsOf("tid bytes cache:num") },
  { name: "release", setup: false, sentence: "{tid} gives back what lies at {pa}.", fields: fieldsOf("tid pa") },
  { name: "cache", setup: false, sentence: "{tid} makes a cache of objects of {bytes} bytes.", fields: fieldsOf("tid name bytes slab:bytes") },
  { name: "shrink", setup: false, sentence: "{tid} makes cache {cache} give its empty slabs back.", fields: fieldsOf("tid cache:num") },
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
