// SPDX-License-Identifier: MIT
// Written by `vm_generate --questions` from engine/include/vm/questions.def; change the table.
import type { FieldDesc, TypeName } from './generated.ts';

/** Questions before an operation. */
export type AnswerKind =
  | "word"
  | "frame"
  | "page"
  | "slot"
  | "entry"
  | "number"
  | "address"
  | "thread"
;
export interface QuestionDesc {
  readonly name: string;
  readonly title: string;
  readonly answer: AnswerKind;
  readonly sentence: string;
  readonly fields: readonly FieldDesc[];
  readonly choices: readonly { readonly value: string; readonly text: string }[];
}
const of = (type: TypeName, name: string): FieldDesc => ({ type, name });
export const questions: readonly QuestionDesc[] = [
  {
    name: "next", title: "Who runs next", answer: "thread",
    sentence: "{tid} gives up the processor. Which thread runs next?",
    fields: [of("tid", "tid")],
    choices: [],
  },
  {
    name: "fork_frames", title: "Frames that fork takes", answer: "number",
    sentence: "{tid} forks. How many frames does that take?",
    fields: [of("tid", "tid")],
    choices: [],
  },
  {
    name: "victim", title: "Which frame goes", answer: "frame",
    sentence: "{tid} needs a frame, and {policy} must give one up. Which one goes?",
    fields: [of("tid", "tid"), of("policy", "policy")],
    choices: [],
  },
  {
    name: "written", title: "Written back or not", answer: "word",
    sentence: "{tid} needs a frame, and a page must leave. Is it written to disk first?",
    fields: [of("tid", "tid"), of("policy", "policy")],
    choices: [
      { value: "yes", text: "yes, it is written" },
      { value: "no", text: "no, it is dropped" }],
  },
  {
    name: "leaves", title: "Which page leaves", answer: "page",
    sentence: "{tid} needs a frame. Which page must leave memory?",
    fields: [of("tid", "tid"), of("policy", "policy")],
    choices: [],
  },
  {
    name: "slot", title: "Which swap slot", answer: "slot",
    sentence: "A page of anonymous memory goes to swap. Which slot does it get?",
    fields: [of("tid", "tid")],
    choices: [],
  },
  {
    name: "copied", title: "Copy or no copy", answer: "word",
    sentence: "{tid} writes to page {vpn}, whose entry is read-only. Is the page copied?",
    fields: [of("tid", "tid"), of("vpn", "vpn")],
    choices: [
      { value: "yes", text: "yes, it is copied" },
      { value: "no", text: "no copy is made" }],
  },
  {
    name: "fault", title: "Kind of fault", answer: "word",
    sentence: "What does {tid}'s access to {va} lead to?",
    fields: [of("tid", "tid"), of("va", "va"), of("access", "access")],
    choices: [
      { value: "none", text: "no fault" },
      { value: "minor", text: "a minor fault: no disk, no copy" },
      { value: "major", text: "a major fault: the disk is read" },
      { value: "cow", text: "copy-on-write: a page is copied" },
      { value: "signal", text: "a signal: SIGSEGV or SIGBUS" }],
  },
  {
    name: "address", title: "Physical address", answer: "address",
    sentence: "{tid} {access} virtual address {va}. Which physical address is that?",
    fields: [of("tid", "tid"), of("va", "va"), of("access", "access")],
    choices: [],
  },
  {
    name: "tlb", title: "TLB hit or miss", answer: "word",
    sentence: "{tid} accesses {va}, page {vpn}. Does the TLB know it?",
    fields: [of("tid", "tid"), of("va", "va"), of("vpn", "vpn")],
    choices: [
      { value: "hit", text: "a hit" },
      { value: "miss", text: "a miss: the table is walked" }],
  },
  {
    name: "entry", title: "Which entry", answer: "entry",
    sentence: "The hardware walks {tid}'s page table for {va}. Which entry of level {level} does it read?",
    fields: [of("tid", "tid"), of("va", "va"), of("num", "level")],
    choices: [],
  },
  {
    name: "frame", title: "Which free frame", answer: "frame",
    sentence: "Page {vpn} of {tid} gets a free frame. Which one?",
    fields: [of("tid", "tid"), of("vpn", "vpn")],
    choices: [],
  },
  {
    name: "frames", title: "Frames that it takes", answer: "number",
    sentence: "How many free frames does this operation of {tid} take?",
    fields: [of("tid", "tid")],
    choices: [],
  },
  {
    name: "value", title: "A value", answer: "number",
    sentence: "What is it after this operation?",
    fields: [of("tid", "tid")],
    choices: [],
  },
  {
    name: "choice", title: "A choice", answer: "number",
    sentence: "Which is right after this operation?",
    fields: [of("tid", "tid")],
    choices: [],
  },
];
