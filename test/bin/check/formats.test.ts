/*
 * `pmdf check --format github` and `--format sarif`: whatever a finding says, a GitHub runner reads it as one command, and the
 * published schema of SARIF accepts it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { githubLines } from '../../../bin/check/github.js';
import { sarifLog } from '../../../bin/check/sarif.js';
import type { Findings } from '../../../bin/support/index.js';
import { errorAt, type SourceFile, spanOfFile, startOf, warningAt } from '../../../lib/text/index.js';
import { projectRoot } from '../../support/project-root.js';

const schemaFile = join(projectRoot, 'test', 'bin', 'check', 'sarif-schema-2.1.0.json');

/** A reader of workflow commands, after `ActionCommand.TryParseV2` of github.com/actions/runner; null for other lines. */
function readCommand(line: string) {
  const trimmed = line.trimStart();
  if (!trimmed.startsWith('::')) return null;
  const end = trimmed.indexOf('::', 2);
  if (end === -1) return null;
  const [name = '', ...rest] = trimmed.slice(2, end).split(' ');
  const unescapeText = (text: string): string =>
    text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const properties = rest
    .join(' ')
    .split(',')
    .map((one): [string, string] => {
      const at = one.indexOf('=');
      const value = unescapeText(
        one
          .slice(at + 1)
          .replaceAll('%3A', ':')
          .replaceAll('%2C', ','),
      );
      return [one.slice(0, at), value];
    });
  return { name, properties: Object.fromEntries(properties), text: unescapeText(trimmed.slice(end + 2)) };
}

function source(name: string, text: string, includedFrom?: SourceFile): SourceFile {
  const file = { name, shortName: name, text };
  return includedFrom === undefined ? file : { ...file, includedFrom: startOf(includedFrom) };
}

const usual = source('config/pmdf/pmdf.cnf', 'first\n\u{1f4e7} second\nthird\n');
const hostile = source('a b/c:d,e%2C\n::error::#?\ud800.cnf', 'x\n', usual);
const hostileText = 'bad `%0A` \r\n::error::no {0} {table,$L} [a](b) \u001b[31m \u2028';

const findings: Findings = {
  diagnostics: [
    errorAt({ source: usual, offset: 9, length: 6 }, 'rewrite/pattern', 'a message', { hint: 'a hint' }),
    warningAt({ source: hostile, offset: 0, length: 9 }, 'mapping/unquoted-blank', hostileText, {
      hint: hostileText,
      related: [{ message: hostileText, span: startOf(usual) }],
    }),
    errorAt(spanOfFile({ name: '/etc/haraka/mapp ings', shortName: 'mappings' }), 'file/missing', 'missing'),
    errorAt(startOf(usual), 'rewrite/pattern', 'the same code'),
  ],
  undecided: 0,
  hash: '0123456789abcdef',
  audit: null,
  proof: {
    channels: [
      {
        channel: 'tcp_local',
        submission: null,
        closed: null,
        answer: 'proved',
        ways: [],
        doubts: [],
      },
    ],
    restsOn: [],
    refusesAll: [],
    unusedNotes: [],
  },
  live: null,
};

describe('formats of pmdf check', () => {
  it('github: each finding is one command with its place', () => {
    const lines = githubLines(findings);
    assert.equal(
      lines[0],
      '::error file=config/pmdf/pmdf.cnf,line=2,endLine=2,col=3,endColumn=9,title=rewrite/pattern::a message%0Ahint: a hint',
    );
    assert.equal(lines[2], '::error file=/etc/haraka/mapp ings,title=file/missing::missing');
    assert.deepEqual(lines.slice(4), [
      '::notice title=relaying::relaying: tcp_local: proved: strangers cannot relay',
      '::notice title=policy::policy hash=0123456789abcdef',
      '3 errors, 1 warning',
    ]);
  });

  it('github: a hostile name or text stays in its command', () => {
    const lines = githubLines(findings);
    assert.ok(lines.every((line) => !/[\r\n]/.test(line)));
    const read = readCommand(lines[1] ?? '');
    assert.equal(read?.name, 'warning');
    assert.deepEqual(Object.keys(read.properties), ['file', 'line', 'endLine', 'col', 'endColumn', 'title']);
    assert.equal(read.properties['file'], 'a b/c:d,e%2C\n::error::#?\\u{d800}.cnf');
    assert.match(read.text, /^bad `%0A` \\u\{d\}\n::error::no \{0\}/);
    assert.doesNotMatch(read.text, /\u001b|\u2028/);
  });

  it('sarif: the published schema accepts the log', () => {
    // It is of draft 4, of which it uses nothing but `id` that the draft of ajv has not kept.
    const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8'));
    const isReference = (text: string): boolean =>
      /^[!-~]*$/.test(text) && !/[\\^`{|}<>" ]/.test(text) && URL.canParse(text, 'file:///base/');
    const ajv = new Ajv({
      strict: false,
      unicodeRegExp: false,
      allErrors: true,
      formats: { uri: (text: string) => URL.canParse(text), 'uri-reference': isReference, 'date-time': true },
    });
    const validate = ajv.compile(schema);
    const judged = (log: unknown) => (validate(log) ? [] : validate.errors);
    assert.deepEqual(judged(sarifLog(findings)), []);
    const none = { ...findings, diagnostics: [], proof: null, hash: null };
    assert.deepEqual(judged(sarifLog(none)), []);
    assert.notDeepEqual(judged({ ...sarifLog(findings), version: '2.0.0' }), []);
  });

  it('sarif: rules, places and texts', () => {
    const [run] = sarifLog(findings).runs;
    assert.ok(run !== undefined);
    assert.deepEqual(
      run.tool.driver.rules.map(({ id }) => id),
      ['file/missing', 'mapping/unquoted-blank', 'rewrite/pattern'],
    );
    for (const { ruleId, ruleIndex } of run.results)
      assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
    const [first, second, third] = run.results;
    assert.deepEqual(first?.locations, [
      {
        physicalLocation: {
          artifactLocation: { uri: 'config/pmdf/pmdf.cnf' },
          region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 9 },
        },
      },
    ]);
    // Braces are for placeholders and have to be doubled.
    assert.match(second?.message.text ?? '', /no \{\{0\}\} \{\{table,\$L\}\}/);
    assert.equal(
      second?.locations[0]?.physicalLocation.artifactLocation.uri,
      'a%20b/c%3Ad%2Ce%252C%0A%3A%3Aerror%3A%3A%23%3F%EF%BF%BD.cnf',
    );
    assert.equal(second.relatedLocations?.length, 2);
    assert.deepEqual(third?.locations, [
      { physicalLocation: { artifactLocation: { uri: 'file:///etc/haraka/mapp%20ings' } } },
    ]);
    const [invocation] = run.invocations;
    assert.deepEqual(
      invocation?.toolExecutionNotifications.map(({ descriptor }) => descriptor.id),
      ['relaying', 'policy'],
    );
  });
});
