// SPDX-License-Identifier: MIT
// A system call as strace prints it. The names are Linux's, the arguments in Linux's order. Pure.
import { hex, type Names } from '../../model/index.ts';
import { ops, types, type OpKind } from '../../wire/generated.ts';
import type { Call } from '../../wire/messages.ts';

type OpName = keyof typeof OpKind;
const rows = new Map(ops.map((op) => [op.name as string, op]));

/** The fields of a call by name. */
class Fields {
  constructor(
    private readonly call: Call,
    readonly names: Names,
  ) {}
  at(name: string): bigint {
    const i = rows.get(this.call.call)?.fields.findIndex((f) => f.name === name) ?? -1;
    return this.call.args?.[i] ?? 0n;
  }
  num(name: string): number {
    return Number(this.at(name));
  }
  va(name: string): string {
    return addressText(this.at(name));
  }
  dec(name: string): string {
    return this.at(name).toString();
  }
  name(name: string): string {
    return JSON.stringify(this.names.name(this.num(name)));
  }
  object(name: string): string {
    return JSON.stringify(this.names.object(this.num(name)));
  }
  word(name: string, type: 'signo' | 'advice' | 'resource'): string {
    return types[type].words[this.num(name)] ?? this.dec(name);
  }
  get value(): bigint {
    return this.call.value ?? 0n;
  }
}

const addressText = (va: bigint) => (va === 0n ? 'NULL' : hex(va));
const flagNames = (type: 'map_bits' | 'open_bits', value: number): readonly string[] =>
  types[type].names.filter((_, i) => (value >> i) & 1);

function protText(prot: number): string {
  const set = ['PROT_READ', 'PROT_WRITE', 'PROT_EXEC'].filter((_, i) => (prot >> i) & 1);
  return set.join('|') || 'PROT_NONE';
}

/** Flags of mmap that Linux has too; those of the model's own stay out. */
const MAP_FLAGS: Readonly<Record<string, string>> = {
  fixed: 'MAP_FIXED',
  growsdown: 'MAP_GROWSDOWN',
  stack: 'MAP_STACK',
  populate: 'MAP_POPULATE',
  noreserve: 'MAP_NORESERVE',
  noreplace: 'MAP_FIXED_NOREPLACE',
  locked: 'MAP_LOCKED',
};
function mapText(flags: number, anonymous: boolean): string {
  const set = flagNames('map_bits', flags);
  return [
    set.includes('shared') ? 'MAP_SHARED' : 'MAP_PRIVATE',
    ...(anonymous ? ['MAP_ANONYMOUS'] : []),
    ...set.map((name) => MAP_FLAGS[name]).filter((name) => name !== undefined),
  ].join('|');
}

function openText(flags: number): string {
  const set = flagNames('open_bits', flags);
  const [read, write] = [set.includes('read'), set.includes('write')];
  const mode = read && write ? 'O_RDWR' : write ? 'O_WRONLY' : 'O_RDONLY';
  const more = { create: 'O_CREAT', truncate: 'O_TRUNC', append: 'O_APPEND', cloexec: 'O_CLOEXEC' };
  return [mode, ...Object.entries(more).flatMap(([k, v]) => (set.includes(k) ? [v] : []))].join(
    '|',
  );
}

/** The set bits by their names: these are written as Linux has them. */
const bits = (type: 'msync_bits' | 'mremap_bits', value: number): string =>
  types[type].words.filter((_, i) => (value >> i) & 1).join('|') || '0';

const WHENCE = ['SEEK_SET', 'SEEK_CUR', 'SEEK_END'];
const half = (value: bigint, high: boolean) =>
  (high ? value >> 32n : value & 0xffffffffn).toString();

