// SPDX-License-Identifier: MIT
// The middle of a machine without pages as rows of a table: holes in their order, blocks by size, objects
// by slab. Pure.
import { hex, type Scene } from '../../model/index.ts';
import { MachineKind } from '../../wire/generated.ts';
import { exactBytes, words } from '../../text/older.ts';
import { buddyRows, cachesOf, listOf, memoryOf } from './older.ts';

export interface TwinRow {
  readonly key: string;
  readonly what: string;
  readonly at: string;
  readonly size: string;
  readonly state: string;
  readonly now: boolean;
}

const holes = (scene: Scene): TwinRow[] =>
  listOf(scene).map((hole, i) => ({
    key: `hole ${hole.at}`,
    what: words.place(i + 1),
    at: hex(hole.at),
    size: exactBytes(hole.bytes),
    state: [hole.verdict, hole.taken ? words.taken : '', hole.rover ? words.rover : '']
      .filter((word) => word !== '' && word !== undefined)
      .join(', '),
    now: hole.now,
  }));

const blocks = (scene: Scene): TwinRow[] =>
  buddyRows(memoryOf(scene)).flatMap((row) =>
    row.blocks.map((block) => ({
      key: `block ${row.bytes} ${block.at}`,
      what: exactBytes(row.bytes),
      at: hex(block.at),
      size: exactBytes(block.bytes),
      state: words[block.state],
      now: block.now,
    })),
  );

const objects = (scene: Scene): TwinRow[] =>
  cachesOf(scene).flatMap((cache) =>
    cache.slabs.flatMap((slab) =>
      slab.objects.map((object) => ({
        key: `object ${cache.id} ${object.at}`,
        what: cache.name,
        at: hex(object.at),
        size: exactBytes(cache.bytes),
        state: object.used ? words.used : words.hole,
        now: object.now,
      })),
    ),
  );

export function twinOf(scene: Scene): readonly TwinRow[] {
  const { kind } = scene.machine.config;
  if (kind === MachineKind.slab) return [...objects(scene), ...blocks(scene)];
  return kind === MachineKind.buddy ? blocks(scene) : holes(scene);
}
