// SPDX-License-Identifier: MIT
// The words that a replacement policy keeps, as a picture. No policy is named here or in what it is made of:
// all of it follows from the rows of policies.def. Pure.
import { countText, type Scene } from '../../model/index.ts';
import { policies, type PolicyDesc } from '../../wire/generated.ts';
import { groupsOf } from './groups.ts';
import { looksOf } from './looks.ts';
import type { PolicyPicture } from './picture.ts';
import { placed, Reader } from './reader.ts';

export function policyPicture(scene: Scene): PolicyPicture | undefined {
  const policy = policies[scene.machine.config.policy];
  return policy && pictureOf(scene, policy);
}

export function pictureOf(scene: Scene, policy: PolicyDesc): PolicyPicture {
  const reader = new Reader(scene, policy);
  const scalars = reader.regions
    .filter((r) => r.shape === 'scalar' && !placed.has(r.look))
    .map((r) => ({ title: r.title, text: countText(reader.word(r)), now: reader.isNow(r) }));
  return { policy, groups: groupsOf(reader), scalars, ...looksOf(reader) };
}
