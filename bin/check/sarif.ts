/*
 * Findings as a SARIF log: one run, a rule for each code that was found, a result for each finding. What else is to say is a
 * notification of the run, so that no reader takes it for a finding.
 * Ref: SARIF 2.1.0
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isFindingCode, meaningOf } from '../../lib/lint/index.js';
import type { Diagnostic, Span } from '../../lib/text/index.js';
import { packageManifest } from '../../runtime/files/index.js';
import type { Findings } from '../support/index.js';
import { regionOf } from './places.js';
import { remarksOf } from './remarks.js';

/** Braces are for placeholders, and doubled otherwise. Ref: SARIF 2.1.0 3.11.5 */
function messageOf(text: string) {
  return { text: text.replaceAll('{', '{{').replaceAll('}', '}}') };
}

/** A path as a URI: relative as it was given, so that it fits whatever folder the reader has the files in. */
function uriOf(path: string): string {
  if (path.startsWith('/')) return pathToFileURL(resolve(path)).href;
  // Half of a surrogate pair, which YAML can write, has no place in a URI.
  const wellFormed = Buffer.from(path).toString();
  return wellFormed
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}

function locationOf(span: Span) {
  const region = regionOf(span);
  const artifactLocation = { uri: uriOf(span.source.name) };
  if (region === null) return { physicalLocation: { artifactLocation } };
  const { line, column, endLine, endColumn } = region;
  return {
    physicalLocation: {
      artifactLocation,
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
  };
}

function includedFrom(span: Span): Span[] {
  const from = span.source.includedFrom;
  return from === undefined ? [] : [from, ...includedFrom(from)];
}

function resultOf({ severity, code, message, span, hint, related = [] }: Diagnostic) {
  const places = [
    ...related.map((one) => ({ ...locationOf(one.span), message: messageOf(one.message) })),
    ...includedFrom(span).map((from) => ({ ...locationOf(from), message: messageOf('included from here') })),
  ];
  return {
    ruleId: code,
    level: severity,
    message: messageOf(hint === undefined ? message : `${message}\nhint: ${hint}`),
    locations: [locationOf(span)],
    ...(places.length === 0 ? {} : { relatedLocations: places }),
  };
}

/** The page of a code: below the home page of the package, once it has one. */
function helpOf(code: string, homepage: string | null) {
  const page = `docs/diagnostics.md#${code.replaceAll('/', '')}`;
  const [base = ''] = (homepage ?? '').split('#');
  const help = messageOf(`\`pmdf check --explain ${code}\` shows an example, as does ${page}.`);
  return base === '' ? { help } : { help, helpUri: `${base}/blob/main/${page}` };
}

function ruleOf(code: Diagnostic['code'], homepage: string | null) {
  const meaning = isFindingCode(code) ? meaningOf(code) : code;
  return { id: code, shortDescription: messageOf(meaning), ...helpOf(code, homepage) };
}

/** The log. */
export function sarifLog(findings: Findings) {
  const { diagnostics } = findings;
  const { version, homepage } = packageManifest();
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const rules = codes.map((code) => ruleOf(code, homepage));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'pmdf check',
            semanticVersion: version,
            ...(homepage === null ? {} : { informationUri: homepage }),
            rules,
          },
        },
        columnKind: 'unicodeCodePoints',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: remarksOf(findings).map(({ title, lines }) => ({
              descriptor: { id: title },
              level: 'note',
              message: messageOf(lines.join('\n')),
            })),
          },
        ],
        results: diagnostics.map((one) => ({ ...resultOf(one), ruleIndex: codes.indexOf(one.code) })),
      },
    ],
  };
}
