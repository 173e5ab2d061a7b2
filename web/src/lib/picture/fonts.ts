// SPDX-License-Identifier: MIT
// The page's fonts as a style sheet that an image may carry: an image loads nothing by itself.
let held: Promise<string> | undefined;

async function face(rule: CSSFontFaceRule): Promise<string> {
  const address = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue('src'))?.[1];
  if (!address) return '';
  const bytes = new Uint8Array(
    await (
      await fetch(new URL(address, rule.parentStyleSheet?.href ?? document.baseURI))
    ).arrayBuffer(),
  );
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  const family = rule.style.getPropertyValue('font-family');
  return `@font-face{font-family:${family};font-weight:100 900;src:url(data:font/woff2;base64,${btoa(binary)}) format("woff2")}`;
}

/** Latin letters only: those are what the first page loads, too. */
export function fontSheet(): Promise<string> {
  held ??= (async () => {
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
    const faces = rules.filter(
      (rule): rule is CSSFontFaceRule =>
        rule instanceof CSSFontFaceRule &&
        rule.style.getPropertyValue('unicode-range').toUpperCase().includes('U+0-FF') &&
        rule.style.getPropertyValue('font-style') !== 'italic',
    );
    return (await Promise.all(faces.map(face))).join('');
  })();
  return held;
}
