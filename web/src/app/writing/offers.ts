// SPDX-License-Identifier: MIT
// What can be done with what, as a table: each row is a line of the scenario language. Whether it runs the
// engine decides; a row only leaves out what this machine's language does not have.
import type { Offer, OfferAsk } from '../../lab/lab.ts';
import { hasFlag, type Thing } from '../../model/index.ts';
import { words } from '../../text/writing.ts';
import { hasSegments, isOlder } from '../../model/kinds.ts';
import {
  MachineKind,
  MapBits,
  policies,
  ProcessState,
  ProtBits,
  TaskState,
  VmaKind,
} from '../../wire/generated.ts';
import {
  alive,
  files,
  freshName,
  freshProcess,
  pageText,
  pieces,
  processName,
  sizeText,
  subject,
  targetOf,
  type Context,
  type Target,
} from './target.ts';

/** A place in a run, what is looked at there, and who does it. */
interface Sight extends Context {
  readonly target: Target;
  readonly tid: number;
  /** The subject of lines: "A", or "A.T1". */
  readonly who: string;
  /** The page, or the first page of the mapping, as the language writes it. */
  readonly x: string;
  /** What the offer is about in pages: "1 page". */
  readonly size: string;
}
type Row = (sight: Sight) => Offer | readonly Offer[] | undefined;

const { asks } = words;
const offer = (id: string, label: string, line: string, ask?: OfferAsk): Offer =>
  ask ? { id, label, line, asks: ask } : { id, label, line };
const rights: OfferAsk = { label: asks.rights, value: 'r', choices: ['r', 'rw', 'rx', 'none'] };
const pagesAsk: OfferAsk = { label: asks.pages, value: '2', choices: ['1', '2', '4', '8', '16'] };
const bytesAsk = (value: string): OfferAsk => ({ label: asks.bytes, value });

const may = ({ target }: Sight, bit: number) => ((target.vma?.prot ?? 0) & bit) !== 0;
const kindOf = ({ scene }: Context) => scene.machine.config.kind;
const entryOf = ({ scene, target }: Sight) =>
  target.vpn === undefined ? 0 : scene.machine.entry(target.pid, target.vpn);
const locked = ({ target }: Sight) => ((target.vma?.flags ?? 0) & MapBits.locked) !== 0;
const ofFile = ({ target }: Sight) =>
  target.vma?.object !== undefined && target.vma.object !== 0 && target.vma.kind === VmaKind.map;
/** More pages than this nobody wants to touch one by one. */
const few = ({ target }: Sight) =>
  target.vma !== undefined && target.vma.end - target.vma.start <= 64;
const shared = ({ target }: Sight) => ((target.vma?.flags ?? 0) & MapBits.shared) !== 0;

/** One page: what programs do with it, then what they ask of the kernel. Refused accesses are of interest, too. */
const pageRows: readonly Row[] = [
  ({ who, x }) => offer('load', words.do.load, `${who}: load(${x})`),
  ({ who, x }) => offer('store', words.do.store, `${who}: store(${x})`),
  ({ who, x }) =>
    offer('value', words.do.value, `${who}: *${x} = {}`, { label: asks.value, value: '7' }),
  (s) =>
    may(s, ProtBits.exec)
      ? offer('execute', words.do.execute, `${s.who}: exec(${s.x})`)
      : undefined,
];

/** What the kernel is asked about a page or a whole mapping. */
const kernelRows: readonly Row[] = [
  ({ who, x, size }) =>
    offer('protect', words.do.protect, `${who}: mprotect(${x}, ${size}, {})`, rights),
  ({ who, x, size }) =>
    offer('dontneed', words.do.dontneed, `${who}: madvise(${x}, ${size}, dontneed)`),
  (s) =>
    s.target.vpn !== undefined && hasFlag(entryOf(s), 'present')
      ? offer('pageout', words.do.pageout, `${s.who}: madvise(${s.x}, ${s.size}, pageout)`)
      : undefined,
  (s) =>
    locked(s)
      ? offer('munlock', words.do.munlock, `${s.who}: munlock(${s.x}, ${s.size})`)
      : offer('mlock', words.do.mlock, `${s.who}: mlock(${s.x}, ${s.size})`),
  (s) =>
    ofFile(s) && shared(s)
      ? offer('msync', words.do.msync, `${s.who}: msync(${s.x}, ${s.size}, sync)`)
      : undefined,
  ({ who, x, size }) => offer('unmap', words.do.unmap, `${who}: munmap(${x}, ${size})`),
];

