/*
 * Shapes: what a setting may be, as a reader from YAML to a typed value.
 * A reader that finds something wrong reports it and returns undefined; the setting then keeps its default.
 */
import { type Diagnostic, type DiagnosticCode, errorAt, type Span, warningAt } from '../../text/index.js';

import type { YamlNode } from './yaml-node.js';

/** The named keys at and below a setting; empty for one without keys. */
export type KeyTree = ReadonlyMap<string, KeyTree>;

/** Collects what readers find: diagnostics, and the place of each setting by its path. */
export class Findings {
  readonly diagnostics: Diagnostic[] = [];
  readonly places = new Map<string, Span>();

  error(span: Span, code: DiagnosticCode, message: string, hint?: string): undefined {
    this.diagnostics.push(errorAt(span, code, message, hint === undefined ? {} : { hint }));
  }

  warning(span: Span, code: DiagnosticCode, message: string, hint?: string): void {
    this.diagnostics.push(warningAt(span, code, message, hint === undefined ? {} : { hint }));
  }
}

/** A setting being read: its path such as `limits.steps`, the place to show when it is empty, the tree of all keys. */
export interface Setting {
  readonly path: string;
  readonly keySpan: Span;
  readonly findings: Findings;
  /** The keys of the whole file, to say where a misplaced key belongs. */
  readonly allKeys: KeyTree;
}

/** A reader for one kind of value. */
export interface Shape<T> {
  readonly read: (node: YamlNode, setting: Setting) => T | undefined;
  readonly keys: KeyTree;
}

export const noKeys: KeyTree = new Map();

/** The setting below `setting` with this name. */
export function below(setting: Setting, name: string, keySpan: Span): Setting {
  return { ...setting, path: setting.path === '' ? name : `${setting.path}.${name}`, keySpan };
}

/** The item of a list, counted from 0 as in `channels[0]`. */
export function itemOf(setting: Setting, index: number): Setting {
  return { ...setting, path: `${setting.path}[${index}]` };
}

/** Where to point at for a value: at itself, or at its key where nothing is written. */
export function spanOfValue(node: YamlNode, setting: Setting): Span {
  return node.span.length === 0 ? setting.keySpan : node.span;
}

/** Shows text of the user in a message: one line, in backticks, cut after 60 characters. */
export function quoted(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ');
  return `\`${line.length > 60 ? `${line.slice(0, 60)}...` : line}\``;
}

/** Names a value for a message. */
export function described(node: YamlNode): string {
  switch (node.kind) {
    case 'mapping':
      return 'a mapping';
    case 'sequence':
      return 'a list';
    case 'scalar':
      if (node.value === null) return 'nothing';
      if (typeof node.value === 'string') return `the text ${quoted(node.text)}`;
      return quoted(node.text);
  }
}

/** Tells whether nothing is written for a setting. */
export function isNothing(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Reports a value of the wrong kind. */
export function wrongType(node: YamlNode, setting: Setting, wanted: string, hint?: string): undefined {
  const span = spanOfValue(node, setting);
  const name = setting.path === '' ? 'the file' : `\`${setting.path}\``;
  const message = `${name} must be ${wanted}, not ${described(node)}`;
  return setting.findings.error(span, 'settings/type', message, hint);
}
