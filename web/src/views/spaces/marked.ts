// SPDX-License-Identifier: MIT
// Which pages carry a ring at this moment: at most two in amber, quiet ones for the other pages of the
// same frames and for those that belong to what is selected or pointed at. Pure.
import { frameOf, type PageRef, type Scene } from '../../model/index.ts';
import type { VmaRow } from '../../wire/generated.ts';

export interface Marked extends PageRef {
  readonly quiet: boolean;
  /** The line of the translation starts here. */
  readonly anchor?: string | undefined;
}

const QUIET_MOST = 48;

export function markedPages(scene: Scene, linked: readonly PageRef[] = []): Marked[] {
  const { machine, focus, touched } = scene;
  const amber: readonly PageRef[] =
    touched.pages.length > 0 ? touched.pages.slice(0, 2) : focus && scene.now ? [focus] : [];
  const list: Marked[] = amber.map(({ pid, vpn }) => ({
    pid,
    vpn,
    quiet: false,
    anchor: focus?.pid === pid && focus.vpn === vpn ? 'page' : undefined,
  }));
  const add = ({ pid, vpn }: PageRef) => {
    if (list.length >= QUIET_MOST || list.some((m) => m.pid === pid && m.vpn === vpn)) return;
    list.push({ pid, vpn, quiet: true });
  };
  linked.forEach(add);
  for (const page of amber) {
    const frame = frameOf(machine.entry(page.pid, page.vpn));
    if (frame !== undefined) machine.mappersOf(frame).forEach(add);
  }
  return list;
}

/** The page of a mapping that zooming into it aims at: this step's, else the middle one. */
export function targetIn(vma: VmaRow, marked: readonly Marked[]): PageRef {
  const { pid, start, end } = vma;
  const now = marked.find((m) => !m.quiet && m.pid === pid && m.vpn >= start && m.vpn < end);
  return { pid, vpn: now?.vpn ?? Math.floor((start + end) / 2) };
}
