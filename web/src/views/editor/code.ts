// SPDX-License-Identifier: MIT
// CodeMirror behind one small handle. Loaded only when a text is shown. It lives in a shadow root, where it
// may adopt its own style sheets under our content security policy.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type CompletionContext,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import {
  Compartment,
  EditorState,
  RangeSetBuilder,
  StateEffect,
  StateField,
} from '@codemirror/state';
import {
  Decoration,
  EditorView,
  highlightActiveLine,
  hoverTooltip,
  showTooltip,
  type Tooltip,
  keymap,
  lineNumbers,
  WidgetType,
  type DecorationSet,
} from '@codemirror/view';
import { words } from '../../text/editor.ts';
import type { Diagnostic, Expectation } from '../../wire/messages.ts';
import { complete, explain, type Proposal } from './complete.ts';
import { scenarioLanguage } from './language.ts';
import { codeTheme } from './theme.ts';

export interface Code {
  text(): string;
  setText(text: string): void;
  setReadOnly(readOnly: boolean): void;
  setProblems(diagnostics: readonly Diagnostic[]): void;
  /** 1-based line of the running operation, 0 for none. */
  setRunning(line: number): void;
  setResults(expectations: readonly Expectation[]): void;
  goTo(line: number, column: number): void;
  focus(): void;
  destroy(): void;
}

interface Options {
  text: string;
  label: string;
  readOnly: boolean;
  onchange: (text: string) => void;
  onsave: () => void;
}

const running = StateEffect.define<number>();
const results = StateEffect.define<readonly Expectation[]>();

class Result extends WidgetType {
  constructor(
    readonly held: boolean,
    readonly found: string,
  ) {
    super();
  }
  override eq(other: Result): boolean {
    return other.held === this.held && other.found === this.found;
  }
  override toDOM(): HTMLElement {
    const mark = document.createElement('span');
    mark.className = this.held ? 'cm-held' : 'cm-failed';
    mark.textContent = this.held ? '✓' : `✗ ${this.found}`;
    return mark;
  }
}

const runningField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(running)) continue;
      const { doc } = transaction.state;
      if (effect.value < 1 || effect.value > doc.lines) return Decoration.none;
      const line = Decoration.line({ class: 'cm-running' });
      return Decoration.set([line.range(doc.line(effect.value).from)]);
    }
    return transaction.docChanged ? marks.map(transaction.changes) : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const resultsField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(results)) continue;
      const { doc } = transaction.state;
      const builder = new RangeSetBuilder<Decoration>();
      // An expectation in a loop is judged often: one that failed speaks for its line.
      const byLine = new Map<number, Expectation>();
      for (const e of effect.value) if (!byLine.has(e.line) || !e.held) byLine.set(e.line, e);
      for (const e of [...byLine.values()].sort((a, b) => a.line - b.line)) {
        if (e.line < 1 || e.line > doc.lines) continue;
        const { to } = doc.line(e.line);
        builder.add(to, to, Decoration.widget({ widget: new Result(e.held, e.found), side: 1 }));
      }
      return builder.finish();
    }
    // A changed text has not been judged.
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Columns count bytes of UTF-8; the editor counts UTF-16 units. */
function offsetOf(line: string, column: number): number {
  let bytes = 1;
  for (let i = 0; i < line.length; i++) {
    if (bytes >= column) return i;
    const code = line.codePointAt(i) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code > 0xffff) i++;
  }
  return line.length;
}

function place(state: EditorState, line: number, column: number): number {
  const at = state.doc.line(Math.max(1, Math.min(line, state.doc.lines)));
  return at.from + offsetOf(at.text, column);
}

/** A row of the engine's tables as CodeMirror wants it; `|` is where the cursor goes. */
function completionOf(proposal: Proposal) {
  const { label, insert, kind, about, usage } = proposal;
  const cursor = insert.indexOf('|');
  const plain = insert.replace('|', '');
  return {
    label,
    type: kind,
    info: () => explanation(usage, about),
    apply: (view: EditorView, _: unknown, from: number, to: number) =>
      view.dispatch({
        changes: { from, to, insert: plain },
        selection: { anchor: from + (cursor < 0 ? plain.length : cursor) },
        userEvent: 'input.complete',
      }),
  };
}

function explanation(usage: string, about: string): HTMLElement {
  const box = document.createElement('div');
  box.className = 'cm-explained';
  if (usage) box.appendChild(document.createElement('code')).textContent = usage;
  if (about) box.appendChild(document.createElement('span')).textContent = about;
  return box;
}

