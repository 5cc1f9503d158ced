import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { convertPolicy } from '../../../../bin/show/convert/convert.js';
import { findDifference } from '../../../../bin/show/convert/same-policy.js';
import { brief, type Databases, Site } from '../../../lib/decide/decide-as.js';
import { policyOf } from '../../../lib/policy/policy-of.js';
import { anyFiles } from './arbitrary-files.js';
import { convert, type Files, filesIn, outline, policyText, sourcesOf, syntaxOf } from './files.js';

/** The sample of Messaging Server, under the names that the tests read. */
function messagingServer(): Files {
  const files = filesIn('config/messaging-server');
  const { 'imta.cnf': cnf = '', 'internet.rules': rules = '' } = files;
  return { ...files, 'pmdf.cnf': cnf, 'IMTA_TABLE:internet.rules': rules };
}

const configurations: readonly (readonly [string, Files])[] = [
  ['config', filesIn('config')],
  ['config/messaging-server', messagingServer()],
  ...['config/all-in-yaml', 'config/forward-table'].map((name) => [name, filesIn(name)] as const),
  ...['doubtful', 'shown', 'site', 'submit'].map(
    (name) => [name, filesIn(`test/bin/fixtures/${name}/pmdf`)] as const,
  ),
];

/** Converts from form to form; the policy and its comments stay the same. */
function assertStays(files: Files): void {
  const before = syntaxOf(files);
  const yaml = convert(files, 'yaml').files;
  const pmdf = convert(files, 'pmdf').files;
  const ways: readonly (readonly [string, Files])[] = [
    ['yaml', yaml],
    ['pmdf', pmdf],
    ['yaml, pmdf', convert(yaml, 'pmdf').files],
    ['pmdf, yaml', convert(pmdf, 'yaml').files],
  ];
  for (const [way, converted] of ways) {
    const after = syntaxOf(converted);
    assert.equal(findDifference(before, after), null, way);
    assert.deepEqual(outline(after), outline(before), way);
  }
  assert.deepEqual(convert(yaml, 'yaml').files['pmdf.yaml'], yaml['pmdf.yaml']);
  assert.deepEqual(convert(pmdf, 'pmdf').files, pmdf);
}

describe('convertPolicy', () => {
  for (const [name, files] of configurations) {
    it(`keeps ${name} unchanged, comments in their places`, () => assertStays(files));
  }

  it('keeps whatever can be written', () => {
    fc.assert(
      fc.property(anyFiles, (files) => assertStays(files)),
      { numRuns: 300 },
    );
  });

  describe('decisions', () => {
    const users = [
      'bob',
      'jane.doe',
      'abuse',
      'staff',
      '"mary ann"',
      'victim%evil.example',
      'a!b',
      'x%lab',
      'held',
    ];
    const hosts = [
      'domain.com',
      'sub.domain.com',
      'shop.example',
      'pc.shop.example',
      'x.lab.shop.example',
      'nt.shop.example',
      'closed.example',
      'away.example',
      'other.com',
      'TCP-INTERNAL',
      '[10.1.2.3]',
      '[192.0.2.9]',
    ];
    const databases: Databases = { general: { 'jane.doe': 'jdoe%other.com@PROCESS-DAEMON' } };

    /** The place of an entry differs in the other form. */
    function decisions(files: Files): readonly string[] {
      const site = new Site(policyText(files), databases);
      const sources = ['tcp_local', 'tcp_internal', 'process'].filter((name) =>
        site.policy.channels.channels.has(name),
      );
      return sources.flatMap((source) =>
        users.flatMap((user) =>
          hosts.map((host) => {
            const to = `${user}@${host}`;
            const decided = brief(site.recipient(to, { source })).replace(
              / by (?!built-in)\S+$/,
              ' by an entry',
            );
            return `${to} from ${source}: ${decided}`;
          }),
        ),
      );
    }

    for (const [name, files] of configurations) {
      it(`are the same for ${name} in both forms`, () => {
        const expected = decisions(files);
        assert.ok(expected.length > 100);
        assert.deepEqual(decisions(convert(files, 'yaml').files), expected);
        assert.deepEqual(decisions(convert(files, 'pmdf').files), expected);
      });
    }
  });

  it('writes nothing with another meaning', () => {
    const files: Files = { 'pmdf.cnf': 'a.example $?one\rtwo\n\nl\nl.example\n' };
    const written = { ...sourcesOf(files), optionFile: null };
    assert.deepEqual(convertPolicy(written, 'yaml'), {
      kind: 'cannot-say',
      part: 'configuration',
      cause: '`rules[0]` must fit on one line',
    });
    assert.equal(convertPolicy(written, 'pmdf').kind, 'written');
  });

  it('keeps the names of the files that stay', () => {
    const files: Files = {
      'pmdf.cnf': 'a $U@a\n\nl smtp\na\n',
      'pmdf.yaml': '# ours\nfiles:\n  options: other.dat\n  security: "a b.cnf"\n  mappings: more\n',
    };
    for (const form of ['yaml', 'pmdf'] as const) {
      const { settings } = syntaxOf(convert(files, form).files);
      const { options, security, mappings } = settings.files;
      assert.deepEqual([options, security, mappings], ['other.dat', 'a b.cnf', 'mappings']);
    }
  });

  it('writes what compiles', () => {
    for (const [, files] of configurations) {
      for (const form of ['yaml', 'pmdf'] as const) policyOf(policyText(convert(files, form).files));
    }
  });
});
