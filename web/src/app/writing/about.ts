// SPDX-License-Identifier: MIT
// What the palette's lines are about, and the choices of it: the process, its memory, the page, who does it.
import { ownerToken, type Scene, type Thing } from '../../model/index.ts';
import { isOlder } from '../../model/kinds.ts';
import { segmentName } from '../../narration/segment.ts';
import { words } from '../../text/writing.ts';
import {
  alive,
  drivers,
  mappings,
  pageText,
  pieces,
  processName,
  targetOf,
  type Context,
  type Target,
} from './target.ts';

export interface About {
  /** None is the machine. */
  readonly target: Target | undefined;
  /** Who does it; 0 is the process's main thread. */
  readonly tid: number;
}
export interface Choice {
  readonly id: string;
  readonly text: string;
  readonly title?: string;
  /** The owner's letter, for its colours. */
  readonly own?: string;
  readonly on: boolean;
  /** What it is about when this is chosen. */
  readonly to: About;
}
export interface ChoiceRow {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly narrow?: boolean;
}

/** Mappings with more pages than this have no choice of single pages. */
const PAGES = 16;

const living = ({ scene }: Context) => (scene.version ? alive(scene.machine) : []);

/** What was pointed at, else the process of this step, else the newest. */
export function aboutAtFirst(context: Context, thing: Thing | undefined): About {
  const tid = thing?.kind === 'thread' ? thing.tid : 0;
  const found = targetOf(context, thing);
  if (found) return { target: found, tid };
  const { step, machine }: Scene = context.scene;
  const now = step && machine.pidOf(step.tid);
  const processes = living(context);
  const pid = processes.some((p) => p.pid === now) ? now : processes.at(-1)?.pid;
  return { target: pid ? { pid } : undefined, tid };
}

/** The thread that does it: one that has gone gives way to the main thread. */
export const actorOf = (context: Context, { target, tid }: About): number =>
  target && drivers(context, target.pid).some((t) => t.tid === tid) ? tid : 0;

function processRow(context: Context, { target, tid }: About): ChoiceRow {
  const choices: Choice[] = living(context).map(({ pid }) => ({
    id: String(pid),
    text: processName(context, pid),
    own: ownerToken(pid),
    on: target?.pid === pid,
    to: { target: { pid }, tid },
  }));
  choices.push({
    id: 'machine',
    text: words.machine,
    on: !target,
    to: { target: undefined, tid },
  });
  return { label: words.process, choices };
}

function memoryRow(context: Context, target: Target, tid: number): ChoiceRow | undefined {
  const { scene } = context;
  const { pid } = target;
  const older = isOlder(scene.machine.config.kind);
  const maps = older ? [] : mappings(context, pid);
  const named = older ? pieces(context, processName(context, pid)) : [];
  if (maps.length + named.length === 0) return undefined;
  const choices: Choice[] = [
    {
      id: 'all',
      text: words.everywhere,
      on: !target.vma && !target.piece,
      to: { target: { pid }, tid },
    },
    ...maps.map((vma) => ({
      id: String(vma.vma),
      text: segmentName(scene.machine, scene.names, vma),
      on: target.vma?.vma === vma.vma,
      to: { target: { pid: vma.pid, vma }, tid },
    })),
    ...named.map(({ name }) => ({
      id: name,
      text: name,
      on: target.piece === name,
      to: { target: { pid, piece: name }, tid },
    })),
  ];
  return { label: words.mapping, choices };
}

function pageRow(context: Context, { pid, vma, vpn }: Target, tid: number): ChoiceRow | undefined {
  const count = vma ? vma.end - vma.start : 0;
  if (!vma || count < 2 || count > PAGES) return undefined;
  const choices: Choice[] = [
    { id: 'whole', text: words.whole, on: vpn === undefined, to: { target: { pid, vma }, tid } },
  ];
  for (let i = 0; i < count; i++) {
    const page = vma.start + i;
    choices.push({
      id: String(page),
      text: String(i),
      title: pageText(context, vma, page),
      on: vpn === page,
      to: { target: { pid, vma, vpn: page }, tid },
    });
  }
  return { label: words.page, choices, narrow: true };
}

function actorRow(context: Context, about: About, { pid }: Target): ChoiceRow | undefined {
  const actors = drivers(context, pid);
  if (actors.length < 2) return undefined;
  const actor = actorOf(context, about);
  const choices = actors.map((t) => ({
    id: String(t.tid),
    text: t.number > 0 ? context.scene.names.thread(t.tid) : processName(context, t.pid),
    on: actor === t.tid || (actor === 0 && t.number === 0),
    to: { target: about.target, tid: t.tid },
  }));
  return { label: words.by, choices };
}

/** The rows of choices, from the whole to the part; one that has nothing to choose is left out. */
export function choiceRows(context: Context, about: About): readonly ChoiceRow[] {
  const { target, tid } = about;
  const rows = [processRow(context, about)];
  if (!target) return rows;
  const more = [
    memoryRow(context, target, tid),
    pageRow(context, target, tid),
    actorRow(context, about, target),
  ];
  return [...rows, ...more.filter((row) => row !== undefined)];
}