type Written = readonly [name: string, ...args: string[]];
/** Calls that are not simply their fields in order. */
const special: Partial<Record<OpName, (f: Fields) => Written>> = {
  mmap: (f) => {
    const object = f.num('object');
    const fd = f.num('fd') === 0 ? '-1' : String(f.num('fd') - 1);
    return [
      'mmap',
      f.va('hint'),
      f.dec('bytes'),
      protText(f.num('prot')),
      mapText(f.num('flags'), object === 0 && fd === '-1'),
      object === 0 || fd !== '-1' ? fd : `…<${f.names.object(object)}>`,
      f.dec('offset'),
    ];
  },
  munmap: (f) => ['munmap', f.va('va'), f.dec('bytes')],
  mprotect: (f) => ['mprotect', f.va('va'), f.dec('bytes'), protText(f.num('prot'))],
  brk: (f) => ['brk', f.va('va')],
  fork: () => ['fork'],
  vfork: () => ['vfork'],
  wait: (f) => ['wait4', f.num('child') === 0 ? '-1' : f.dec('child'), '…', '0', 'NULL'],
  exit: (f) => ['exit_group', f.dec('code')],
  thread_exit: (f) => ['exit', f.dec('value')],
  execve: (f) => [
    'execve',
    f.object('program'),
    `[/* ${f.dec('argc')} args */]`,
    `[/* ${f.dec('envc')} vars */]`,
  ],
  open: (f) => ['openat', 'AT_FDCWD', f.object('object'), openText(f.num('flags'))],
  shm_open: (f) => ['shm_open', f.name('name'), openText(f.num('flags')), '0600'],
  mq_open: (f) => ['mq_open', f.name('name'), openText(f.num('flags'))],
  shm_unlink: (f) => ['shm_unlink', f.name('name')],
  mq_unlink: (f) => ['mq_unlink', f.name('name')],
  memfd_create: (f) => ['memfd_create', f.name('name'), '0'],
  pipe: (f) => ['pipe2', `[${half(f.value, false)}, ${half(f.value, true)}]`, '0'],
  lseek: (f) => ['lseek', f.dec('fd'), f.dec('offset'), WHENCE[f.num('whence')] ?? ''],
  mremap: (f) => [
    'mremap',
    f.va('va'),
    f.dec('old_bytes'),
    f.dec('new_bytes'),
    bits('mremap_bits', f.num('flags')),
    ...(f.at('new_va') ? [f.va('new_va')] : []),
  ],
  madvise: (f) => ['madvise', f.va('va'), f.dec('bytes'), f.word('advice', 'advice')],
  msync: (f) => ['msync', f.va('va'), f.dec('bytes'), bits('msync_bits', f.num('flags'))],
  setrlimit: (f) => [
    'setrlimit',
    f.word('resource', 'resource'),
    `{rlim_cur=${f.dec('value')}, rlim_max=RLIM64_INFINITY}`,
  ],
  setuid: (f) => ['setuid', f.dec('uid')],
  sigaction: (f) => [
    'rt_sigaction',
    f.word('signo', 'signo'),
    `{sa_handler=${['SIG_DFL', '…', 'SIG_IGN', f.va('handler')][f.num('action')] ?? '…'}}`,
    'NULL',
    '8',
  ],
  sigprocmask: (f) => [
    'rt_sigprocmask',
    ['SIG_BLOCK', 'SIG_UNBLOCK', 'SIG_SETMASK'][f.num('how')] ?? '…',
    `[${f.word('signo', 'signo').replace(/^SIG/, '')}]`,
    'NULL',
    '8',
  ],
  sigreturn: () => ['rt_sigreturn', '{mask=[]}'],
  kill: (f) => ['kill', f.dec('pid'), f.word('signo', 'signo')],
  tgkill: (f) => ['tgkill', '…', f.dec('thread'), f.word('signo', 'signo')],
  create: () => [
    'clone3',
    '{flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|…}',
    '88',
  ],
  yield: () => ['sched_yield'],
  setaffinity: (f) => ['sched_setaffinity', f.dec('thread'), '8', `[${f.dec('cpus')}]`],
  setpriority: (f) => ['setpriority', 'PRIO_PROCESS', f.dec('thread'), f.dec('priority')],
};