/** While typing a word, at the place of an argument, or when asked for. */
function source(context: CompletionContext) {
  const { pos, state, explicit } = context;
  const text = state.doc.toString();
  if (!explicit && !context.matchBefore(/[A-Za-z_][\w-]*|[(,{]\s*|:\s+/)) return null;
  const found = complete(text, pos);
  if (!found) return null;
  return { from: found.from, options: found.list.map(completionOf), validFor: /^[\w-]*$/ };
}

/** The same for who has no pointer to rest on a word: by key at the cursor, by touch where the finger was. */
const explainAt = StateEffect.define<number | undefined>();
const touch = () => matchMedia('(hover: none)').matches;
function tooltipAt(state: EditorState, pos: number, always: boolean): Tooltip | null {
  const found = explain(state.doc.toString(), pos);
  if (!found && !always) return null;
  return {
    pos: found?.from ?? pos,
    above: true,
    create: () => ({
      dom: found ? explanation(found.usage, found.about) : explanation('', words.unexplained),
    }),
  };
}
const explainedAtCursor = StateField.define<Tooltip | null>({
  create: () => null,
  update(shown, transaction) {
    const { state, docChanged, selection } = transaction;
    for (const effect of transaction.effects)
      if (effect.is(explainAt))
        return effect.value === undefined ? null : tooltipAt(state, effect.value, true);
    if (docChanged) return null;
    if (!selection) return shown;
    const tapped = touch() && transaction.isUserEvent('select.pointer');
    return tapped ? tooltipAt(state, selection.main.head, false) : null;
  },
  provide: (field) => showTooltip.from(field),
});
const explained = hoverTooltip(
  (view, pos) => {
    // One explanation at a time; under a finger it is the other one.
    if (touch() || view.state.field(explainedAtCursor)) return null;
    const found = explain(view.state.doc.toString(), pos);
    if (!found) return null;
    return {
      pos: found.from,
      end: found.to,
      above: true,
      create: () => ({ dom: explanation(found.usage, found.about) }),
    };
  },
  { hideOn: ({ effects }) => effects.some((effect) => effect.is(explainAt)) },
);
function explainHere(view: EditorView): boolean {
  const { head } = view.state.selection.main;
  const found = explain(view.state.doc.toString(), head);
  const said = found ? `${found.usage}: ${found.about}` : words.unexplained;
  view.dispatch({ effects: [explainAt.of(head), EditorView.announce.of(said)] });
  return true;
}
function explainNoMore(view: EditorView): boolean {
  if (!view.state.field(explainedAtCursor)) return false;
  view.dispatch({ effects: explainAt.of(undefined) });
  return true;
}

export function createCode(host: HTMLElement, options: Options): Code {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const readOnly = new Compartment();
  const view: EditorView = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        lineNumbers(),
        history(),
        indentUnit.of('  '),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        lintGutter(),
        scenarioLanguage,
        explained,
        explainedAtCursor,
        autocompletion({ override: [source], icons: false, maxRenderedOptions: 12 }),
        closeBrackets(),
        codeTheme,
        runningField,
        resultsField,
        EditorView.contentAttributes.of({
          'aria-label': options.label,
          spellcheck: 'false',
          tabindex: '0', // says to assistive technology that the keyboard can scroll it
        }),
        readOnly.of(EditorState.readOnly.of(options.readOnly)),
        keymap.of([
          {
            key: 'Mod-s',
            preventDefault: true,
            run: () => {
              options.onsave();
              return true;
            },
          },
          { key: 'Mod-i', preventDefault: true, run: explainHere },
          { key: 'Escape', run: explainNoMore },
          ...closeBracketsKeymap,
          indentWithTab,
          ...defaultKeymap,
          ...historyKeymap,
          ...searchKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onchange(update.state.doc.toString());
        }),
      ],
    }),
  });

  return {
    text: () => view.state.doc.toString(),
    setText(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    setReadOnly: (value) =>
      view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(value)) }),
    setProblems(diagnostics) {
      const list = diagnostics.map((d) => {
        const from = place(view.state, d.line, d.column);
        const to = Math.max(from, place(view.state, d.line, d.column + d.length));
        const severity: 'warning' | 'error' = d.warning ? 'warning' : 'error';
        return { from, to, severity, message: d.hint ? `${d.message}\n${d.hint}` : d.message };
      });
      view.dispatch(setDiagnostics(view.state, list));
    },
    setRunning(line) {
      const effects: StateEffect<unknown>[] = [running.of(line)];
      if (line >= 1 && line <= view.state.doc.lines) {
        effects.push(
          EditorView.scrollIntoView(view.state.doc.line(line).from, { y: 'nearest', yMargin: 40 }),
        );
      }
      view.dispatch({ effects });
    },
    setResults: (expectations) => view.dispatch({ effects: results.of(expectations) }),
    goTo(line, column) {
      const at = place(view.state, line, column);
      view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
