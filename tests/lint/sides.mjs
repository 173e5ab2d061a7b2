// SPDX-License-Identifier: MIT
// Right-to-left works because no style names a side of the screen: start and end, block and inline instead.
// Looks at style sheets, at the <style> of components, and at what they set by style: and use:styled.

const side = '(?:left|right|top|bottom)';
const physical = [
  [new RegExp(`(?:^|[\\s;{])((?:scroll-)?(?:margin|padding)-${side})\\s*:`, 'g'), 'margin-inline-start and its like'],
  [new RegExp(`(?:^|[\\s;{])(border-${side}(?:-(?:color|style|width))?)\\s*:`, 'g'), 'border-inline-start and its like'],
  [/(?:^|[\s;{])(border-(?:top|bottom)-(?:left|right)-radius)\s*:/g, 'border-start-start-radius and its like'],
  [new RegExp(`(?:^|[\\s;{])(${side})\\s*:`, 'g'), 'inset-inline-start and its like'],
  [/(?:^|[\s;{])((?:text-align|float|clear)\s*:\s*(?:left|right))\b/g, 'start or end'],
];
/** Four values in the order of the screen: fine only where both sides are the same. */
const four = /(?:^|[\s;{])((?:margin|padding|inset|border-width)\s*:\s*([^\s;(]+) +([^\s;(]+) +([^\s;(]+) +([^\s;(]+));/g;
const corners = /(?:^|[\s;{])(border-radius\s*:\s*([^\s;(]+) +([^\s;(]+) +([^\s;(]+) +([^\s;(]+));/g;
const inMarkup = new RegExp(
  `style:((?:margin-|padding-)?${side})=|(?:use:styled=\\{\\{|,)[^{}<]*?(?<![-\\w'])(${side}):\\s`,
  'g',
);

const blank = (text) => text.replace(/[^\n]/g, ' ');

/** Calls say(index of the line, message) for each. */
export function examineSides(file, text, say) {
  const at = (index) => text.slice(0, index).split('\n').length - 1;
  const isSheet = file.endsWith('.css');
  if (!isSheet && !file.endsWith('.svelte')) return;
  // Everything but the style, and every comment, is blanked so that places stay.
  let css = text;
  if (!isSheet) {
    const start = text.indexOf('<style');
    const end = text.lastIndexOf('</style>');
    const markup = start < 0 ? text : text.slice(0, start);
    const script = markup.lastIndexOf('</script>');
    const drawn = script < 0 ? markup : blank(markup.slice(0, script)) + markup.slice(script);
    for (const tag of drawn.matchAll(/(?:use:styled=\{\{[\s\S]*?\}\})|style:[\w-]+=/g))
      for (const found of tag[0].matchAll(inMarkup))
        say(at(tag.index + found.index), `${found[1] ?? found[2]} names a side of the screen; write 'inset-inline-start' and its like`);
    css = start < 0 ? '' : blank(text.slice(0, start)) + text.slice(start, end);
  }
  css = css.replace(/\/\*[\s\S]*?\*\//g, blank);
  for (const [pattern, instead] of physical)
    for (const found of css.matchAll(pattern))
      say(at(found.index + 1), `${found[1]} names a side of the screen; write ${instead}`);
  for (const found of css.matchAll(four))
    if (found[3] !== found[5]) say(at(found.index + 1), `${found[1]}: its sides differ; write -block and -inline`);
  for (const found of css.matchAll(corners))
    if (found[2] !== found[3] || found[4] !== found[5])
      say(at(found.index + 1), `${found[1]}: its corners differ; write border-start-start-radius and its like`);
}
