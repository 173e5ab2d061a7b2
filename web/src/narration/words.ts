// SPDX-License-Identifier: MIT
// A field's value as a person reads it, by its type. One switch over the shapes of the tables; a type
// that is not named here is written as its number.
import {
  MachineKind,
  ops,
  policies,
  types,
  VmaKind,
  type FieldDesc,
  type PolicyDesc,
  type TypeName,
} from '../wire/generated.ts';
import { bytesText, countText, hex, type Machine, type Names } from '../model/index.ts';
import { mark } from '../text/texts.ts';

/** A sentence's pieces: words, a process's badge, or a number in monospace. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'owner'; readonly pid: number; readonly text: string }
  | { readonly kind: 'code'; readonly text: string };

export interface Reader {
  readonly machine: Machine;
  readonly names: Names;
}

/** A next use at or past this is never. */
const NEVER = 2 ** 32;

const text = (words: string): Part => ({ kind: 'text', text: words });
/** Words of the tables or of this file, which a language may have others for. */
const said = (words: string): Part => text(mark(words));
const code = (words: string): Part => ({ kind: 'code', text: words });

/** On paper people count pages and frames in decimal. */
const onPaper = (machine: Machine) => machine.config.kind === MachineKind.paper;
export const numberOf = (machine: Machine, value: number): string =>
  onPaper(machine) ? countText(value) : hex(value);

function thread({ machine, names }: Reader, tid: number): Part {
  const pid = machine.pidOf(tid) || tid;
  return { kind: 'owner', pid, text: names.runner(pid, tid) };
}

function mapping({ machine, names }: Reader, id: number): string {
  const row = machine.rows.row('vma', id);
  if (!row) return `mapping ${id}`;
  return names.name(row.name) || names.object(row.object) || kindWords('vma_kind', row.kind);
}

const kindWords = (type: TypeName, value: number): string => {
  const words: readonly string[] = types[type].words;
  return words[value] ?? String(value);
};

export const vmaWords = (kind: number): string => kindWords('vma_kind', kind || VmaKind.map);

/** "rw-", with a letter or dash for each bit. */
export function rightsText(prot: number): string {
  return types.prot_bits.words.map((w, i) => ((prot >> i) & 1 ? w : '-')).join('');
}

function flagsText(type: TypeName, value: number): string {
  const bits: readonly string[] = types[`${types[type].written}_bits` as TypeName].words;
  return bits.filter((_, i) => (value >> i) & 1).join(', ') || 'none';
}

/** Eight bytes as characters, the lowest first; what cannot be printed is a dot. */
function textOf(word: bigint): string {
  let shown = '';
  for (let rest = word; rest > 0n; rest >>= 8n) {
    const byte = Number(rest & 0xffn);
    if (byte)
      shown += byte === 10 ? '⏎' : byte < 32 || byte > 126 ? '·' : String.fromCharCode(byte);
  }
  return shown;
}

/** One value in words. */
export function valuePart(reader: Reader, type: TypeName, value: number | bigint): Part {
  const n = Number(value);
  const { machine, names } = reader;
  switch (type) {
    case 'pid':
      return n === 0 ? said('nobody') : { kind: 'owner', pid: n, text: names.letter(n) };
    case 'tid':
      return n === 0 ? said('nobody') : thread(reader, n);
    case 'va':
    case 'pa':
    case 'pte':
      return code(hex(value));
    case 'vpn':
    case 'slot':
      return code(numberOf(machine, n));
    case 'frame':
      return code(onPaper(machine) ? countText(n) : names.frame(n));
    case 'cpu':
      return said(`CPU ${n}`);
    case 'cpu_opt':
      return said(n === 0 ? 'none' : `CPU ${n - 1}`);
    case 'lock': {
      const lock = machine.rows.row('lock', n);
      return code(names.name(lock?.name ?? 0) || hex(lock?.va ?? 0));
    }
    case 'frame_opt':
    case 'slot_opt':
      return n === 0 ? said('none') : code(numberOf(machine, n - 1));
    case 'name':
      return code(names.name(n));
    case 'object':
      return said(names.object(n) || `object ${n}`);
    case 'vma':
      return said(mapping(reader, n));
    case 'op':
      return code(ops[n]?.name ?? String(n));
    case 'policy':
      return text(policies[n]?.title ?? String(n));
    case 'bytes':
      return text(bytesText(n));
    case 'bool':
      return said(n ? 'yes' : 'no');
    case 'prot':
      return code(rightsText(n));
    case 'u64':
      return code(value.toString());
    case 'text':
      return code(textOf(BigInt(value)));
    default:
      if (types[type].shape === 'enum') return said(kindWords(type, n));
      if (types[type].shape === 'flags') return said(flagsText(type, n));
      return text(countText(n));
  }
}

/** What a policy went by when it looked at a page: "reference bit 1". */
export function seenText(policy: PolicyDesc | undefined, value: number): string {
  if (!policy?.seen) return countText(value);
  const placed = policy.regions.find((r) => r.title === policy.seen);
  const never = placed?.look === 'next_use' && value >= NEVER;
  return `${policy.seen} ${never ? 'never' : countText(value)}`;
}

/** A sentence of the tables with its fields filled in. */
export function fill(
  reader: Reader,
  sentence: string,
  fields: readonly FieldDesc[],
  values: Readonly<Record<string, number | bigint>>,
): Part[] {
  const parts: Part[] = [];
  const add = (part: Part) => {
    const last = parts.at(-1);
    if (part.kind === 'text' && last?.kind === 'text')
      parts[parts.length - 1] = text(last.text + part.text);
    else if (part.text) parts.push(part);
  };
  sentence.split(/\{(\w+)\}/).forEach((piece, i, pieces) => {
    const field = i % 2 ? fields.find((f) => f.name === piece) : undefined;
    const value = field ? (values[field.name] ?? 0) : 0;
    // "{bytes} bytes" is a count; elsewhere a size has its unit.
    const counted = field?.type === 'bytes' && pieces[i + 1]?.startsWith(' bytes');
    if (counted) add(text(countText(Number(value))));
    else if (field?.type === 'seen')
      add(said(seenText(policies[Number(values['policy'])], Number(value))));
    else add(field ? valuePart(reader, field.type, value) : said(piece));
  });
  return parts;
}

export const plain = (parts: readonly Part[]): string => parts.map((p) => p.text).join('');
