/*
 * A file of cases: YAML, read with places. All findings are reported in one run.
 *   defaults: { client: IP, from: ADDRESS, ... }      optional; what cases do not say
 *   cases:
 *     - name: what it is about                        optional
 *       client: IP ...                                the request
 *       expect: { verdict: reject, ... }
 */
import { Findings, readYaml, type YamlNode } from '../../lib/config/index.js';
import {
  boundDiagnostics,
  hasErrors,
  lineColumnAt,
  type Parsed,
  type SourceFile,
} from '../../lib/text/index.js';

import type { Case } from './case.js';
import { knownKeys, type Named, textValue, under, wrongKind } from './case-values.js';
import { readExpectations } from './parse-expect.js';
import { checkDefaults, type Entries, readRequest, requestKeys } from './parse-request.js';

const caseKeys = ['name', ...requestKeys, 'expect'];
const none: Entries = new Map();

/** A case without a name is called by its line. */
function nameOf(entries: Entries, named: Named, node: YamlNode): string {
  const entry = entries.get('name');
  const name = entry === undefined ? undefined : textValue(entry.value, under(named, entry));
  return name ?? `line ${lineColumnAt(node.span.source, node.span.offset).line}`;
}

/** A case in the list: called by its place there, pointed at by its first key. */
function namedCase(node: YamlNode, index: number, findings: Findings): Named {
  const first = node.kind === 'mapping' ? node.entries[0]?.keySpan : undefined;
  return { name: `cases[${index}]`, keySpan: first ?? node.span, findings };
}

function readCase(node: YamlNode, named: Named, defaults: Entries): Case[] {
  const entries = knownKeys(node, named, caseKeys);
  if (entries === undefined) return [];
  const request = readRequest(entries, defaults, named);
  const name = nameOf(entries, named, node);
  const expect = entries.get('expect');
  if (expect === undefined) {
    const hint = 'write `expect: { verdict: accept }`, or whatever has to come of it';
    named.findings.error(
      named.keySpan,
      'cases/nothing-expected',
      `\`${named.name}\` has no \`expect\``,
      hint,
    );
    return [];
  }
  const expectations = readExpectations(expect.value, under(named, expect), request);
  return request === undefined ? [] : [{ name, span: named.keySpan, request, expectations }];
}

function readFile(root: YamlNode, findings: Findings): readonly Case[] {
  const whole = { name: '', keySpan: root.span, findings };
  if (root.kind !== 'mapping') {
    const hint = root.kind === 'sequence' ? 'put `cases:` above the list' : undefined;
    findings.error(root.span, 'cases/type', 'a file of cases is a mapping with `cases`', hint);
    return [];
  }
  const entries = knownKeys(root, whole, ['defaults', 'cases']) ?? none;
  const written = entries.get('defaults');
  const named = written === undefined ? whole : under(whole, written);
  const defaults = (written === undefined ? none : knownKeys(written.value, named, requestKeys)) ?? none;
  checkDefaults(defaults, named);
  const list = entries.get('cases');
  if (list === undefined) return [];
  if (list.value.kind !== 'sequence') {
    wrongKind(list.value, under(whole, list), 'a list of cases');
    return [];
  }
  return list.value.items.flatMap((node, index) =>
    readCase(node, namedCase(node, index, findings), defaults),
  );
}

/** Parses a file of cases. Without errors it holds at least one case. */
export function parseCases(source: SourceFile): Parsed<readonly Case[]> {
  const yaml = readYaml(source);
  const findings = new Findings();
  const cases = yaml.value === null ? [] : readFile(yaml.value, findings);
  if (cases.length === 0 && !hasErrors(yaml.diagnostics) && !hasErrors(findings.diagnostics)) {
    const span = { source, offset: 0, length: 1 };
    findings.error(span, 'cases/none', 'there is no case in this file', 'write `cases:` and a list under it');
  }
  const diagnostics = [...boundDiagnostics([...yaml.diagnostics, ...findings.diagnostics])];
  return {
    value: cases,
    diagnostics: diagnostics.sort((left, right) => left.span.offset - right.span.offset),
  };
}
