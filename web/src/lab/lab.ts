// SPDX-License-Identifier: MIT
// What a view may know of the desk around it: the selection that all views share, and what it may ask
// for. The shell makes it; its properties are reactive.
import type { Linked, Position, Step, Thing } from '../model/index.ts';
import type { Calls, Figures, History, Note, Opened, Refused } from '../wire/messages.ts';

/** A value that an offer asks for first. */
export interface OfferAsk {
  readonly label: string;
  /** What stands in the field at first. */
  readonly value: string;
  readonly choices?: readonly string[];
}
/** Something that can be done with a thing: a line of the scenario language under a name. With `asks`
 *  the value stands where the line has {}. */
export interface Offer {
  readonly id: string;
  readonly label: string;
  readonly line: string;
  readonly asks?: OfferAsk;
}

/** Words of enum counter, or of the protocol's `series`; `pids` [0] is the whole machine. */
export interface FiguresAsked {
  readonly of: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly buckets: number;
  readonly pids?: readonly number[];
}

/** A question that is open: things of this kind are its possible answers. */
export interface Answering {
  readonly kind: Thing['kind'];
  /** Things that are marked as possible answers. */
  readonly may: (thing: Thing) => boolean;
  readonly answer: (thing: Thing) => void;
}

export interface Lab {
  readonly selected: Thing | undefined;
  /** What belongs to the selected thing at this moment; empty sets when nothing is selected. */
  readonly linked: Linked;
  readonly hovered: Thing | undefined;
  /** False above 4×, and when less motion is wished for: then only colours change. */
  readonly flights: boolean;
  readonly opened: Opened | undefined;
  readonly notes: readonly Note[];
  readonly playing: boolean;
  /** A question is open: nothing of what comes may be seen. */
  readonly asking: boolean;
  readonly answering: Answering | undefined;
  /** Where the text can be changed. */
  readonly editLink: string;
  /** This run beside another, for a link; undefined when there is none. */
  readonly beside: string | undefined;
  select(thing: Thing | undefined): void;
  hover(thing: Thing | undefined): void;
  seek(to: Position): void;
  /** The events of operations (from, to], without going there; fewer when they are many. */
  peek(from: number, to: number): Promise<Step[]>;
  /** The next operation after `op` in which something happens. */
  after(op: number): Promise<number | undefined>;
  /** Figures along the run, for charts and columns. Undefined when they cannot be had. */
  figures(asked: FiguresAsked): Promise<Figures | undefined>;
  /** System calls of the operations up to `before`, newest first. Undefined when they cannot be had. */
  calls(before: number, count: number): Promise<Calls | undefined>;
  /** What changed a thing, newest first, from `before` back; `of` as the protocol names it. Undefined when it
   *  cannot be had. */
  history(of: object, before: string, count: number): Promise<History | undefined>;
  /** What can be done with a thing now; empty when this lab is only to look at. */
  offers(thing: Thing): readonly Offer[];
  /** Runs one more line here. Undefined when it ran, else why not. */
  run(line: string): Promise<Refused | undefined>;
}
