// SPDX-License-Identifier: MIT
// Which machines have panels of their own: those without pages, and those whose page table is searched.
import { MachineKind } from '../wire/generated.ts';

export const isOlder = (kind: number): boolean =>
  kind >= MachineKind.base_bounds && kind <= MachineKind.slab;
export const isSearched = (kind: number): boolean =>
  kind === MachineKind.inverted || kind === MachineKind.hashed;
export const hasSegments = (kind: number): boolean =>
  kind === MachineKind.base_bounds || kind === MachineKind.segmentation;
