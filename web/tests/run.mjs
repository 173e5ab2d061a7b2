// SPDX-License-Identifier: MIT
// Bundles tests/*.test.ts for node and runs them with node --test; arguments name some of them.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const here = path.dirname(new URL(import.meta.url).pathname);
const wanted = process.argv.slice(2);
const tests = readdirSync(here).filter(
  (f) => f.endsWith('.test.ts') && (wanted.length === 0 || wanted.some((w) => f.includes(w))),
);
// Below node_modules, so that packages are found from there.
const out = mkdtempSync(path.join(here, '..', 'node_modules', '.tests-'));
try {
  await build({
    entryPoints: tests.map((f) => path.join(here, f)),
    outdir: out,
    bundle: true,
    inject: [path.join(here, 'tables.ts')],
    platform: 'node',
    format: 'esm',
    target: 'node18',
    outExtension: { '.js': '.mjs' },
    sourcemap: 'inline',
    // Logic is tested here, components in a browser.
    external: ['*.svelte', 'eslint', 'svelte-eslint-parser'],
    define: { TEST_DATA: JSON.stringify(path.join(here, 'data')) },
    logLevel: 'warning',
  });
  const files = tests.map((f) => path.join(out, f.replace(/\.ts$/, '.mjs')));
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
