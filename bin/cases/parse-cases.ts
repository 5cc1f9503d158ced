/*
 * A file of cases: YAML, read with places. All findings are reported in one run.
 *   defaults: { client: IP, from: ADDRESS, ... }      optional: for what cases do not say
 *   cases:
 *     - name: what it is about                        optional
 *       client: IP ...                                the request
 *       expect: { verdict: reject, ... }
 */
import {
  defaultsOf,
  type Field,
  Findings,
  listOf,
  mapped,
  optional,
  readYaml,
  record,
  writtenText,
  type YamlNode,
} from '../../lib/config/index.js';
import {
  boundDiagnostics,
  hasErrors,
  lineColumnAt,
  type Parsed,
  type SourceFile,
} from '../../lib/text/index.js';
import type { Case, CaseRequest } from './case.js';
import { caseCodes } from './case-shapes.js';
import { type Expected, expected } from './parse-expect.js';
import { requestKeys, requestOf } from './parse-request.js';

const writtenRequest = record(requestKeys);
const noDefaults = { node: null, request: defaultsOf(writtenRequest) };

const writtenCase = mapped(
  record({ name: optional(writtenText('text')), ...requestKeys, expect: optional(expected) }),
  ({ name, expect, ...request }, node, field) => ({ name, expect, request, node, field }),
);

const file = record({
  defaults: optional(mapped(writtenRequest, (request, node) => ({ request, node }))),
  cases: optional(listOf(writtenCase, 'a list of cases')),
});

/** A case without a name is called by its line. */
function lineName({ span }: YamlNode): string {
  return `line ${lineColumnAt(span.source, span.offset).line}`;
}

function checkRecipients({ recipients }: Expected, request: CaseRequest, { findings }: Field): void {
  for (const { key, keySpan } of recipients) {
    if (request.to.includes(key)) continue;
    const known = request.to.slice(0, 5).map((to) => `\`${to}\``);
    const message = `\`${key}\` is not a recipient of this case`;
    findings.error(keySpan, 'cases/recipient', message, `the recipients are ${known.join(', ')}`);
  }
}

function readFile(root: YamlNode, findings: Findings): readonly Case[] {
  const field: Field = { path: '', keySpan: root.span, findings };
  if (root.kind === 'sequence') {
    const message = 'a file of cases is a mapping with `cases`';
    findings.error(root.span, 'cases/type', message, 'put `cases:` above the list');
    return [];
  }
  const written = file.read(root, field);
  const defaults = written?.defaults ?? noDefaults;
  return (written?.cases ?? []).flatMap((one) => {
    const request = requestOf(one, defaults, one.field);
    if (one.expect === null) {
      if (!hasExpect(one.node)) {
        const message = `\`${one.field.path}\` has no \`expect\``;
        const hint = 'write the expected result, such as `expect: { verdict: accept }`';
        findings.error(one.field.keySpan, 'cases/nothing-expected', message, hint);
      }
      return [];
    }
    if (request === undefined) return [];
    checkRecipients(one.expect, request, one.field);
    const { expectations } = one.expect;
    return [{ name: one.name ?? lineName(one.node), span: one.field.keySpan, request, expectations }];
  });
}

function hasExpect(node: YamlNode): boolean {
  return node.kind === 'mapping' && node.entries.some(({ key }) => key === 'expect');
}

/** Parses a file of cases. Without errors it has at least one case. */
export function parseCases(source: SourceFile): Parsed<readonly Case[]> {
  const yaml = readYaml(source);
  const findings = new Findings(caseCodes);
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
