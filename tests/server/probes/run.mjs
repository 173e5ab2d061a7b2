// SPDX-License-Identifier: MIT
// Starts a vmscope on a free port with data of its own, lets one probe at it, and cleans up.
//   node run.mjs PROGRAM headers|abuse|abuse-full|traces|ws|mixed|crash|power-loss|disk-full
// The exit code is the probe's: 0 nothing failed, 1 something did, 2 it could not be run.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const here = path.dirname(new URL(import.meta.url).pathname);
const [program, which] = process.argv.slice(2);
const scenarios = '/api/v1/scenarios';
const body = '{"text":"vmscope 1\\n# {token}\\n"}';

/** A port that was free a moment ago. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Probes of a server that runs already: the script and its arguments. */
const running = {
  headers: (pid) => ['headers-origin.mjs', '--pages', '/,/lab,/edit', '--api', scenarios, '--post', scenarios,
    '--body', body, '--ws', '/api/v1/ws', '--no-origin-ok'],
  abuse: (pid) => [...running['abuse-full'](pid), '--skip', 'slow,flood'],
  'abuse-full': (pid) => ['http-abuse.mjs', '--json-post', scenarios, '--valid-body', '{"text":"vmscope 1\\n"}',
    '--max-body', '262144', '--static', '/assets/', '--rss-growth', '256', '--pid', String(pid)],
  traces: (pid) => ['bad-traces.mjs', '--pid', String(pid), '--rss-growth', '256'],
  mixed: (pid) => ['mixed.mjs', '--pid', String(pid)],
  ws: (pid) => ['ws-conformance.mjs', '--pid', String(pid), '--rss-growth', '256'],
};

/** Probes that start and kill the server themselves. */
const starting = {
  crash: (dir) => ['crash-loop.mjs', ...crash(dir)],
  'power-loss': (dir) => ['crash-loop.mjs', ...crash(dir), '--power-loss', dir],
  'disk-full': () => ['disk-full.mjs', '--write', `POST ${scenarios}`, '--body', '{"title":"{token}","text":"{pad}"}',
    '--read', `GET ${scenarios}?limit=1000&library=false`, '--db', 'vmscope.db', '--pad', '60000'],
};
const crash = (dir) => ['--write', `POST ${scenarios}`, '--body', body, '--read', `GET ${scenarios}/{id}`,
  '--db', `${dir}/vmscope.db`, '--k', '4', '--up-ms', '15000', '--min-ms', '400'];

/* The power-loss shim is preloaded, before a sanitizer that would come first. */
process.env.ASAN_OPTIONS = `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`;

function probe([script, ...args], url) {
  const ran = spawnSync(process.execPath, [path.join(here, script), url, ...args], { encoding: 'utf8', timeout: 240000 });
  process.stdout.write(ran.stdout ?? '');
  process.stderr.write(ran.stderr ?? '');
  return ran.status ?? 2;
}

async function ready(url) {
  for (let i = 0; i < 300; i++) {
    try {
      if ((await fetch(`${url}/healthz`)).ok) return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return false;
}

const dir = mkdtempSync(path.join(tmpdir(), 'vmscope-probe-'));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const listen = ['serve', '--listen', `127.0.0.1:${port}`, '--min-free', '1', '--data'];
let code = 2;
try {
  if (running[which]) {
    const server = spawn(program, [...listen, dir], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = new Promise((resolve) => server.once('exit', (status) => resolve(status ?? 1)));
    if (await ready(url)) {
      const target = which === 'ws' ? `${url}/api/v1/ws` : url;
      code = probe(running[which](server.pid), target);
    }
    server.kill('SIGTERM');
    const status = await ended; // a sanitizer's finding makes this one fail
    if (status !== 0) {
      console.error(`vmscope ended with ${status}`);
      code ||= 1;
    }
  } else if (starting[which]) {
    const data = which === 'disk-full' ? '{dir}' : dir;
    code = probe([...starting[which](dir), '--start', [program, ...listen, data].join(' ')], url);
  } else {
    console.error('which probe? See the head of the file.');
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exit(code);
