// SPDX-License-Identifier: MIT
// The shipped scenarios in the order in which one would meet them, each in a sentence. One that is not
// named here comes after these, by its title.
export const library: Readonly<Record<string, string>> = {
  'lib-demand-paging': 'Memory that was promised becomes real at its first touch, page by page.',
  'lib-address-translation': 'Fourteen bits become a frame and an offset: by hand, TLB first.',
  'lib-ostep-paging': 'Four pages, eight frames: the first page table of the book.',
  'lib-private-address-spaces': 'Two processes use one address and do not meet.',
  'lib-fork-copy-on-write': 'Two processes share memory until one of them writes.',
  'lib-lazy-loading': 'A program starts before it is in memory; each page comes when it is needed.',
  'lib-shared-library': 'One copy of the library in memory, at another address in each process.',
  'lib-thread-stacks': 'A second stack, and the guard page below it.',
  'lib-sigsegv': 'Two ways to be refused, and what a handler can do.',
  'lib-swapping': 'When frames run out, a dirty victim costs a write and a clean one does not.',
  'lib-fifo-lru-belady': 'More memory, more faults: how FIFO can do that and LRU cannot.',
  'lib-replacement': 'Four policies choose victims on one string of references.',
};

const order = Object.keys(library);

export function byLesson<T extends { id: string; title: string }>(a: T, b: T): number {
  const [x, y] = [order.indexOf(a.id), order.indexOf(b.id)];
  if (x >= 0 && y >= 0) return x - y;
  if (x >= 0 || y >= 0) return x >= 0 ? -1 : 1;
  return a.title.localeCompare(b.title);
}
