// SPDX-License-Identifier: MIT
// The desk around the views: what is selected, which views are unfolded and which stands in each place.
// At first there are two panels; a view unfolds when the run first needs it, or when it is asked for, and
// then stays.
import type { Answering, FiguresAsked, Lab, Offer } from '../lab/lab.ts';
import { places, type Place, type View } from '../lab/view.ts';
import { linked, sameThing, type Position, type Step, type Thing } from '../model/index.ts';
import { views } from '../views/registry.ts';
import type { Calls, Figures, History, Note, Refused } from '../wire/messages.ts';
import type { Session } from './session.svelte.ts';
import { settings } from './settings.svelte.ts';
import { NO_FLIGHTS_ABOVE } from './speed.ts';

export interface DeskLinks {
  readonly edit: () => string;
  readonly beside: () => string | undefined;
}

export class Desk implements Lab {
  selected = $state.raw<Thing>();
  hovered = $state.raw<Thing>();
  answering = $state.raw<Answering>();
  /** Who writes lines for what is done here; nobody when the lab is only to look at. */
  writer = $state.raw<Pick<Lab, 'offers' | 'run'>>();
  /** Nothing was played or asked for yet. */
  fresh = $state(true);
  private unfolded = $state.raw<ReadonlySet<string>>(new Set());
  private chosen = $state<Partial<Record<Place, string | undefined>>>({});

  constructor(
    private readonly session: Session,
    private readonly links: DeskLinks = { edit: () => '/edit', beside: () => undefined },
  ) {}

  readonly linked = $derived.by(() => {
    const { scene } = this.session;
    if (!scene) throw new Error('nothing is linked before there is a scene');
    return linked(scene.machine, scene.version ? this.selected : undefined);
  });
  readonly flights = $derived.by(
    () => !(this.session.playing && this.session.speed > NO_FLIGHTS_ABOVE),
  );
  /** All views that this run has, in the order of their tabs. */
  readonly fitting = $derived.by((): readonly View[] => {
    const { scene, opened } = this.session;
    return scene ? views.filter((view) => view.fits(scene, opened)) : [];
  });

  get opened() {
    return this.session.opened;
  }
  get notes(): readonly Note[] {
    return this.session.opened?.notes ?? [];
  }
  get playing(): boolean {
    return this.session.playing;
  }
  /** The scenario itself asks here: what comes next would answer it. */
  readonly question = $derived.by((): Note | undefined => {
    const at = this.session.scene?.position;
    if (at?.micro !== 0 || this.session.predicting) return undefined;
    return this.notes.find((note) => note.kind === 'ask' && note.position === at.op);
  });
  get asking(): boolean {
    return this.session.predicting !== undefined || this.question !== undefined;
  }
  get editLink(): string {
    return this.links.edit();
  }
  get beside(): string | undefined {
    return this.links.beside();
  }

  select(thing: Thing | undefined): void {
    if (thing && this.answering?.kind === thing.kind) this.answering.answer(thing);
    this.selected = thing;
  }
  hover(thing: Thing | undefined): void {
    if (!sameThing(thing, this.hovered)) this.hovered = thing;
  }
  seek(to: Position): void {
    void this.session.seek(to);
  }
  peek(from: number, to: number): Promise<Step[]> {
    return this.session.peek(from, to);
  }
  calls(before: number, count: number): Promise<Calls | undefined> {
    return this.session.calls(before, count).catch(() => undefined);
  }
  figures(asked: FiguresAsked): Promise<Figures | undefined> {
    return this.session.figures(asked).catch(() => undefined);
  }
  history(of: object, before: string, count: number): Promise<History | undefined> {
    return this.session.history(of, before, count).catch(() => undefined);
  }
  after(op: number): Promise<number | undefined> {
    return this.session.after(op);
  }
  offers(thing: Thing): readonly Offer[] {
    return this.asking ? [] : (this.writer?.offers(thing) ?? []);
  }
  run(line: string): Promise<Refused | undefined> {
    return this.writer ? this.writer.run(line) : this.session.append(line);
  }

  /** To be called after every move: what this moment needs unfolds. */
  notice(): void {
    const { scene } = this.session;
    if (!scene) return;
    if (this.session.playing || scene.position.op > 0) this.fresh = false;
    const more = this.fitting.filter((v) => !this.unfolded.has(v.id) && v.needed(scene));
    if (more.length > 0)
      this.unfolded = new Set([...this.unfolded, ...more.map((view) => view.id)]);
  }

  /** Unfolded views of a place; those of them that were not yet needed are left out. */
  shown(place: Place): readonly View[] {
    const active = this.chosen[place];
    return this.fitting.filter(
      (view) =>
        view.place === place &&
        (settings.everything || this.unfolded.has(view.id) || view.id === active),
    );
  }
  /** Views of a place that only who asks for them sees. */
  hidden(place: Place): readonly View[] {
    const shown = this.shown(place);
    return this.fitting.filter((view) => view.place === place && !shown.includes(view));
  }
  /** What stands in a place now. */
  active(place: Place): View | undefined {
    const shown = this.shown(place);
    return shown.find((view) => view.id === this.chosen[place]) ?? shown[0];
  }
  placeOf(id: string): Place | undefined {
    return this.fitting.find((view) => view.id === id)?.place;
  }
  /** Brings a view to its place. */
  show(id: string): void {
    const view = this.fitting.find((one) => one.id === id);
    if (view) this.chosen[view.place] = id;
  }
  /** Back to what stood there at first. */
  leave(id: string): void {
    for (const place of places) if (this.chosen[place] === id) this.chosen[place] = undefined;
  }
}
