// One document in CodeMirror.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory, temporarilySetTabFocusMode } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
import type { Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

import type { Edit } from "../engine/protocol";
import { completions } from "./complete";
import { hovers } from "./hover";

/** Colours come from the style sheet, so that one theme rules both. */
const colours = HighlightStyle.define([
  { tag: tags.propertyName, class: "tok-property" },
  { tag: tags.string, class: "tok-string" },
  { tag: [tags.number, tags.bool, tags.null], class: "tok-atom" },
  { tag: tags.invalid, class: "tok-invalid" },
]);

export interface EditorOptions {
  label: string;
  text: string;
  change: (text: string) => void;
}

export class Editor {
  readonly view: EditorView;

  constructor({ label, text, change }: EditorOptions) {
    this.view = new EditorView({
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          json(),
          syntaxHighlighting(colours),
          hovers,
          autocompletion({ override: [completions], activateOnTyping: true }),
          keymap.of([
            // After Escape, Tab moves on to the next field, as everywhere else on the page.
            { key: "Escape", run: (view) => temporarilySetTabFocusMode(view) },
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...historyKeymap,
            ...completionKeymap,
            ...lintKeymap,
            { key: "F8", run: nextDiagnostic },
            { key: "Shift-F8", run: previousDiagnostic },
            indentWithTab,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change(update.state.doc.toString());
          }),
        ],
      }),
    });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Replaces the whole text, as one step that can be undone. Where both begin or end alike nothing moves. */
  replace(text: string): void {
    const old = this.text;
    let from = 0;
    while (from < old.length && from < text.length && old[from] === text[from]) from += 1;
    let end = 0;
    while (end < old.length - from && end < text.length - from && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
    this.view.dispatch({
      changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) },
      selection: { anchor: from, head: text.length - end },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
      annotations: isolateHistory.of("full"),
    });
  }

  /** Mends a finding, as one step that can be undone. */
  edit(edits: Edit[]): void {
    const changes = edits.map((edit) => ({
      from: this.offset(edit.line, edit.column),
      to: this.offset(edit.endLine, edit.endColumn),
      insert: edit.text,
    }));
    this.view.dispatch({ changes, annotations: isolateHistory.of("full") });
  }

  /** Goes to a place, both from 1; columns count characters. */
  jump(line: number, column: number): void {
    const at = this.offset(line, column);
    const end = this.view.state.doc.lineAt(at).to;
    this.view.dispatch({ selection: { anchor: at, head: end }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.view.focus();
  }

  offset(line: number, column: number): number {
    const doc = this.view.state.doc;
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
    // Columns count characters, offsets UTF-16 units.
    const before = [...found.text].slice(0, Math.max(column - 1, 0)).join("");
    return Math.min(found.from + before.length, found.to);
  }

  diagnose(diagnostics: Diagnostic[]): void {
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  destroy(): void {
    this.view.destroy();
  }
}
