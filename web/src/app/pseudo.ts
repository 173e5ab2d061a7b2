// SPDX-License-Identifier: MIT
// The pseudo-locale also marks the words of the generated tables, in place and before anything is drawn, as
// a language's own table would replace them. Names that are the same everywhere stay: constants, machines,
// the letters of flags, the titles of policies.
import { marked } from '../text/texts.ts';
import { analyses } from '../wire/analyses.ts';
import { costs, media, policies, types } from '../wire/generated.ts';
import { said } from '../wire/tables.ts';
import { whys } from '../wire/whys.ts';

const NAMES = /^[\dA-Z_]*$/;
const SAME_EVERYWHERE = new Set(['machine_kind', 'medium', 'prot_bits', 'pte_bits', 'map_bits']);
const word = (text: string): string => (NAMES.test(text) ? text : marked(text));

/** Rewrites these texts of a row; what else it holds are ids and numbers. */
function rewrite(row: object, keys: readonly string[]): void {
  const fields = row as Record<string, unknown>;
  for (const key of keys)
    if (typeof fields[key] === 'string') fields[key] = word(fields[key] as string);
}

export async function markTables(): Promise<void> {
  await said();
  for (const [name, type] of Object.entries(types)) {
    if (SAME_EVERYWHERE.has(name)) continue;
    const words = type.words as unknown as string[];
    words.forEach((text, i) => (words[i] = word(text)));
  }
  for (const policy of policies) {
    rewrite(policy, ['rule', 'seen']);
    for (const region of policy.regions) rewrite(region, ['title']);
  }
  for (const analysis of analyses) {
    rewrite(analysis, ['title', 'question', 'source', 'asks']);
    for (const column of analysis.columns) rewrite(column, ['title', 'unit']);
  }
  for (const medium of media) rewrite(medium, ['source']);
  for (const cost of costs) rewrite(cost, ['source']);
  const reasons = whys as Record<string, string>;
  for (const [event, why] of Object.entries(reasons)) reasons[event] = word(why);
}
