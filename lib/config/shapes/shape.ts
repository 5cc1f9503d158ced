/*
 * Shapes: one description of what a value in a YAML file may be. From it follow how the value is read, what is reported
 * when it is wrong, its JSON Schema, and its row in the documentation.
 */
import { type Diagnostic, type DiagnosticCode, errorAt, type Span, warningAt } from '../../text/index.js';
import type { YamlNode } from '../yaml/yaml-node.js';
import type { KeyTree, Schema } from './schema.js';

/** The diagnostic codes of one kind of file. */
export interface FindingCodes {
  readonly type: DiagnosticCode;
  readonly range: DiagnosticCode;
  readonly choice: DiagnosticCode;
  readonly unknownKey: DiagnosticCode;
  readonly missingKey: DiagnosticCode;
  readonly empty: DiagnosticCode;
  readonly lineBreak: DiagnosticCode;
}

/** Collects the diagnostics of one file, and the place of each setting by its path. */
export class Findings {
  readonly diagnostics: Diagnostic[] = [];
  readonly places = new Map<string, Span>();
  readonly codes: FindingCodes;
  /** Every key of the file, to tell where a misplaced key belongs. */
  readonly allKeys: KeyTree;

  constructor(codes: FindingCodes, allKeys: KeyTree = new Map()) {
    this.codes = codes;
    this.allKeys = allKeys;
  }

  error(span: Span, code: DiagnosticCode, message: string, hint?: string): undefined {
    this.diagnostics.push(errorAt(span, code, message, hint === undefined ? {} : { hint }));
  }

  warning(span: Span, code: DiagnosticCode, message: string, hint?: string): void {
    this.diagnostics.push(warningAt(span, code, message, hint === undefined ? {} : { hint }));
  }
}

/** Where a value is: its path such as `limits.steps`, and the place of its key, shown when the value is empty. */
export interface Field {
  readonly path: string;
  readonly keySpan: Span;
  readonly findings: Findings;
}

/** What a value may be. */
export interface Shape<T> {
  /** Reads a value. Reports what is wrong and then returns undefined. */
  readonly read: (node: YamlNode, field: Field) => T | undefined;
  /** Accepts what `read` accepts. */
  readonly schema: Schema;
  /** The keys of a mapping, for the documentation. */
  readonly keys?: readonly DescribedKey[];
}

export type ValueOf<S> = S extends Shape<infer T> ? T : never;

/** A key of a mapping: the shape of its value and one sentence about it. */
export interface Key<T> {
  readonly shape: Shape<T>;
  readonly about: string;
  /** The value without the key; null when the key is required. */
  readonly fallback: { readonly value: T } | null;
  /** Whether it is a setting, with a place and a row in the documentation. */
  readonly isSetting: boolean;
  /** The hint when a required key is missing. */
  readonly hint?: string;
  /** The page that says more, such as `auth.md#guessing`. */
  readonly see?: string;
  /** The default in words, where it is not a fixed value. */
  readonly defaultText?: string;
}

/** A key with its name; the name is in capitals when the site chooses it: `CHANNEL`. */
export interface DescribedKey {
  readonly name: string;
  readonly key: Key<unknown>;
}

export function below(field: Field, name: string, keySpan: Span): Field {
  return { ...field, path: field.path === '' ? name : `${field.path}.${name}`, keySpan };
}

/** The field of an item of a list, counted from 0 as in `channels[0]`; a mapping is found by its first key. */
export function itemOf(field: Field, index: number, item: YamlNode): Field {
  const first = item.kind === 'mapping' ? item.entries[0]?.keySpan : undefined;
  return { ...field, path: `${field.path}[${index}]`, keySpan: first ?? field.keySpan };
}

/** The place of a value, or of its key where nothing is written. */
export function spanOfValue(node: YamlNode, field: Field): Span {
  return node.span.length === 0 ? field.keySpan : node.span;
}

/** Shows text from the file in a message: one line, in backticks, cut after 60 characters. */
export function quoted(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ');
  return `\`${line.length > 60 ? `${line.slice(0, 60)}...` : line}\``;
}

function described(node: YamlNode): string {
  switch (node.kind) {
    case 'mapping':
      return 'a mapping';
    case 'sequence':
      return 'a list';
    case 'scalar':
      if (node.value === null) return 'nothing';
      return typeof node.value === 'string' ? `the text ${quoted(node.text)}` : quoted(node.text);
  }
}

/** Whether nothing is written for a value. */
export function isNothing(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Reports a value of the wrong type. */
export function wrongType(node: YamlNode, field: Field, wanted: string, hint?: string): undefined {
  const name = field.path === '' ? 'the file' : `\`${field.path}\``;
  const message = `${name} must be ${wanted}, not ${described(node)}`;
  return field.findings.error(spanOfValue(node, field), field.findings.codes.type, message, hint);
}

/** A shape whose values are made from those of another; `make` reports what is wrong and then returns undefined. */
export function mapped<T, U>(
  shape: Shape<T>,
  make: (value: T, node: YamlNode, field: Field) => U | undefined,
  schema: Schema = shape.schema,
): Shape<U> {
  return {
    schema,
    read: (node, field) => {
      const value = shape.read(node, field);
      return value === undefined ? undefined : make(value, node, field);
    },
  };
}

/** One shape for each kind of node; `wanted` names all of them in a message. */
export function either<T>(
  branches: {
    readonly nothing?: { readonly value: T };
    readonly scalar?: Shape<T>;
    readonly sequence?: Shape<T>;
    readonly mapping?: Shape<T>;
  },
  wanted: string,
): Shape<T> {
  const { nothing, scalar, sequence, mapping } = branches;
  const schemas: readonly (Schema | undefined)[] = [
    nothing && { type: 'null' },
    scalar?.schema,
    sequence && { ...sequence.schema, type: 'array' },
    mapping && { ...mapping.schema, ...(mapping.schema.anyOf === undefined ? { type: 'object' } : {}) },
  ];
  return {
    schema: { anyOf: schemas.filter((schema) => schema !== undefined) },
    ...(mapping?.keys === undefined ? {} : { keys: mapping.keys }),
    read: (node, field) => {
      if (nothing !== undefined && isNothing(node)) return nothing.value;
      const branch = branches[node.kind];
      return branch === undefined ? wrongType(node, field, wanted) : branch.read(node, field);
    },
  };
}

/** A key of a former version: whatever it holds is accepted, with a warning. */
export const withdrawn: Shape<null> = {
  schema: { deprecated: true },
  read: (_node, { path, keySpan, findings }) => {
    findings.warning(keySpan, 'settings/without-effect', `\`${path}\` has no effect; delete it`);
    return null;
  },
};
