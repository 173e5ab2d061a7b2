// SPDX-License-Identifier: MIT
// What the build replaces or loads.
declare module '*.css';
declare module '*.svg' {
  const text: string;
  export default text;
}
/** Tests only: the folder of recorded bytes. */
declare const TEST_DATA: string;
