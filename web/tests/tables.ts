// SPDX-License-Identifier: MIT
// Part of every test: the tables with what they say.
import * as said from '../src/wire/said.ts';
import { fill } from '../src/wire/tables.ts';

fill(said);
