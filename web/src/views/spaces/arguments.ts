// SPDX-License-Identifier: MIT
// What execve wrote on the new stack: argc, the vectors argv and envp, and above them the strings that they
// point to. The process's control block knows where the vectors begin; the words are read as they stand. Pure.
import { frameOf, type Machine, type Scene } from '../../model/index.ts';
import { Store } from '../../wire/generated.ts';
import { words } from '../../text/spaces.ts';

export interface Written {
  readonly va: bigint;
  readonly bytes: number;
  readonly text: string;
  /** Of a string, in quotes; of a word nothing: it is shown as what it is. */
  readonly value: string;
  readonly string: boolean;
}

const WORD = 8n;
/** More are not named one by one. */
const MOST = 64;

/** The words of the page of an address and of the one above it, by address. */
function wordsAround(machine: Machine, pid: number, va: bigint): Map<bigint, bigint> {
  const shift = BigInt(machine.config.pageShift);
  const first = Number(va >> shift);
  const bases = new Map<number, bigint>();
  for (const vpn of [first, first + 1]) {
    const frame = frameOf(machine.entry(pid, vpn));
    if (frame !== undefined) bases.set(frame, BigInt(vpn) << shift);
  }
  const found = new Map<bigint, bigint>();
  for (const row of machine.rows.tables.mem.values()) {
    const base = row.store === Store.frame ? bases.get(row.id) : undefined;
    if (base !== undefined) found.set(base + BigInt(row.offset), row.value);
  }
  return found;
}

/** The bytes from an address up to the next zero; undefined where no word stands. */
function stringAt(held: ReadonlyMap<bigint, bigint>, va: bigint): string | undefined {
  const bytes: number[] = [];
  for (let at = va; bytes.length < 4096; at++) {
    const word = held.get(at - (at % WORD));
    if (word === undefined) return bytes.length > 0 ? decode(bytes) : undefined;
    const byte = Number((word >> (8n * (at % WORD))) & 0xffn);
    if (byte === 0) return decode(bytes);
    bytes.push(byte);
  }
  return undefined;
}
const decode = (bytes: number[]) => new TextDecoder().decode(Uint8Array.from(bytes));

export function argumentsOf({ machine }: Scene, pid: number): Written[] {
  const process = machine.rows.row('process', pid);
  const [argv, envp] = [process?.arg_start ?? 0n, process?.env_start ?? 0n];
  if (argv === 0n || envp < argv) return [];
  const held = wordsAround(machine, pid, argv);
  const list: Written[] = [];
  const word = (va: bigint, text: string) =>
    list.push({ va, bytes: Number(WORD), text, value: '', string: false });
  const string = (va: bigint, text: string) => {
    const value = stringAt(held, va);
    if (value === undefined) return;
    const bytes = new TextEncoder().encode(value).length + 1;
    list.push({ va, bytes, text, value: `"${value}"`, string: true });
  };
  const vector = (name: string, from: bigint) => {
    let at = from;
    for (let i = 0; i < MOST; i++, at += WORD) {
      const pointer = held.get(at) ?? 0n;
      if (pointer === 0n) break;
      word(at, words.vector(name, i));
      string(pointer, words.stringOf(name, i));
    }
    word(at, words.vectorEnd(name));
  };
  word(argv - WORD, words.argc);
  vector('argv', argv);
  vector('envp', envp);
  return list;
}
