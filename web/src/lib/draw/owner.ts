// SPDX-License-Identifier: MIT
// From a process to the colour slot of its cells.
import { ownerToken } from '../../model/index.ts';
import type { Owner } from './cell.ts';

/** The colour follows the order of creation and stays for the session; the letter goes on beyond it. */
export const ownerOf = (pid: number): Owner => ownerToken(pid) as Owner;
