// SPDX-License-Identifier: MIT
// The lint finds each fault that is seeded here, and finds nothing in code that keeps the rules.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { bare, examine } from './layers.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const spdx = '/* SPDX-License-Identifier: MIT */\n';
const found = (files) => examine(new Map(Object.entries(files))).map((problem) => problem.message).join('\n');

const faults = [
  ['libmicrohttpd outside its folders', { 'server/api/a.c': `${spdx}#include <microhttpd.h>\n` }, /libmicrohttpd/],
  ['SQLite outside the store', { 'server/api/a.c': `${spdx}#include <sqlite3.h>\n` }, /SQLite/],
  ['cJSON in the engine', { 'engine/machine/a.c': `${spdx}#include <cjson/cJSON.h>\n` }, /cJSON/],
  ['wslay outside ws', { 'server/lab/a.c': `${spdx}#include <wslay/wslay.h>\n` }, /wslay/],
  ['the engine in the store', { 'db/a.c': `${spdx}#include "vm/vm.h"\n` }, /the engine/],
  ['a clock in the engine', { 'engine/a.c': `${spdx}#include <time.h>\n` }, /<time.h>/],
  ['a call to rand', { 'engine/a.c': `${spdx}int f(void) { return rand(); }\n` }, /rand\(\)/],
  ['a print in the engine', { 'engine/a.c': `${spdx}void f(void) { printf("x"); }\n` }, /printf\(\)/],
  ['a header of the server in the engine', { 'engine/a.c': `${spdx}#include "sim/sim.h"\n` }, /not a header of the engine/],
  ['a part of the server that looks up', { 'server/wire/a.c': `${spdx}#include "api/api.h"\n` }, /wire may not know api/],
  ['HTTP that knows simulations', { 'server/http/a.c': `${spdx}#include "sim/sim.h"\n` }, /http may not know sim/],
  ['an answer that ignores the horizon', { 'server/lab/a.c': `${spdx}int f(void) { return vm_history_length(h); }\n` }, /lab_run_end/],
  ['no licence', { 'engine/a.c': 'int x;\n' }, /SPDX/],
  ['a test that nobody runs', { 'tests/engine/law.c': spdx }, /nobody runs/],
  ['unfinished work', { 'engine/a.c': `${spdx}/* TO${'DO'} */\n` }, /unfinished/],
  ['a long file', { 'engine/a.c': spdx + '\n'.repeat(450) }, /is this one idea/],
  ['a view that knows another', { 'web/src/views/a/x.ts': "import { y } from '../b/y';\n" }, /do not know each other/],
  ['a view that knows the app', { 'web/src/views/a/x.ts': "import { y } from '../../app/y';\n" }, /may not import app/],
  ['a view that talks to the socket', { 'web/src/views/a/x.ts': "new WebSocket('ws://');\n" }, /touches the socket/],
  ['a model with a clock', { 'web/src/model/x.ts': 'const t = performance.now();\n' }, /pure/],
  ['a model that knows a view', { 'web/src/model/x.ts': "import y from '../views/a/y';\n" }, /may not import views/],
  ['a margin on a side of the screen', { 'web/src/theme/a.css': 'p {\n  margin-left: 1rem;\n}\n' }, /margin-left/],
  ['a border on a side', { 'web/src/app/A.svelte': '<p></p>\n<style>\n  p { border-right-color: red; }\n</style>\n' }, /border-right-color/],
  ['a place from a side', { 'web/src/app/A.svelte': '<style>\n  p {\n    left: 0;\n  }\n</style>\n' }, /left names/],
  ['text on a side', { 'web/src/theme/a.css': 'p { text-align: right; }\n' }, /text-align/],
  ['four values that differ', { 'web/src/theme/a.css': 'p { padding: 0 1rem 0 0; }\n' }, /-inline/],
  ['a corner of the screen', { 'web/src/theme/a.css': 'p { border-radius: 1px 0 0 1px; }\n' }, /corners/],
  ['a computed place from a side', { 'web/src/app/A.svelte': '<li use:styled={{ width: `1px`, left: `${x}px` }}></li>\n' }, /left names/],
  ['a directive for a side', { 'web/src/app/A.svelte': '<li style:left={x}></li>\n' }, /left names/],
  ['an export that nobody uses', { 'web/src/lib/a.ts': 'export const lonely = 1;\nconst b = lonely;\n' }, /nobody else uses lonely/],
  [
    'a policy without a row',
    {
      'engine/include/vm/policies.def': 'POLICY(fifo, "FIFO", 1)\n',
      'engine/policy/fifo.c': `${spdx}const struct vm_policy vm_policy_fifo = {0};\n`,
      'engine/policy/sieve.c': `${spdx}const struct vm_policy vm_policy_sieve = {0};\n`,
    },
    /policy sieve has no row/,
  ],
  [
    'a row without its policy',
    {
      'engine/include/vm/policies.def': 'POLICY(fifo, "FIFO", 1)\nPOLICY(sieve, "SIEVE", 1)\n',
      'engine/policy/fifo.c': `${spdx}const struct vm_policy vm_policy_fifo = {0};\n`,
    },
    /policy sieve is defined nowhere/,
  ],
];

for (const [name, files, expected] of faults)
  test(`lint finds ${name}`, () => assert.match(found(files), expected));

test('lint lets pass what keeps the rules', () => {
  const clean = {
    'engine/include/vm/vm.h': spdx,
    'engine/machine/world.h': spdx,
    'engine/machine/a.c': `${spdx}#include <string.h>\n#include "vm/vm.h"\n#include "machine/world.h"\n/* rand() */\n`,
    'server/http/a.c': `${spdx}#include <microhttpd.h>\n`,
    'db/a.c': `${spdx}#include <sqlite3.h>\n`,
    'web/src/views/a/x.ts': "import { y } from './y';\nimport { z } from '../../model/z';\n",
    'web/src/model/z.ts': 'export const z = 1;\n',
    'web/src/wire/socket.ts': "new WebSocket('ws://');\n",
    'tests/engine/test_law.c': spdx,
  };
  assert.equal(found(clean), '');
});

test('comments and strings are not code', () => {
  assert.doesNotMatch(bare('/* rand() */ "time(" // exit('), /rand|time|exit/);
});

test('writable globals of a library are found, constant tables are not', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vmscope-lint-'));
  try {
    const look = (source) => {
      writeFileSync(path.join(folder, 'a.c'), source);
      execFileSync('cc', ['-fPIC', '-c', 'a.c', '-o', 'a.o'], { cwd: folder });
      rmSync(path.join(folder, 'a.a'), { force: true });
      execFileSync('ar', ['rc', 'a.a', 'a.o'], { cwd: folder });
      return spawnSync(path.join(here, 'globals.sh'), [path.join(folder, 'a.a')], { encoding: 'utf8' });
    };
    assert.equal(look('static const char *const names[] = {"a", "b"}; const char *f(int i) { return names[i]; }').status, 0);
    const bad = look('static int count; static int *p = &count; int *f(void) { count++; return p; }');
    assert.equal(bad.status, 1);
    assert.match(bad.stdout, /count/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