const mappingRows: readonly Row[] = [
  (s) =>
    few(s) ? offer('storeAll', words.do.storeAll, `${s.who}: store(${s.x}, ${s.size})`) : undefined,
  (s) =>
    few(s) ? offer('loadAll', words.do.loadAll, `${s.who}: load(${s.x}, ${s.size})`) : undefined,
  ({ who, x }) =>
    offer('value', words.do.value, `${who}: *${x} = {}`, { label: asks.value, value: '7' }),
  ({ who, x, size, target }) =>
    target.vma?.kind === VmaKind.map
      ? offer(
          'grow',
          words.do.grow,
          `${who}: ${/^[a-z_]\w*$/i.test(x) ? `${x} = ` : ''}mremap(${x}, ${size}, {} pages, maymove)`,
          {
            label: asks.pages,
            value: String(2 * (target.vma.end - target.vma.start)),
          },
        )
      : undefined,
  ({ who, x, size, target }) =>
    target.vma?.kind === VmaKind.map && target.vma.object !== 0
      ? offer('willneed', words.do.willneed, `${who}: madvise(${x}, ${size}, willneed)`)
      : undefined,
  ...kernelRows,
];

const libc = ({ scene, target }: Sight) =>
  scene.machine.vmas(target.pid).some((v) => /libc/.test(scene.names.object(v.object)));

const processRows: readonly Row[] = [
  (s) =>
    kindOf(s) === MachineKind.paper
      ? offer('refs', words.do.refs, `${s.who}: refs {}`, { label: asks.numbers, value: '0 1W 2' })
      : undefined,
  (s) => {
    const name = freshName(s.text, ['heap', 'p', 'q', 'm']);
    return offer('map', words.do.map, `${s.who}: ${name} = mmap({} pages, rw, private)`, pagesAsk);
  },
  ({ who, text }) => offer('fork', words.do.fork, `${who}: ${freshProcess(text)} = fork()`),
  (s) =>
    files(s).map(({ path, pages }) =>
      offer(
        `file ${path}`,
        words.do.mapFile(path),
        `${s.who}: ${freshName(s.text, ['f', 'g', 'map'])} = mmap(${pages} ${pages === 1 ? 'page' : 'pages'}, rw, {}, ${path})`,
        { label: asks.rights, value: 'private', choices: ['private', 'shared'] },
      ),
    ),
  (s) => {
    const name = freshName(s.text, ['common', 'board']);
    return offer(
      'mapShared',
      words.do.mapShared,
      `${s.who}: ${name} = mmap({} pages, rw, shared)`,
      pagesAsk,
    );
  },
  (s) =>
    kindOf(s) === MachineKind.paper
      ? undefined
      : offer(
          'thread',
          words.do.thread,
          `${processName(s, s.target.pid)}: ${freshName(s.text, ['T1', 'T2', 'T3', 'T4', 'T'])} = create()`,
        ),
  (s) =>
    libc(s)
      ? offer(
          'malloc',
          words.do.malloc,
          `${s.who}: ${freshName(s.text, ['p', 'q', 'r', 's'])} = malloc({})`,
          bytesAsk('100'),
        )
      : undefined,
  (s) =>
    s.scene.machine.vmas(s.target.pid).some((v) => v.kind === VmaKind.text)
      ? offer(
          'sbrk',
          words.do.sbrk,
          `${s.who}: ${freshName(s.text, ['more', 'end'])} = sbrk({} pages)`,
          pagesAsk,
        )
      : undefined,
  ({ scene, target, who }) =>
    scene.machine
      .tasks(target.pid)
      .filter((t) => t.number > 0 && t.state !== TaskState.ended && t.detached === 0)
      .map((t) => scene.names.thread(t.tid))
      .filter((name) => !who.endsWith(`.${name}`))
      .map((name) => offer(`join ${name}`, words.do.join(name), `${who}: join(${name})`)),
  (s) =>
    s.scene.machine
      .processes()
      .filter((p) => p.state === ProcessState.zombie && p.parent === s.target.pid)
      .map((p) => processName(s, p.pid))
      .map((child) => offer(`wait ${child}`, words.do.wait(child), `${s.who}: wait(${child})`)),
  ({ scene, target, who, tid }) =>
    scene.machine.tasks(target.pid).length > 1
      ? [
          offer('yield', words.do.yield, `${who}: yield()`),
          ...(tid && (scene.machine.rows.row('task', tid)?.number ?? 0) > 0
            ? [offer('threadExit', words.do.threadExit, `${who}: thread_exit(0)`)]
            : []),
        ]
      : undefined,
  ({ who }) => offer('exit', words.do.exit, `${who}: exit(0)`),
  (s) => {
    const other = alive(s.scene.machine).find((p) => p.pid !== s.target.pid);
    const name = processName(s, s.target.pid);
    return (
      other && offer('kill', words.do.kill, `${processName(s, other.pid)}: kill(${name}, SIGKILL)`)
    );
  },
];

