// SPDX-License-Identifier: MIT
// The only code that touches the socket. A request is a promise; what it asked for in binary frames
// comes with its reply. Every frame consumed is credited back. A lost connection rejects what was asked
// and is opened again with growing patience; whoever holds a run opens it anew on `connected`.
import { number, parse, string, type Json } from '../lib/json.ts';
import { FRAME_STATE, FRAME_STEPS, joined, readFrame } from './frames.ts';
import { readRefusal, Refused } from './messages.ts';

export type LinkState = 'connecting' | 'open' | 'lost';

export interface Reply {
  readonly message: Json;
  /** Concatenated payloads, or undefined when none came. */
  readonly state: Uint8Array | undefined;
  readonly steps: Uint8Array | undefined;
}

/** What answers requests: the connection, or a test's stand-in. */
export interface Requests {
  request(message: Json, ends: string): Promise<Reply>;
}

interface Pending {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
  state: Uint8Array[];
  steps: Uint8Array[];
  /** The type of message that ends the request. */
  ends: string;
}

/** Frames that the server may send beyond the four it begins with; it holds no more than sixteen. So a
 * large description waits for few round trips. */
const CREDIT = 12;
const PATIENCE = [300, 1000, 2000, 5000, 10000];
/** Proxies drop a silent connection after a minute or so. */
const PING_EVERY = 25000;

export class Connection implements Requests {
  onState: (state: LinkState) => void = () => undefined;
  /** What the server says unasked. */
  onNews: (message: Json) => void = () => undefined;
  private socket: WebSocket | undefined;
  private pending = new Map<number, Pending>();
  private nextId = 1;
  private attempts = 0;
  private closed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pinger: ReturnType<typeof setInterval> | undefined;

  constructor(readonly url: string) {}

  connect(): void {
    this.closed = false;
    this.onState('connecting');
    const socket = new WebSocket(this.url, 'vmscope.v1');
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onopen = () => {
      this.attempts = 0;
      this.send({ type: 'credit', chunks: CREDIT });
      this.onState('open');
      this.pinger = setInterval(() => this.send({ type: 'ping' }), PING_EVERY);
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      try {
        if (typeof data === 'string') this.text(data);
        else if (data instanceof ArrayBuffer) this.binary(new Uint8Array(data));
      } catch (error) {
        // A message that cannot be read leaves requests unanswered: start afresh.
        console.error('vmscope: an unreadable message', error);
        socket.close();
      }
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = undefined;
    this.drop();
    socket?.close();
  }

  /** Sends `message` with a new id; resolves at the reply of type `ends`. */
  request(message: Json, ends: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.pending.set(id, { resolve, reject, state: [], steps: [], ends });
      if (!this.send({ ...message, id })) {
        this.pending.delete(id);
        reject(new Refused('disconnected', 'There is no connection to the server.'));
      }
    });
  }

  private send(message: Json): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  private text(data: string): void {
    const message = parse(data);
    if (!message) throw new Error('a text message that is no JSON object');
    const id = number(message['id'], -1);
    const request = this.pending.get(id);
    if (!request) {
      if (id < 0) this.onNews(message);
      return;
    }
    const type = string(message['type']);
    if (type === 'error') {
      this.pending.delete(id);
      request.reject(readRefusal(message));
    } else if (type === request.ends) {
      this.pending.delete(id);
      request.resolve({
        message,
        state: request.state.length ? joined(request.state) : undefined,
        steps: request.steps.length ? joined(request.steps) : undefined,
      });
    }
  }

  private binary(bytes: Uint8Array): void {
    const frame = readFrame(bytes);
    this.send({ type: 'credit', chunks: 1 });
    const request = this.pending.get(frame.request);
    if (frame.kind === FRAME_STATE) request?.state.push(frame.payload);
    else if (frame.kind === FRAME_STEPS) request?.steps.push(frame.payload);
  }

  private drop(): void {
    clearInterval(this.pinger);
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const request of waiting) {
      request.reject(new Refused('disconnected', 'The connection to the server was lost.'));
    }
  }

  private lost(): void {
    this.socket = undefined;
    this.drop();
    if (this.closed) return;
    this.onState('lost');
    const wait = PATIENCE[Math.min(this.attempts++, PATIENCE.length - 1)];
    this.timer = setTimeout(() => this.connect(), wait);
  }
}
