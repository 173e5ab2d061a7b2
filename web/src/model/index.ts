// SPDX-License-Identifier: MIT
// The model's door: what views import.
export { differing, type Differing } from './differing.ts';
export * from './entry.ts';
export { Machine, type Config, type PageEntry, type PageRef, type WalkStep } from './machine.ts';
export * from './names.ts';
export * from './position.ts';
export { Player, type Moved } from './player.ts';
export * from './scene.ts';
export { readStep, type Micro, type Step } from './step.ts';
export * from './selection.ts';
