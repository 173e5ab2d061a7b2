// SPDX-License-Identifier: MIT
// Which pages carry a ring at this moment: at most two in amber, quiet ones for the other pages of the
// same frames and for the selected page. Pure.
import { frameOf, type PageRef, type Scene } from '../../model/index.ts';

export interface Marked extends PageRef {
  readonly quiet: boolean;
  /** The line of the translation starts here. */
  readonly anchor?: string | undefined;
}

const QUIET_MOST = 12;

export function markedPages(scene: Scene, selected: PageRef | undefined): Marked[] {
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
  if (selected) add(selected);
  for (const page of amber) {
    const frame = frameOf(machine.entry(page.pid, page.vpn));
    if (frame !== undefined) machine.mappersOf(frame).forEach(add);
  }
  return list;
}
