// SPDX-License-Identifier: MIT
// What the panel of memory shows besides its first picture.
export { default as DetailCard } from './DetailCard.svelte';
export { default as FramesTable } from './FramesTable.svelte';
export { default as Lines } from './Lines.svelte';
