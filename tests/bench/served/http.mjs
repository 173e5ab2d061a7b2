// SPDX-License-Identifier: MIT
// The web server against nginx with one worker, or where that is not installed against http_floor, an
// epoll loop that parses nothing: a REST answer of 1 KiB, a file of 100 KiB. Then durable saves.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { root, startServer } from '../../e2e/support.mjs';
import { ROUNDS, atMost, median, rate } from './rows.mjs';

const SECONDS = 2;
const CONNECTIONS = 16;
const WRITERS = 8;
const SAVED = 20000;
const tool = (name) => path.join(root, 'build/release/tests', name);
const portOf = (url) => Number(new URL(url).port);

/** A text of a scenario of about `size` bytes that is right. */
function scenario(size) {
  const head = 'vmscope 1\ntitle "Saved"\nmachine paper { frames 4 }\nA = start empty\n';
  const line = 'A: heap = mmap(1 page, rw, private)\n# kept as it was written, to the last byte\n';
  let text = head + line;
  while (text.length < size) text += '# kept as it was written, to the last byte\n';
  return text.slice(0, text.lastIndexOf('\n', size) + 1);
}

function load(port, connections, request) {
  const given = [String(port), String(connections), String(SECONDS), request];
  const answer = JSON.parse(execFileSync(tool('http_load'), given, { encoding: 'utf8' }));
  if (answer.bad > 0) throw new Error(`${answer.bad} of ${answer.answers} answers were refusals`);
  return answer;
}

/** CPU seconds of a process, so far. */
function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function onPath(program) {
  try {
    return execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

async function firstLine(child) {
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes('\n')) break;
  }
  return said.trim();
}

/** nginx with one worker on a file, or the floor. */
async function peer(directory, file) {
  const nginx = onPath('nginx');
  if (!nginx) {
    const child = spawn(tool('http_floor'), [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = Number(await firstLine(child));
    return { name: 'epoll loop, parses nothing', port, pid: child.pid, path: '/', child };
  }
  const port = 20000 + (process.pid % 20000);
  const conf = path.join(directory, 'nginx.conf');
  writeFileSync(
    conf,
    `daemon off; master_process off; worker_processes 1; pid ${directory}/nginx.pid;
error_log stderr; events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000000;
  server { listen 127.0.0.1:${port}; root ${path.dirname(file)}; } }\n`,
  );
  const child = spawn(nginx, ['-c', conf, '-p', directory], { stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const name = 'nginx, one worker';
  return { name, port, pid: child.pid, path: `/${path.basename(file)}`, child };
}

async function compare(directory, what, ours, file) {
  const theirs = await peer(directory, file);
  const request = (port, target) => {
    const to = path.join(directory, `request-${port}`);
    writeFileSync(to, `GET ${target} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
    return to;
  };
  const sides = [ours, theirs].map((side) => ({
    ...side,
    request: request(side.port, side.path),
    rates: [],
    costs: [],
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of sides) {
      const before = cpuOf(side.pid);
      const { answers, seconds } = load(side.port, CONNECTIONS, side.request);
      side.rates.push(answers / seconds / 1000);
      side.costs.push(((cpuOf(side.pid) - before) / answers) * 1e6);
    }
  }
  theirs.child.kill();
  await once(theirs.child, 'exit');
  const [we, they] = sides;
  rate(`${what}`, 'k req/s', median(we.rates), theirs.name, median(they.rates));
  atMost(`${what}, CPU`, 'us', median(we.costs), theirs.name, median(they.costs));
}

/** The disk itself: one writer that appends and waits for the disk each time. */
function syncsASecond(directory) {
  const file = openSync(path.join(directory, 'synced'), 'w');
  const bytes = Buffer.alloc(SAVED, 'x');
  const start = performance.now();
  let n = 0;
  for (; performance.now() - start < SECONDS * 1000; n++) {
    writeSync(file, bytes);
    fdatasyncSync(file);
  }
  closeSync(file);
  return n / SECONDS;
}

function saves(directory, server) {
  const body = JSON.stringify({ text: scenario(SAVED) });
  const request = path.join(directory, 'save');
  const port = portOf(server.url);
  writeFileSync(
    request,
    `POST /api/v1/scenarios HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const ours = [];
  const disk = [];
  const worst = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { answers, seconds, p99 } = load(port, WRITERS, request);
    ours.push(answers / seconds);
    worst.push(p99 / 1000);
    disk.push(syncsASecond(directory));
  }
  const one = 'one writer, append and fdatasync';
  rate(`durable saves of 20 KB, ${WRITERS} writers`, '/s', median(ours), one, median(disk));
  atMost('durable saves, p99', 'ms', median(worst), 'goal', 50);
}

export async function http(directory) {
  const web = path.join(directory, 'web');
  cpSync(path.join(root, 'web/dist'), web, { recursive: true });
  mkdirSync(path.join(web, 'assets'), { recursive: true });
  const hundred = path.join(web, 'assets', 'hundred.txt');
  writeFileSync(hundred, 'a line of a file of 100 KiB\n'.repeat(3658).slice(0, 102400));
  const server = await startServer(['--web', web]);
  try {
    const made = await fetch(`${server.url}/api/v1/scenarios`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: scenario(700) }),
    });
    const { id } = await made.json();
    const target = `/api/v1/scenarios/${id}`;
    const answer = await (await fetch(server.url + target)).text();
    const json = path.join(directory, 'answer.json');
    writeFileSync(json, answer);
    const ours = { port: portOf(server.url), pid: server.pid };
    const size = `${(Buffer.byteLength(answer) / 1024).toFixed(1)} KiB`;
    await compare(directory, `REST answer of ${size}`, { ...ours, path: target }, json);
    const asset = { ...ours, path: '/assets/hundred.txt' };
    await compare(directory, 'file of 100 KiB', asset, hundred);
    saves(directory, server);
  } finally {
    await server.stop();
    rmSync(web, { recursive: true });
  }
}
