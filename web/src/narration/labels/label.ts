// SPDX-License-Identifier: MIT
import type { Happening } from '../../wire/generated.ts';

/** What a station of the strip says: a word or two a happening. An access says which one it is. */
export type Labelled = Exclude<Happening['event'], 'access'>;
export type Labels = Readonly<Partial<Record<Labelled, string>>>;
