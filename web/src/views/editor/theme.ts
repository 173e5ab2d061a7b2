// SPDX-License-Identifier: MIT
// The editor in the page's tokens; they reach into the shadow root, so that a theme needs no code here.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const view = EditorView.theme({
  '&': {
    height: '100%',
    color: 'var(--ink)',
    backgroundColor: 'var(--panel)',
    fontSize: 'var(--code-size, 0.8125rem)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', fontVariantLigatures: 'none' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    color: 'var(--ink3)',
    backgroundColor: 'var(--panel)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--sunk)' },
  '.cm-line.cm-running': {
    backgroundColor: 'var(--now-soft)',
    boxShadow: 'inset 3px 0 0 var(--now-edge)',
  },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'var(--A-soft) !important',
  },
  '.cm-held, .cm-failed': {
    marginLeft: '1.5em',
    padding: '0 0.375rem',
    borderRadius: '0.25rem',
    fontFamily: 'var(--sans)',
    fontSize: '0.75rem',
    fontWeight: '600',
  },
  '.cm-held': { color: 'var(--B-text)', backgroundColor: 'var(--B-soft)' },
  '.cm-failed': { color: 'var(--fault-text)', backgroundColor: 'var(--fault-soft)' },
  '.cm-tooltip, .cm-panels': {
    color: 'var(--ink)',
    backgroundColor: 'var(--panel)',
    border: '1px solid var(--line2)',
    borderRadius: '0.375rem',
  },
  '.cm-explained': {
    display: 'grid',
    gap: '0.25rem',
    maxWidth: '26rem',
    padding: '0.375rem 0.625rem',
    fontFamily: 'var(--sans)',
    fontSize: '0.8125rem',
    lineHeight: '1.4',
  },
  '.cm-explained code': {
    fontFamily: 'var(--mono)',
    fontSize: '0.75rem',
    color: 'var(--A-text)',
    whiteSpace: 'pre-wrap',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    fontSize: '0.8125rem',
    // As many as are drawn: those beyond come as one moves down, nothing scrolls.
    maxHeight: 'none',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.1875rem 0.625rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--ink)',
    backgroundColor: 'var(--A-soft)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-diagnostic': {
    fontFamily: 'var(--sans)',
    whiteSpace: 'pre-wrap',
    padding: '0.375rem 0.625rem',
  },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--fault)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--now)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--fault) 1.5px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--now-edge) 1.5px',
    textUnderlineOffset: '3px',
  },
});

const highlight = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink3)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--C-text)' },
  { tag: tags.number, color: 'var(--A-text)' },
  { tag: tags.keyword, color: 'var(--ink)', fontWeight: '700' },
  { tag: tags.typeName, color: 'var(--B-text)', fontWeight: '700' },
  { tag: tags.function(tags.variableName), color: 'var(--A-text)' },
  { tag: tags.atom, color: 'var(--ink2)', fontWeight: '600' },
]);

export const codeTheme = [view, syntaxHighlighting(highlight)];