/** Machines without pages. */
const segmentRows: readonly Row[] = [
  (s) =>
    offer(
      'place',
      words.do.place,
      `${s.who}: ${freshName(s.text, ['code', 'heap', 'stack', 'more'])} = place({})`,
      bytesAsk('2K'),
    ),
  ({ who }) => offer('swapOut', words.do.swapOut, `${who}: swap_out()`),
  ({ who }) => offer('swapIn', words.do.swapIn, `${who}: swap_in()`),
  ({ who }) => offer('exit', words.do.exit, `${who}: exit(0)`),
];
const allocRows: readonly Row[] = [
  (s) =>
    kindOf(s) === MachineKind.slab
      ? offer(
          'cache',
          words.do.cache,
          `${s.who}: ${freshName(s.text, ['c', 'd', 'e'])} = cache({})`,
          bytesAsk('600'),
        )
      : offer(
          'alloc',
          words.do.alloc,
          `${s.who}: ${freshName(s.text, ['p', 'q', 'r', 's', 't'])} = alloc({})`,
          bytesAsk('100'),
        ),
];
function pieceOffers(s: Sight): readonly Offer[] {
  const x = s.target.piece ?? '';
  const by = pieces(s, processName(s, s.target.pid)).find((p) => p.name === x)?.by;
  const { who } = s;
  if (by === 'cache')
    return [
      offer(
        'allocObject',
        words.do.allocObject,
        `${who}: ${freshName(s.text, ['p', 'q', 'r', 's', 't'])} = alloc(${x})`,
      ),
      offer('shrink', words.do.shrink, `${who}: shrink(${x})`),
    ];
  if (by === 'alloc') return [offer('release', words.do.release, `${who}: release(${x})`)];
  return [
    offer('load', words.do.load, `${who}: load(${x})`),
    offer('store', words.do.store, `${who}: store(${x})`),
    offer('resize', words.do.resize, `${who}: resize(${x}, {})`, bytesAsk('3K')),
    offer('unload', words.do.unload, `${who}: unload(${x})`),
  ];
}

/** What is nobody's doing. */
export function machineOffers({ scene, text }: Context): readonly Offer[] {
  const { config } = scene.machine;
  const program: OfferAsk = {
    label: asks.program,
    value: 'shell',
    choices: ['shell', 'cat', 'grep', 'ls', 'bash', 'editor', 'browser'],
  };
  const fresh = freshProcess(text);
  const start = [
    offer('start', words.do.start, `${fresh} = start empty`),
    ...(isOlder(config.kind) || config.kind === MachineKind.paper
      ? []
      : [offer('startProgram', words.do.startProgram, `${fresh} = start {}`, program)]),
  ];
  const policy = policies[config.policy]?.name ?? 'lru';
  const change = isOlder(config.kind)
    ? [offer('compact', words.do.compact, 'compact')]
    : [
        offer('policy', words.do.policy, 'set policy {}', {
          label: asks.policy,
          value: policy === 'lru' ? 'clock' : 'lru',
          choices: policies.map((p) => p.name).filter((name) => name !== policy),
        }),
      ];
  const threads = scene.machine.processes().some((p) => scene.machine.tasks(p.pid).length > 1);
  return [
    ...start,
    ...change.filter((c) => c.id !== 'compact' || hasSegments(config.kind)),
    ...(threads ? [offer('tick', words.do.tick, 'tick')] : []),
    offer('note', words.do.note, 'note "{}"', { label: asks.words, value: '' }),
    offer('bookmark', words.do.bookmark, 'bookmark "{}"', { label: asks.words, value: '' }),
  ];
}

function rowsFor(context: Context, target: Target): readonly Row[] {
  const kind = kindOf(context);
  if (target.piece !== undefined) return [pieceOffers];
  if (hasSegments(kind)) return segmentRows;
  if (isOlder(kind)) return allocRows;
  if (target.vpn !== undefined) return [...pageRows, ...kernelRows];
  return target.vma ? mappingRows : processRows;
}

/** What can be done with a target by one of its threads; 0: the main thread. */
export function targetOffers(context: Context, target: Target, tid = 0): readonly Offer[] {
  const first = target.vpn ?? target.vma?.start;
  const sight: Sight = {
    ...context,
    target,
    tid,
    who: subject(context, target.pid, tid),
    x: first === undefined ? '' : pageText(context, target.vma, first),
    size: target.vpn !== undefined ? '1 page' : target.vma ? sizeText(target.vma) : '',
  };
  return rowsFor(context, target).flatMap((row) => row(sight) ?? []);
}

/** What can be done with a thing that a person points at. */
export function offersFor(context: Context, thing: Thing): readonly Offer[] {
  const target = targetOf(context, thing);
  const tid = thing.kind === 'thread' ? thing.tid : 0;
  return target ? targetOffers(context, target, tid) : [];
}

/** The line with a value in its place. */
export const lineOf = (one: Offer, value = one.asks?.value ?? ''): string =>
  one.line.replace('{}', value.replace(/["\\\n]/g, ' ').trim());
