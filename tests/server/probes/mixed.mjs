#!/usr/bin/env node
// Everything at once, and a SIGTERM in the middle of it: readers, writers, runs, analyses, uploads that are cut, labs and rooms
// that are left without a word, simulations that are killed. For the thread sanitizer, which sees only the meetings of threads
// that happen.
//   node mixed.mjs http://127.0.0.1:PORT --pid PID [--secs 10] [--clients 3]     clients: of each kind
// Until the SIGTERM every request must be answered, and with what it may be; after it the server may only close or refuse.
import { readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { args, base, WS, frame, Results, sleep } from './_lib.mjs';
const { pos, o } = args();
const t = base(pos[0]);
const R = new Results('mixed', pos[0]);
const pid = +o.pid;
const many = +(o.clients || 3);
const until = Date.now() + +(o.secs || 10) * 1000;
const url = `http://${t.hostHeader}`;
const api = `${url}/api/v1`;
const text = "vmscope 1\nA = start empty\nA: p = mmap(4 pages, rw, private)\nrepeat 50 { A: *p = 1 }\nA: B = fork()\nB: *p = 2\n";
let stopping = false;
const count = {};

/** One request; its answer, read to the end. Null: the server stops. */
async function ask(kind, path, init = {}, may = [200, 201, 202, 204, 500]) {
  count[kind] = (count[kind] ?? 0) + 1;
  try {
    const answer = await fetch(path.startsWith('/') ? url + path : `${api}/${path}`, { ...init, signal: AbortSignal.timeout(60000) });
    const body = await answer.text();
    if (!stopping) R.ok(`${kind} ${path.split('?')[0]}`, may.includes(answer.status), `${answer.status} ${body}`);
    return { status: answer.status, body, json: () => JSON.parse(body), headers: answer.headers };
  } catch (error) {
    if (!stopping) R.ok(`${kind} ${path}`, false, `no answer: ${error.cause ?? error}`);
    return stopping ? null : { status: 0, body: '', json: () => ({}), headers: new Headers() };
  }
}
const post = (body, more = {}) => ({ method: 'POST', headers: { 'Content-Type': 'application/json', ...more }, body: JSON.stringify(body) });
const pick = (list) => list[Math.floor(Math.random() * list.length)];

async function read() {
  const answer = await ask('read', pick(['scenarios?limit=100', 'scenarios/lib-fork-copy-on-write', 'runs?limit=5', 'traces', '/metrics', '/readyz', '/', 'scenarios?q=fork']));
  return answer;
}

async function write(i) {
  const made = await ask('write', 'scenarios', post({ title: `m${i}`, text }, Math.random() < 0.3 ? { 'Idempotency-Key': `mixed-key-${i % 7}` } : {}), [201, 409]);
  if (made?.status !== 201) return made;
  const { id, edit_token } = made.json();
  const own = { Authorization: `Bearer ${edit_token}` };
  await ask('write', `scenarios/${id}`, { ...post({ text: `${text}# ${i}\n` }, own), method: 'PUT' }, [200, 404]);
  await ask('write', `scenarios/${id}`, {}, [200, 404]);
  return Math.random() < 0.5 ? ask('write', `scenarios/${id}`, { method: 'DELETE', headers: own }, [204, 404]) : made;
}

async function run() {
  const made = await ask('run', 'runs', post(Math.random() < 0.5 ? { text } : { scenario: 'lib-fork-copy-on-write', set: { frames: 32 } }));
  if (made?.status !== 201) return made;
  const { id } = made.json();
  await Promise.all([ask('run', `runs/${id}/events?from=0&to=4`), ask('run', `runs/${id}/state?at=3`), ask('run', `runs/${id}/lanes?buckets=20`)]);
  return ask('run', 'check', post({ text }));
}

async function analyse() {
  const pages = Array.from({ length: 14000 }, () => Math.floor(Math.random() * 300)).join(' ');
  const made = await ask('analyse', 'analyses/sweep', post({ text: pages, policies: ['fifo', 'lru', 'clock', 'opt'], frames: [4, 8, 16, 32, 64] }), [200, 202, 500, 503]);
  if (made?.status !== 202) return made;
  const id = made.json().id;
  await ask('analyse', `jobs/${id}`, {}, [200]);
  return ask('analyse', `jobs/${id}`, { method: 'DELETE' });
}

/** A trace; every other one is cut off in the middle of its body. */
async function upload(i) {
  const trace = Array.from({ length: 30000 }, () => Math.floor(Math.random() * 1000)).join('\n');
  if (i % 2 === 0) {
    return ask('upload', 'traces?format=pages&title=mixed', { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: `${trace}\n` });
  }
  const socket = connect(t.port, t.host);
  socket.on('error', () => {});
  socket.write(`POST /api/v1/traces?format=pages HTTP/1.1\r\nHost: ${t.hostHeader}\r\nContent-Type: application/octet-stream\r\nContent-Length: ${trace.length}\r\n\r\n`);
  socket.write(trace.slice(0, Math.random() * trace.length));
  await sleep(Math.random() * 50);
  socket.destroy();
  return stopping ? null : {};
}

const socket = () => WS.open(t, { path: '/api/v1/ws', origin: url, protocol: 'vmscope.v1', timeout: 60000 });
const say = (w, message) => w.send(frame({ payload: JSON.stringify(message) }));
const said = (w, type, ms = 60000) =>
  w.wait((e) => e.t === 'msg' && e.op === 1 && new RegExp(`"type":"(${type}|error)"`).test(e.p.toString()), ms);
/** Hangs up: with a close frame, or without a word. */
function leave(w, kind, good) {
  count[kind] = (count[kind] ?? 0) + 1;
  if (!stopping) R.ok(kind, good, `status ${w.status}`);
  if (Math.random() < 0.3) w.send(frame({ op: 8, payload: Buffer.from([3, 232]) }));
  w.end();
  return stopping ? null : {};
}

async function lab() {
  const w = await socket();
  if (w.status !== 101) return leave(w, 'lab', false);
  say(w, { type: 'open', id: 1, ...(Math.random() < 0.5 ? { text } : { scenario: 'lib-fork-copy-on-write' }), predict: Math.random() < 0.5 });
  if (Math.random() < 0.2) return leave(w, 'lab', true); // while it is being opened
  const opened = await said(w, 'opened');
  say(w, { type: 'credit', id: 2, chunks: 12 });
  say(w, { type: 'read', id: 3, from: 0, to: 5, describe: true });
  say(w, { type: 'seek', id: 4, to: '3' });
  say(w, { type: 'step', id: 5, by: 1, unit: 'micro' });
  say(w, { type: 'predict', id: 6, on: true });
  say(w, { type: 'answer', id: 7, value: 1 });
  say(w, { type: 'play', id: 8, rate: 50, unit: 'operation' });
  await sleep(Math.random() * 200);
  return leave(w, 'lab', opened !== null);
}

async function room() {
  const made = await ask('room', 'classrooms', post({ scenario: 'lib-fork-copy-on-write' }), [201, 503]);
  if (made?.status !== 201) return made;
  const { code, host_token } = made.json();
  const all = await Promise.all([socket(), socket(), socket(), socket()]);
  const joins = all.map((w, i) => {
    say(w, i === 0 ? { type: 'join', id: 1, room: code, role: 'host', token: host_token } : { type: 'join', id: 1, room: code, role: i === 1 ? 'screen' : 'member' });
    return said(w, 'joined');
  });
  const joined = await Promise.all(joins);
  for (let i = 0; i < 30; i++) {
    say(all[0], { type: 'point', id: 10 + i, position: String(i % 5), selection: 'frame 3', playing: false });
    if (i === 10) say(all[0], { type: 'show', id: 5, text });
    if (i === 15) leave(all[2], 'follow', joined[2] !== null);
    if (i % 10 === 0) await ask('room', `classrooms/${code}`);
    await sleep(5);
  }
  if (Math.random() < 0.5) say(all[0], { type: 'end', id: 99 });
  leave(all[1], 'follow', joined[1] !== null);
  leave(all[3], 'follow', joined[3] !== null);
  return leave(all[0], 'host', joined[0] !== null);
}

/** A simulation dies now and then; who had one there is told (500), another one starts. */
async function kill() {
  await sleep(1500);
  const workers = readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean));
  if (stopping) return null;
  count.kill = (count.kill ?? 0) + 1;
  process.kill(+pick(workers), 'SIGKILL');
  return {};
}

async function again(kind, n) {
  for (let i = n; ; i += many) if ((await kind(i)) === null) return;
}
const all = [];
for (const kind of [read, read, write, run, analyse, upload, lab, lab, room]) {
  for (let n = 0; n < many; n++) all.push(again(kind, n));
}
all.push(again(kill, 0));
await sleep(until - Date.now());
stopping = true;
process.kill(pid, 'SIGTERM');
const ended = await Promise.race([Promise.all(all).then(() => true), sleep(45000)]);
R.ok('all-hear-of-the-stop', ended === true, 'who asked after the SIGTERM was neither answered nor hung up on');
R.set('count', count);
R.done();
