// SPDX-License-Identifier: MIT
// Written by `vm_generate --analyses` from engine/include/vm/analyses.def; change the table.

/** Questions about a whole trace, and the columns of their answers. */
export interface ColumnDesc {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly kind: "number" | "real" | "word";
}
export interface AnalysisDesc {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly source: string;
  readonly columns: readonly ColumnDesc[];
}
export const analyses: readonly AnalysisDesc[] = [
  {
    name: "sweep", title: "Every policy at every size",
    question: "How many faults does each policy take with each number of frames?",
    source: "Mattson, Gecsei, Slutz and Traiger 1970; Belady 1966",
    columns: [
      { name: "policy", title: "policy", unit: "", kind: "word" },
      { name: "frames", title: "frames", unit: "frames", kind: "number" },
      { name: "faults", title: "faults", unit: "faults", kind: "number" },
      { name: "hits", title: "hits", unit: "hits", kind: "number" },
      { name: "evictions", title: "evictions", unit: "pages", kind: "number" },
      { name: "writebacks", title: "write-backs", unit: "pages", kind: "number" },
      { name: "references", title: "references", unit: "references", kind: "number" },
      { name: "distinct_pages", title: "distinct pages", unit: "pages", kind: "number" },
      { name: "ratio", title: "faults per reference", unit: "", kind: "real" },
    ],
  },
  {
    name: "mrc", title: "Miss-ratio curve",
    question: "How does the share of references that fault fall with the memory, for LRU and for OPT?",
    source: "Mattson, Gecsei, Slutz and Traiger 1970; Thompson and Smith 1989",
    columns: [
      { name: "policy", title: "policy", unit: "", kind: "word" },
      { name: "frames", title: "frames", unit: "frames", kind: "number" },
      { name: "faults", title: "faults", unit: "faults", kind: "number" },
      { name: "ratio", title: "faults per reference", unit: "", kind: "real" },
      { name: "evictions", title: "evictions", unit: "pages", kind: "number" },
      { name: "writebacks", title: "write-backs", unit: "pages", kind: "number" },
    ],
  },
  {
    name: "distances", title: "Reuse distances",
    question: "How many different pages come between two uses of a page?",
    source: "Mattson et al. 1970; Bennett and Kruskal 1975",
    columns: [
      { name: "distance", title: "LRU stack distance (0: first use)", unit: "pages", kind: "number" },
      { name: "references", title: "references", unit: "references", kind: "number" },
      { name: "share", title: "share of the references", unit: "", kind: "real" },
      { name: "within", title: "share at this distance or less", unit: "", kind: "real" },
    ],
  },
  {
    name: "working-set", title: "Working set over time",
    question: "How many pages were used within the last tau references?",
    source: "Denning 1968",
    columns: [
      { name: "reference", title: "reference", unit: "references", kind: "number" },
      { name: "pages", title: "working set", unit: "pages", kind: "number" },
      { name: "bytes", title: "working set in bytes", unit: "bytes", kind: "number" },
      { name: "misses", title: "references outside it since the row before", unit: "references", kind: "number" },
    ],
  },
  {
    name: "windows", title: "Working set by window",
    question: "How large is the working set on average, and how often is it missed, for each window?",
    source: "Denning and Schwartz 1972",
    columns: [
      { name: "window", title: "window tau", unit: "references", kind: "number" },
      { name: "pages", title: "mean working set", unit: "pages", kind: "real" },
      { name: "misses", title: "references outside it", unit: "references", kind: "number" },
      { name: "ratio", title: "misses per reference", unit: "", kind: "real" },
    ],
  },
  {
    name: "fault-rate", title: "Fault rate over time",
    question: "When does the program fault?",
    source: "Denning 1980",
    columns: [
      { name: "policy", title: "policy", unit: "", kind: "word" },
      { name: "frames", title: "frames", unit: "frames", kind: "number" },
      { name: "reference", title: "reference", unit: "references", kind: "number" },
      { name: "faults", title: "faults since the row before", unit: "faults", kind: "number" },
      { name: "rate", title: "faults per reference", unit: "", kind: "real" },
    ],
  },
  {
    name: "phases", title: "Phases",
    question: "When does the program go over to other pages?",
    source: "Madison and Batson 1976; Denning 1980",
    columns: [
      { name: "reference", title: "reference", unit: "references", kind: "number" },
      { name: "pages", title: "pages used in the slice", unit: "pages", kind: "number" },
      { name: "first", title: "of them used for the first time", unit: "pages", kind: "number" },
      { name: "stayed", title: "of them used in the slice before", unit: "pages", kind: "number" },
      { name: "similarity", title: "similarity with the slice before", unit: "", kind: "real" },
      { name: "phase", title: "phase", unit: "", kind: "number" },
    ],
  },
  {
    name: "map", title: "Map of references",
    question: "Which pages are used when?",
    source: "Hatfield and Gerald 1971",
    columns: [
      { name: "reference", title: "reference", unit: "references", kind: "number" },
      { name: "page", title: "first page of the band", unit: "", kind: "number" },
      { name: "pages", title: "pages in the band", unit: "pages", kind: "number" },
      { name: "references", title: "references", unit: "references", kind: "number" },
      { name: "writes", title: "of them writes", unit: "references", kind: "number" },
    ],
  },
  {
    name: "anomaly", title: "Belady's anomaly",
    question: "Where do more frames give more faults?",
    source: "Belady, Nelson and Shedler 1969",
    columns: [
      { name: "policy", title: "policy", unit: "", kind: "word" },
      { name: "frames", title: "frames", unit: "frames", kind: "number" },
      { name: "faults", title: "faults", unit: "faults", kind: "number" },
      { name: "frames_more", title: "more frames", unit: "frames", kind: "number" },
      { name: "faults_more", title: "more faults", unit: "faults", kind: "number" },
    ],
  },
  {
    name: "shortest-anomaly", title: "The shortest string with Belady's anomaly",
    question: "What is the shortest reference string on which one more frame gives more faults?",
    source: "Belady, Nelson and Shedler 1969",
    columns: [
      { name: "policy", title: "policy", unit: "", kind: "word" },
      { name: "frames", title: "frames", unit: "frames", kind: "number" },
      { name: "faults", title: "faults", unit: "faults", kind: "number" },
      { name: "faults_more", title: "faults with one more", unit: "faults", kind: "number" },
      { name: "length", title: "length", unit: "references", kind: "number" },
      { name: "string", title: "string", unit: "", kind: "word" },
    ],
  },
  {
    name: "access-time", title: "Effective access time",
    question: "How long does a reference take on average, with faults and write-backs?",
    source: "Silberschatz et al., section 10.2.3",
    columns: [
      { name: "policy", title: "policy", unit: "", kind: "word" },
      { name: "frames", title: "frames", unit: "frames", kind: "number" },
      { name: "ratio", title: "faults per reference", unit: "", kind: "real" },
      { name: "writebacks", title: "write-backs per reference", unit: "", kind: "real" },
      { name: "time", title: "effective access time", unit: "ns", kind: "real" },
      { name: "slowdown", title: "times an access without faults", unit: "", kind: "real" },
    ],
  },
  {
    name: "tlb-reach", title: "TLB reach",
    question: "How much memory do the entries of a TLB reach, and how often do they not?",
    source: "Silberschatz et al., section 10.9.3; Navarro et al. 2002",
    columns: [
      { name: "page_size", title: "page size", unit: "bytes", kind: "number" },
      { name: "entries", title: "entries", unit: "entries", kind: "number" },
      { name: "reach", title: "reach", unit: "bytes", kind: "number" },
      { name: "misses", title: "misses", unit: "references", kind: "number" },
      { name: "ratio", title: "misses per reference", unit: "", kind: "real" },
      { name: "pages", title: "pages in all", unit: "pages", kind: "number" },
    ],
  },
  {
    name: "page-size", title: "Page size: waste against tables",
    question: "What do pages of each size cost in bytes nobody uses and in page tables?",
    source: "Tanenbaum and Bos, section 3.5.3",
    columns: [
      { name: "page_size", title: "page size", unit: "bytes", kind: "number" },
      { name: "pages", title: "pages used", unit: "pages", kind: "number" },
      { name: "used", title: "bytes used, in pieces of 16", unit: "bytes", kind: "number" },
      { name: "waste", title: "internal fragmentation", unit: "bytes", kind: "number" },
      { name: "tables", title: "page tables", unit: "bytes", kind: "number" },
      { name: "overhead", title: "waste and tables", unit: "bytes", kind: "number" },
    ],
  },
  {
    name: "compare", title: "Two runs side by side",
    question: "Where do two policies, or two sizes, first differ?",
    source: "Belady 1966",
    columns: [
      { name: "reference", title: "reference", unit: "", kind: "number" },
      { name: "page", title: "page", unit: "", kind: "number" },
      { name: "first_run", title: "first run", unit: "", kind: "word" },
      { name: "first", title: "in the first", unit: "", kind: "word" },
      { name: "second_run", title: "second run", unit: "", kind: "word" },
      { name: "second", title: "in the second", unit: "", kind: "word" },
      { name: "first_faults", title: "faults of the first so far", unit: "faults", kind: "number" },
      { name: "second_faults", title: "faults of the second so far", unit: "faults", kind: "number" },
    ],
  },
];
