// SPDX-License-Identifier: MIT
// System calls as strace prints them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Machine, Names } from '../src/model/index.ts';
import { countsOf, straceLine } from '../src/views/calls/strace.ts';
import { readCalls } from '../src/wire/messages.ts';

const names = new Names(['heap', 'child'], new Machine());
const callsOf = (...calls: object[]) => readCalls({ from: 0, to: 9, calls }).calls;
const line = (call: object, killed = false) => {
  const [read] = callsOf({ at: '2.1', what: 'call', tid: 1, line: 3, ...call });
  assert.ok(read);
  return straceLine(read, names, killed);
};

test('arguments stand in Linux’s order under Linux’s names', () => {
  const args = ['1', '0', '8192', '3', '0', '0', '0', '1', '0'];
  assert.equal(
    line({ call: 'mmap', args, value: '140737354125312' }),
    'mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7ffff7ffd000',
  );
  assert.equal(
    line({ call: 'mprotect', args: ['1', '4096', '4096', '0'], value: '0' }),
    'mprotect(0x1000, 4096, PROT_NONE) = 0',
  );
  assert.equal(
    line({ call: 'madvise', args: ['1', '4096', '4096', '4'], value: '0' }),
    'madvise(0x1000, 4096, MADV_DONTNEED) = 0',
  );
  // A pipe gives two numbers at once.
  assert.equal(
    line({ call: 'pipe', args: ['1', '4096', '0'], value: '8589934593' }),
    'pipe2([1, 2], 0) = 0',
  );
  // What has no row of its own is written by the types of its fields.
  assert.equal(
    line({ call: 'read', args: ['1', '0', '4096', '64'], value: '64' }),
    'read(0, 0x1000, 64) = 64',
  );
});

test('a call that fails says why; one that waits is told twice', () => {
  assert.equal(
    line({
      call: 'write',
      args: ['3', '2', '4096', '8'],
      value: '18446744073709551596',
      errno: 'epipe',
    }),
    'write(2, 0x1000, 8) = -1 EPIPE (nobody reads)',
  );
  assert.equal(
    line({ call: 'read', args: ['2', '0', '4096', '8'] }),
    'read(0, 0x1000, 8 <unfinished ...>',
  );
  assert.equal(line({ what: 'return', call: 'wait', value: '2' }), '<... wait4 resumed>) = 2');
  assert.equal(line({ call: 'exit', args: ['2', '3'] }), 'exit_group(3) = ?');
  assert.equal(
    line({ call: 'brk', value: '93824992247808' }),
    'brk(0x555555558000) = 0x555555558000',
  );
});

test('signals and ends', () => {
  assert.equal(
    line({ what: 'signal', args: ['1', '1', '0'] }),
    '--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL} ---',
  );
  assert.equal(line({ what: 'exit', pid: 2, value: '3' }), '+++ exited with 3 +++');
  assert.equal(line({ what: 'exit', pid: 2, value: '141' }, true), '+++ killed by SIGPIPE +++');
  assert.equal(line({ what: 'exit', pid: 2, value: '141' }), '+++ exited with 141 +++');
});

test('counts, as strace -c', () => {
  const calls = callsOf(
    { what: 'call', call: 'write', tid: 1, errno: 'epipe' },
    { what: 'return', call: 'write', tid: 1, value: '3' },
    { what: 'call', call: 'write', tid: 1 },
    { what: 'call', call: 'fork', tid: 1, value: '2' },
    { what: 'exit', pid: 1, value: '0' },
  );
  assert.deepEqual(countsOf(calls, names), [
    { name: 'write', calls: 2, errors: 1 },
    { name: 'fork', calls: 1, errors: 0 },
  ]);
});

test('what the server may send wrongly becomes nothing worse than an empty line', () => {
  const [call] = callsOf({ at: 7, what: 'ufo', args: ['x', -1], value: {} });
  assert.ok(call);
  assert.equal(call.what, 'call');
  assert.deepEqual(call.args, [0n, 0n]);
  assert.doesNotThrow(() => straceLine(call, names));
});
