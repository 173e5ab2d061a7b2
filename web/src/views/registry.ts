// SPDX-License-Identifier: MIT
// Every view, in the order of its tabs. A new view is a folder here and a row below.
import type { View } from '../lab/view.ts';
import { words } from '../text/views.ts';
import { Counter, MachineKind } from '../wire/generated.ts';
import type { Scene } from '../model/index.ts';
import { hasSegments, isOlder, isSearched } from '../model/kinds.ts';
import { worthShowing } from './tasks/worth.ts';

const { titles } = words;
const kindOf = (scene: Scene) => scene.machine.config.kind;
const paged = (scene: Scene) => !isOlder(kindOf(scene));
const older = (scene: Scene) => isOlder(kindOf(scene));
const always = () => true;
const onlyAsked = () => false;

/** What stands in the middle of a machine without pages. */
function olderTitle(scene: Scene): string {
  const kind = kindOf(scene);
  if (hasSegments(kind)) return titles.translation;
  if (kind === MachineKind.free_list) return titles.free;
  return kind === MachineKind.buddy ? titles.buddy : titles.slab;
}

export const views: readonly View[] = [
  {
    id: 'spaces',
    place: 'left',
    icon: 'layers',
    title: () => titles.spaces,
    fits: paged,
    needed: always,
    load: () => import('./spaces/Spaces.svelte'),
  },
  {
    id: 'spaces',
    place: 'left',
    icon: 'layers',
    title: (scene) => (hasSegments(kindOf(scene)) ? titles.spaces : titles.given),
    fits: older,
    needed: always,
    load: () => import('./older/OlderSpaces.svelte'),
  },
  {
    id: 'text',
    place: 'left',
    icon: 'file',
    title: () => titles.text,
    fits: (_, opened) => opened !== undefined && opened.text !== '',
    needed: onlyAsked,
    load: () => import('./editor/TextPanel.svelte'),
  },
  {
    id: 'translation',
    place: 'middle',
    icon: 'route',
    title: () => titles.translation,
    fits: (scene) => paged(scene) && !isSearched(kindOf(scene)),
    needed: (scene) => scene.focus !== undefined,
    load: () => import('./translation/Translation.svelte'),
  },
  {
    id: 'translation',
    place: 'middle',
    icon: 'route',
    title: (scene) => titles[kindOf(scene) === MachineKind.inverted ? 'inverted' : 'hashed'],
    fits: (scene) => isSearched(kindOf(scene)),
    needed: (scene) => scene.focus !== undefined,
    load: () => import('./older/Searched.svelte'),
  },
  {
    id: 'translation',
    place: 'middle',
    icon: 'route',
    title: olderTitle,
    fits: older,
    needed: always,
    load: () => import('./older/OlderMiddle.svelte'),
  },
  {
    id: 'policy',
    place: 'middle',
    icon: 'recycle',
    title: () => titles.policy,
    fits: paged,
    needed: (scene) => scene.machine.counter(0, Counter.evictions) > 0,
    load: () => import('./policy/Policy.svelte'),
  },
  {
    id: 'threads',
    place: 'middle',
    icon: 'threads',
    title: () => titles.threads,
    fits: paged,
    needed: worthShowing,
    load: () => import('./tasks/Tasks.svelte'),
  },
  {
    id: 'mappings',
    place: 'middle',
    icon: 'table',
    title: () => titles.mappings,
    fits: paged,
    needed: onlyAsked,
    load: () => import('./mappings/Mappings.svelte'),
  },
  {
    id: 'why',
    place: 'middle',
    icon: 'help',
    title: () => titles.why,
    fits: always,
    needed: onlyAsked,
    load: () => import('./why/Why.svelte'),
  },
  {
    id: 'calls',
    place: 'middle',
    icon: 'calls',
    title: () => titles.calls,
    fits: paged,
    needed: onlyAsked,
    load: () => import('./calls/Calls.svelte'),
  },
  {
    id: 'charts',
    place: 'middle',
    icon: 'chart',
    title: () => titles.charts,
    fits: paged,
    needed: onlyAsked,
    load: () => import('./charts/Charts.svelte'),
  },
  {
    id: 'vmstat',
    place: 'middle',
    icon: 'gauge',
    title: () => titles.vmstat,
    fits: paged,
    needed: onlyAsked,
    load: () => import('./vmstat/Vmstat.svelte'),
  },
  {
    id: 'counts',
    place: 'middle',
    icon: 'history',
    title: () => titles.counts,
    fits: paged,
    needed: onlyAsked,
    load: () => import('./counts/Counts.svelte'),
  },
  {
    id: 'memory',
    place: 'right',
    icon: 'memory',
    title: () => titles.memory,
    fits: paged,
    needed: always,
    load: () => import('./memory/Memory.svelte'),
  },
  {
    id: 'memory',
    place: 'right',
    icon: 'memory',
    title: () => titles.memory,
    fits: older,
    needed: always,
    load: () => import('./older/OlderMemory.svelte'),
  },
  {
    id: 'files',
    place: 'right',
    icon: 'hardDrive',
    title: () => titles.files,
    fits: paged,
    needed: (scene) => scene.flight !== undefined && scene.flight.kind !== 'copy',
    load: () => import('./memory/files/Files.svelte'),
  },
];
