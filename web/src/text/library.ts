// SPDX-License-Identifier: MIT
// The shipped scenarios by subject, in the order in which one would meet them, each in a sentence.
import { texts } from './texts.ts';

/** A heading and its scenarios, by their names in db/library. */
type Subjects = readonly (readonly [string, Readonly<Record<string, string>>])[];

export const subjects: Subjects = texts([
  [
    'Address spaces',
    {
      'private-address-spaces': 'Two processes use one address and do not meet.',
      segments: 'Text, constants, variables, heap and stack: what is where, and with which rights.',
      'where-does-it-live':
        'A global, a literal, a local, a block of malloc: in which segment each lies.',
      growth: 'brk moves the end of the heap; a touch is enough to move the stack.',
      'classic-32-bit': 'Three gigabytes for the program, one for the kernel, page 0 for nobody.',
      'address-space-against-memory': 'Far more is promised than there is, until it is used.',
      'layouts-64': 'Five levels of tables, and how little of the space anybody needs.',
      'uniform-format': 'The same addresses in every process, and different frames behind them.',
      sigsegv: 'Segmentation faults: two ways to be refused, and what a handler can do.',
      'fault-handler': 'A handler maps the missing page, and the same store runs again.',
      'file-permissions': 'The mode of a file decides open; the descriptor decides mmap.',
    },
  ],
  [
    'Translation',
    {
      'address-translation': 'Fourteen bits become a frame and an offset: by hand, TLB first.',
      'ostep-paging': 'Four pages, eight frames: the first page table of the book.',
      'page-table': 'Present, writable, accessed, dirty: who sets which bit, and when.',
      'multi-level-walk': 'Two pages far apart share only the root of their tables.',
      tlb: 'Hit, miss, replacement, and tags that tell two processes apart.',
      'tlb-shootdown': 'Three processors, three TLBs, and interrupts that make them forget.',
      'huge-pages': 'One fault, one entry, sixteen pages; and what splits them again.',
      'page-states': 'The zero page, a frame, swap: where a page can be.',
    },
  ],
  [
    'Demand paging and programs',
    {
      'demand-paging': 'Memory that was promised becomes real at its first touch, page by page.',
      'kinds-of-fault': 'Page faults: minor, major, copy-on-write, or a signal; what decides.',
      malloc: 'The C library takes addresses; frames come when the array is used.',
      'malloc-family': 'Blocks from the heap, mappings of their own, and what free gives back.',
      'scattered-frames': 'Neighbours in the heap are no neighbours in memory.',
      'lazy-loading': 'A program starts before it is in memory; each page comes when it is needed.',
      elf: 'What the file says, and the mappings that execve makes of it.',
      arguments: 'How the words of a command line come onto a new stack.',
      'my-program': 'fork, execve, main, exit: a command from beginning to end.',
      'recorded-program':
        'The calls and first touches of a real `true`, and what a recording misses.',
      descriptors: 'Numbers, open files and the position that parent and child share.',
      'read-file': 'From the disk into the page cache, and copied to the program.',
      'mapped-files': 'A file as memory: private, shared, written back, and cut short.',
      devices: 'Entries that lead outside of memory, filled in at once.',
    },
  ],
  [
    'Sharing',
    {
      'fork-copy-on-write': 'Parent and child share their pages until one of them writes.',
      'shared-memory': 'By name or through fork: one frame in two address spaces.',
      'shared-library': 'One copy of the library in memory, at another address in each process.',
      'kernel-half': 'Mapped in every process, out of reach for each.',
    },
  ],
  [
    'Threads and processors',
    {
      'thread-created':
        'What pthread_create adds to an address space, and what it leaves as it is.',
      'thread-stacks':
        'T0, T1, T2: a stack for each, and a stack overflow that the guard page below stops.',
      'frames-of-calls':
        'What a call pushes, page by page; the guard, and how a large frame jumps it.',
      'threads-share': 'One page table: a global and the heap are the same for all.',
      'private-stacks': 'A pointer to another thread’s stack: nothing stops it.',
      'private-stacks-strict': 'The same, on a machine that does.',
      'three-ways-into-the-kernel':
        'A call, a fault, the timer: who causes each, and which instruction runs afterwards.',
      'context-switch': 'From thread to thread, and from process to process: what each costs.',
      'context-switch-untagged': 'The same without tags: the TLB starts from nothing each time.',
      'process-or-thread': 'The same work done both ways: memory, faults, copies, and who dies.',
    },
  ],
  [
    'Locks and races',
    {
      mutex: 'What is in the word, and when the kernel is asked; a spinlock beside it.',
      conditions: 'Signals that are lost, waits that end for nothing: why a program looks again.',
      'producer-consumer': 'A bounded buffer with conditions, and again with semaphores.',
      'dining-philosophers': 'A deadlock is found and named, then avoided three ways.',
      'readers-writers': 'Many may read at once; who writes is alone, and may wait long for it.',
      'priority-inversion':
        'The most urgent thread waits for the least urgent one; inheritance ends it.',
      'locks-between-processes': 'A lock in shared memory, at two addresses.',
      'lost-update': 'Two threads add 1, and 1 is lost: by an order, by seeds, and mended.',
      'every-interleaving': 'All orders of two threads are tried: does any of them give 1?',
      peterson: 'Exclusion with three words, in every interleaving; and a data race all the same.',
      'peterson-atomic': 'The same with indivisible accesses: no race in any interleaving.',
      'double-checked': 'One look without the lock: a race, and how an indivisible flag mends it.',
      barrier: 'Nobody goes on before all have come, and one adds up.',
    },
  ],
  [
    'Messages and signals',
    {
      pipe: 'Empty, full, the end of the file, broken: who waits, and who wakes whom.',
      'message-queue': 'Whole messages with priorities, under a name.',
      'pipe-or-shared-memory': 'The same pages three ways: calls, copies and switches counted.',
      'signal-frame':
        'Sent, blocked, taken: the kernel writes registers onto a stack, and reads them back.',
      'zombies-and-orphans': 'What is left of an ended process, who asks, and who adopts.',
    },
  ],
  [
    'When memory is short',
    {
      swapping: 'When frames run out, a dirty victim costs a write and a clean one does not.',
      'clean-and-dirty': 'Dropped, written to the file, or written to swap.',
      'fifo-lru-belady': 'More memory, more faults: how FIFO can do that and LRU cannot.',
      replacement: 'Four policies choose victims on one string of references.',
      clock: 'The hand, the bits and a second chance, followed step by step.',
      'enhanced-clock': 'Rather a clean page than one that must be written first.',
      nru: 'Four classes of pages, and who is in the lowest.',
      aging: 'Eight bits remember when a page was used.',
      lfu: 'Counting uses: what is forgotten, and who can never catch up.',
      loop: 'One page too many: the worst string for LRU, the best for MRU.',
      'stack-algorithms': 'Why more memory cannot hurt LRU, and can hurt CLOCK.',
      sieve: 'A queue in which nothing moves, and a hand that sifts it.',
      's3-fifo': 'A small queue, a main queue, ghosts: most pages leave at once.',
      'two-queues': '2Q keeps a page when it comes a second time.',
      arc: 'Four lists, two of them of ghosts, and a target that learns from them.',
      lirs: 'A stack and a queue: how far apart two uses of a page lie.',
      'clock-pro': 'Hot pages, cold pages, test periods, and three hands.',
      'scan-resistance': 'Two pages in steady use and a long scan, under eight policies.',
      locality: 'Two phases of a program, its working set, and memory that follows it.',
      'program-structure': 'The same stores in another order: 32 faults, or a thousand.',
      thrashing: 'Utilisation climbs with each process, until there is one too many.',
      wsclock: 'A clock’s hand that asks who is in the working set, and writes ahead.',
      pff: 'Who faults often gets frames; who faults seldom gives some back.',
      'linux-lists': 'Used once, used twice: Linux’s inactive and active lists, step by step.',
      mglru: 'Linux’s generations: aging walks the page tables, eviction sorts.',
      'local-and-global': 'A process in need takes from itself, or from everybody.',
      'memory-limit': 'A group of processes has less than the machine.',
      'out-of-memory': 'kswapd works in the background; in the end somebody must die.',
      'memory-hierarchy': 'From a nanosecond to a disk: what each kind of access takes.',
      'effective-access-time': 'Hit rates and fault rates, and the average that follows from them.',
    },
  ],
  [
    'Before pages',
    {
      'base-and-bounds': 'Two registers relocate a process and protect the others.',
      segmentation: 'Code, heap and stack each with base and bounds; a stack that grows down.',
      'external-fragmentation': 'Enough is free, but in pieces; moving everything helps.',
      'free-list': 'First, best, worst and next fit choose among holes.',
      'no-coalescing': 'Holes that nobody joins get smaller and more.',
      buddy: 'Powers of two, halved and joined again.',
      slab: 'Objects of one size without search or splitting.',
      'linear-table': 'One entry for each page of the address space, used or not.',
      'inverted-table': 'One row for each frame, found by hashing or by searching.',
      'hashed-table': 'One table for all processes, with chains, and too small.',
    },
  ],
]);
