/*
 * `pmdf cases` as other programs see it: TAP, JUnit XML, what `--record` writes, and exit codes.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { scalar } from '../../../bin/cases/write-case.js';
import { readYaml } from '../../../lib/config/yaml/read-yaml.js';
import { itWith } from '../../support/programs.js';
import { CommandFolder, type Run } from '../support/command-folder.js';
import { readTap } from '../support/read-tap.js';

/** Reads XML with an independent parser; returns the attributes of the root and the failed test cases. */
function readXml(xml: string): unknown {
  const program = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
cases = [[one.get('name'), [f.get('message') for f in one.findall('failure')]] for one in root.iter('testcase')]
json.dump({'tests': root.get('tests'), 'failures': root.get('failures'), 'cases': cases}, sys.stdout)
`;
  return JSON.parse(execFileSync('python3', ['-c', program], { input: xml, encoding: 'utf8' }));
}

/** A name and a sender that need quoting everywhere. */
const hostile = `cases:
  - name: "a <b> & \\"c\\" # \\\\ \\u001b[31m \\ufffe ]]> \\ud83d\\ude00"
    client: 192.0.2.7
    from: '"<&>\\"]]>"@b.example'
    to: bob@other.com
    expect: { verdict: accept, text: "\\u0007<&#" }
`;

describe('pmdf cases', function () {
  this.timeout(180_000);
  const command = new CommandFolder();

  it('prints TAP that a TAP reader accepts', async () => {
    const run = await command.call('cases', '--format', 'tap', 'cases/failing.yaml', 'cases/example.yaml');
    assert.equal(run.exitCode, 1);
    const { plan, points } = readTap(run.stdout);
    assert.equal(plan, 7);
    assert.deepEqual(
      points.map(({ ok }) => ok),
      [false, true, true, true, true, true, true],
    );
    assert.equal(points[0]?.description, 'a client that is taken for one of ours');
    assert.match(points[0]?.block.join('\n') ?? '', /expected: "tcp_internal"\n {4}actual: "tcp_local"/);
  });

  itWith(['prove'], 'prints TAP that prove accepts', async () => {
    const tap = (await command.call('cases', '--format', 'tap', 'cases/example.yaml')).stdout;
    // Older readers know only version 13, from which nothing was removed.
    writeFileSync(command.path('run.tap'), tap.replace('TAP version 14', 'TAP version 13'));
    const run = command.shell('prove -e cat run.tap');
    assert.match(run.stdout, /^Result: PASS$/m);
    assert.equal(run.exitCode, 0);
  });

  it('prints YAML under a point that fails', async () => {
    const run = await command.call('cases', '--format', 'tap', 'cases/failing.yaml');
    for (const { block } of readTap(run.stdout).points) {
      const source = { name: 'tap', shortName: 'tap', text: block.join('\n') };
      assert.deepEqual(readYaml(source).diagnostics, []);
    }
  });

  itWith(['python3'], 'prints XML that an XML reader accepts', async () => {
    const run = await command.call('cases', '--format=junit', '--require-all', 'cases/failing.yaml');
    assert.equal(run.exitCode, 1);
    assert.deepEqual(readXml(run.stdout), {
      tests: '3',
      failures: '2',
      cases: [
        [
          'a client that is taken for one of ours',
          ['client 192.0.2.7: source channel: expected tcp_internal, got tcp_local'],
        ],
        ['line 7', []],
        ['every rule and entry is touched', ['no case touches 2']],
      ],
    });
  });

  itWith(['prove', 'python3'], 'keeps hostile names from breaking TAP and XML', async () => {
    writeFileSync(command.path('hostile.yaml'), hostile);
    const name = 'a <b> & "c" # \\ \\u{1b}[31m \\u{fffe} ]]> 😀';
    const xml = await command.call('cases', '--format', 'junit', 'hostile.yaml');
    assert.equal(xml.exitCode, 1, xml.stderr);
    assert.deepEqual(JSON.parse(JSON.stringify(readXml(xml.stdout))).cases[0][0], name);
    const tap = readTap((await command.call('cases', '--format', 'tap', 'hostile.yaml')).stdout);
    assert.equal(tap.points.length, 1);
    assert.equal(tap.points[0]?.description, name.replace('\\u{fffe}', '\ufffe'));
  });

  it('reads standard input, and several files', () => {
    const run = command.shell('pmdf cases cases/failing.yaml - < cases/example.yaml | tail -8 | head -1');
    assert.match(run.stdout, /^6 passed, 1 failed$|^pass /m);
    const json = JSON.parse(
      command.shell('pmdf cases --json cases/failing.yaml - < cases/example.yaml').stdout,
    );
    assert.deepEqual([json.passed, json.failed], [6, 1]);
  });

  it('fails with --require-all for entries that no case touches, and only for those', async () => {
    assert.equal((await command.call('cases', 'cases/example.yaml')).exitCode, 0);
    assert.equal((await command.call('cases', 'cases/example.yaml', '--require-all')).exitCode, 1);
    const further = `${readFileSync(command.path('cases/example.yaml'), 'utf8')}
  - to: x@sub.domain.com
    expect: { destination_channel: tcp_internal }
`;
    writeFileSync(command.path('whole.yaml'), further);
    assert.equal((await command.call('cases', 'whole.yaml', '--require-all')).exitCode, 0);
    assert.equal((await command.call('cases', 'whole.yaml', '--require-all', '--built-in')).exitCode, 1);
  });

  it('does not count entries as touched that are not consulted because the sender was rejected', async () => {
    const cases = `cases:
  - client: 192.0.2.7
    from: spammer@b.example
    to: bob@other.com
    expect: { verdict: reject, entry: 'mappings:7', from: { code: 550 } }
`;
    writeFileSync(command.path('refused.yaml'), cases);
    const json = JSON.parse(
      (await command.call('cases', 'refused.yaml', '--config', 'site', '--json')).stdout,
    );
    assert.deepEqual([json.passed, json.failed], [1, 0]);
    const untouched = json.coverage.parts.flatMap((part: { untouched: { place: string }[] }) =>
      part.untouched.map(({ place }) => place),
    );
    assert.ok(untouched.includes('mappings:13'));
    assert.ok(!untouched.includes('mappings:7'));
  });

  it('ends with 2 for broken cases, a broken configuration and missing files', async () => {
    assert.equal((await command.call('cases', 'cases/broken.yaml')).exitCode, 2);
    assert.equal((await command.call('cases', 'cases/example.yaml', '--config', 'broken')).exitCode, 2);
    assert.equal((await command.call('cases', 'nowhere.yaml')).exitCode, 2);
    assert.equal((await command.call('cases')).exitCode, 64);
    assert.equal((await command.call('cases', 'cases/example.yaml', '--to', 'a@b')).exitCode, 64);
    assert.equal((await command.call('cases', 'cases/example.yaml', '--format', 'xml')).exitCode, 64);
  });
});

describe('pmdf cases --record', function () {
  this.timeout(180_000);
  const command = new CommandFolder();
  const request = ['--client', '192.0.2.7', '--from', 'a@b.example'];

  function record(file: string, ...words: readonly string[]): Promise<Run> {
    return command.call('cases', '--record', file, ...words);
  }

  it('makes a file whose case passes', async () => {
    const to = [
      'bob@other.com',
      '"a b"@domain.com',
      'jane.doe@domain.com',
      "o'neill@domain.com",
      'no such address',
    ];
    const run = await record(
      'new.yaml',
      ...request,
      '--helo',
      'null',
      '--auth',
      '733',
      '--port',
      '587',
      '--tls',
      '--to',
      ...to,
    );
    assert.equal(run.exitCode, 0, run.stderr);
    const again = await command.call('cases', 'new.yaml', '--json');
    assert.equal(again.exitCode, 0, again.stdout);
    assert.equal(JSON.parse(again.stdout).passed, 1);
  });

  it('accepts long addresses, as values and as keys', async () => {
    const long = `${'x'.repeat(2000)}@domain.com`;
    assert.equal((await record('long.yaml', ...request, '--to', long, 'bob@domain.com')).exitCode, 0);
    assert.equal((await record('long.yaml', ...request, '--to', long)).exitCode, 0);
    assert.equal((await command.call('cases', 'long.yaml')).exitCode, 0);
  });

  it('leaves existing text unchanged', async () => {
    const before = readFileSync(command.path('cases/example.yaml'));
    writeFileSync(command.path('kept.yaml'), before);
    assert.equal((await record('kept.yaml', ...request, '--to', 'x@sub.domain.com')).exitCode, 0);
    const after = readFileSync(command.path('kept.yaml'));
    assert.deepEqual(after.subarray(0, before.length), before);
    assert.equal(JSON.parse((await command.call('cases', 'kept.yaml', '--json')).stdout).passed, 6);
  });

  it('keeps line ends of two characters, and a file without the last one', async () => {
    const text =
      "cases:\r\n- { client: 192.0.2.7, from: '', to: bob@domain.com, expect: { verdict: accept } }";
    writeFileSync(command.path('crlf.yaml'), text);
    assert.equal((await record('crlf.yaml', ...request, '--to', 'bob@domain.com')).exitCode, 0);
    const after = readFileSync(command.path('crlf.yaml'), 'utf8');
    assert.ok(after.startsWith(`${text}\r\n\r\n- name: `));
    assert.doesNotMatch(after, /[^\r]\n/);
    assert.equal(JSON.parse((await command.call('cases', 'crlf.yaml', '--json')).stdout).passed, 2);
  });

  it('accepts the JSON of an explanation', async () => {
    const line = `pmdf explain ${request.join(' ')} --to bob@other.com jane.doe@domain.com --json | pmdf cases --record piped.yaml -`;
    // `explain` itself ends with 1 here, since a recipient is rejected.
    assert.equal(command.shell(line).exitCode, 1);
    assert.equal((await command.call('cases', 'piped.yaml')).exitCode, 0);
  });

  it('records the port, the server and HELO from the JSON', () => {
    const words = '--port 587 --server 192.0.2.25 --helo mail.b.example --to bob@domain.com';
    command.shell(
      `pmdf explain ${request.join(' ')} ${words} --json | pmdf cases --record whole-request.yaml -`,
    );
    const written = readFileSync(command.path('whole-request.yaml'), 'utf8');
    for (const line of ['helo: mail.b.example', 'server: 192.0.2.25', 'port: 587'])
      assert.ok(written.includes(`\n    ${line}\n`), written);
  });

  const refused: readonly (readonly [string, string, number])[] = [
    ['a file with errors', `pmdf cases --record cases/broken.yaml ${request.join(' ')} --to a@b`, 2],
    ['an object that is not an explanation', 'echo "{}" | pmdf cases --record x.yaml -', 1],
    ['invalid JSON', 'echo "{" | pmdf cases --record x.yaml -', 1],
    ['a request and an explanation', 'echo "{}" | pmdf cases --record x.yaml --from a@b -', 64],
    ['no request', 'pmdf cases --record x.yaml', 64],
    ['another word', `pmdf cases --record x.yaml y.yaml ${request.join(' ')} --to a@b`, 64],
  ];
  for (const [name, line, exitCode] of refused) {
    it(`refuses ${name}, and writes nothing`, () => {
      const before = readFileSync(command.path('cases/broken.yaml'));
      assert.equal(command.shell(line).exitCode, exitCode);
      assert.ok(!existsSync(command.path('x.yaml')));
      assert.deepEqual(readFileSync(command.path('cases/broken.yaml')), before);
    });
  }

  it('writes text that YAML reads back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        for (const whole of [`[${scalar(text)}]`, `- ${scalar(text)}`]) {
          const { value, diagnostics } = readYaml({ name: 'y', shortName: 'y', text: whole });
          assert.deepEqual(diagnostics, []);
          assert.ok(value?.kind === 'sequence');
          const [item] = value.items;
          assert.ok(item?.kind === 'scalar' && item.text === text, `${whole} reads as something else`);
        }
      }),
    );
  });
});
