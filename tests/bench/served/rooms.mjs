// SPDX-License-Identifier: MIT
// Rooms: how long until the last of so many followers has a step, against a loop that does nothing but send the
// same bytes; and what a connected follower costs the server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root, startServer } from '../../e2e/support.mjs';
import { ROUNDS, atMost, median, percentile } from './rows.mjs';

const STEPS = 20;
const FOLLOW = path.join(root, 'build/release/tests/http_follow');
/** Of performance.md: 300 on loopback; 2,000 and 5,000 with one loop. In milliseconds. */
const SIZES = [
  [300, 75],
  [2000, 40],
  [5000, 125],
];

const residentOf = (pid) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** Runs the tool; `ready` is called when all are there. The milliseconds of each step. */
async function follow(given, ready = () => undefined) {
  const child = spawn(FOLLOW, given.map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let answer;
  for await (const line of createInterface(child.stdout)) {
    if (line === 'ready') {
      await ready();
      child.stdin.write('\n');
    } else answer = JSON.parse(line);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`http_follow ended with ${code}`);
  return answer;
}

async function openRoom(url) {
  const answer = await fetch(`${url}/api/v1/classrooms`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ text: 'vmscope 1\n' }),
  });
  if (answer.status !== 201) throw new Error(`no room: ${answer.status}`);
  return answer.json();
}

/** On a server that has had no followers before: what they free is used again. */
async function memory() {
  const server = await startServer(['--room-members', '6000']);
  const followers = SIZES.at(-1)[0];
  try {
    const { code, host_token: token } = await openRoom(server.url);
    const before = residentOf(server.pid);
    let after = before;
    await follow([new URL(server.url).port, followers, 1, code, token], async () => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      after = residentOf(server.pid);
    });
    atMost('a connected follower', 'KiB', (after - before) / followers, 'limit', 12);
  } finally {
    await server.stop();
  }
}

export async function rooms() {
  await memory();
  const server = await startServer(['--room-members', '6000']);
  try {
    for (const [followers, limit] of SIZES) {
      const [ours, floor] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        const { code, host_token: token } = await openRoom(server.url);
        ours.push(...(await follow([new URL(server.url).port, followers, STEPS, code, token])));
        floor.push(...(await follow(['floor', followers, STEPS])));
      }
      const name = `${followers} followers, last one`;
      atMost(`${name}, median`, 'ms', median(ours), 'loop that only sends', median(floor));
      atMost(`${name}, 99 of 100`, 'ms', percentile(ours, 0.99), 'limit', limit);
      atMost(
        `${name}, 99 of 100`,
        'ms',
        percentile(ours, 0.99),
        'loop that only sends',
        percentile(floor, 0.99),
      );
    }
  } finally {
    await server.stop();
  }
}