/** By the types of its fields: addresses in hex, all else in decimal. */
function plainly(call: Call, fields: Fields): Written {
  const args = (rows.get(call.call)?.fields ?? [])
    .filter((f) => f.type !== 'tid' && f.type !== 'name')
    .map((f) => (f.type === 'va' ? fields.va(f.name) : fields.dec(f.name)));
  return [call.call, ...args];
}

/** What Linux calls it. */
export function nameOf(call: Call, names: Names): string {
  const write = special[call.call as OpName];
  return write ? write(new Fields(call, names))[0] : call.call;
}

const returnsAddress = new Set(['mmap', 'brk', 'mremap']);
const neverReturns = new Set(['exit', 'thread_exit']);

function resultText(call: Call): string {
  if (call.errno) {
    const i = (types.errno_code.names as readonly string[]).indexOf(call.errno);
    const [name = '', words = ''] = (types.errno_code.words[i] ?? '').split(', ');
    return `-1 ${name} (${words})`;
  }
  const value = call.value ?? 0n;
  if (returnsAddress.has(call.call)) return hex(value);
  if (call.call === 'pipe') return '0';
  return BigInt.asIntN(64, value).toString();
}

function callText(call: Call, names: Names): string {
  const fields = new Fields(call, names);
  let written: Written;
  if (call.args) written = (special[call.call as OpName] ?? ((f) => plainly(call, f)))(fields);
  else if (call.call === 'brk' && call.value !== undefined) written = ['brk', hex(call.value)];
  else written = [nameOf(call, names), '…'];
  const [name, ...args] = written;
  const head = `${name}(${args.join(', ')}`;
  if (neverReturns.has(call.call)) return `${head}) = ?`;
  if (call.value === undefined && !call.errno) return `${head} <unfinished ...>`;
  return `${head}) = ${resultText(call)}`;
}

/** By Linux's numbers on x86-64. */
const SIGNALS: Readonly<Record<number, string>> = {
  2: 'SIGINT',
  6: 'SIGABRT',
  7: 'SIGBUS',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  11: 'SIGSEGV',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** One line, without whose it is. `killed`: nobody called exit. */
export function straceLine(call: Call, names: Names, killed = false): string {
  switch (call.what) {
    case 'call':
      return callText(call, names);
    case 'return':
      return `<... ${call.call ? nameOf(call, names) : 'call'} resumed>) = ${resultText(call)}`;
    case 'signal': {
      const [signo = 0n, code = 0n, address = 0n] = call.args ?? [];
      const name = types.signo.words[Number(signo)] ?? '';
      const why = types.si_code.words[Number(code)] ?? '';
      return `--- ${name} {si_signo=${name}, si_code=${why}, si_addr=${addressText(address)}} ---`;
    }
    case 'exit':
    case 'thread_exit': {
      const code = BigInt.asIntN(64, call.value ?? 0n);
      const signal = killed && SIGNALS[Number(code) - 128];
      return signal ? `+++ killed by ${signal} +++` : `+++ exited with ${code} +++`;
    }
  }
}

export interface Count {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
}
/** As `strace -c`: how often each was called, and how often in vain; the most frequent first. */
export function countsOf(calls: readonly Call[], names: Names): Count[] {
  const counts = new Map<string, { calls: number; errors: number }>();
  for (const call of calls) {
    if (call.what !== 'call' && call.what !== 'return') continue;
    const name = nameOf(call, names);
    const row = counts.get(name) ?? { calls: 0, errors: 0 };
    counts.set(name, row);
    if (call.what === 'call') row.calls++;
    if (call.errno) row.errors++;
  }
  return [...counts]
    .map(([name, row]) => ({ name, ...row }))
    .sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1));
}
