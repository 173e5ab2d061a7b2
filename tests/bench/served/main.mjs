// SPDX-License-Identifier: MIT
// main.mjs FILE: the levels that need a server and a browser; adds their rows to bench's JSON file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { http } from './http.mjs';
import { page } from './page.mjs';
import { rooms } from './rooms.mjs';
import { append } from './rows.mjs';
import { upload } from './upload.mjs';

const directory = mkdtempSync(path.join(tmpdir(), 'vmscope-bench-'));
try {
  await http(directory);
  await rooms();
  await page();
  await upload();
  append(process.argv[2]);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
