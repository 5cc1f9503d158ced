/*
 * Random configurations as text: rules, defaults, channels, tables, aliases, with comments wherever they are permitted.
 */

import * as fc from 'fast-check';
import { anyFile } from '../../../lib/mapping/arbitrary.js';
import { printMappings } from '../../../support/language.js';
import type { Files } from './files.js';

const commentText = fc.string({
  unit: fc.constantFrom('a', ' ', '#', '!', "'", '"', ':', '-', '\\', '\t', '{', 'é', '😀', '\u202e'),
  maxLength: 8,
});

const comment = commentText.map((text) => `!${text.trimEnd().replace(/\\+$/, '')}`);

const comments = fc.oneof(
  { weight: 3, arbitrary: fc.constant<string[]>([]) },
  fc.array(comment, { minLength: 1, maxLength: 2 }),
);

function commented(line: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  return fc.tuple(comments, line).map(([before, one]) => [...before, one]);
}

const rule = fc
  .tuple(
    fc.constantFrom(
      'a.example',
      '*.a.example',
      '.b.example',
      '[10.]',
      '[]',
      '[IPv6:2001:db8:]',
      't|c.example',
      '$%',
    ),
    fc.constantFrom(' ', '   ', '\t', '\t\t ', ' \\\n  '),
    fc.constantFrom(
      '$U@$H$D$E$F',
      '$U%$H$D@TCP-DAEMON',
      "$?it's \"closed\", # since: 'May'",
      '$($U)$E$F',
      '$0U%\\$D@INNER$Mtcp_local',
      '$U%x$$y$%z@l.example\\',
    ),
  )
  .map(([pattern, blanks, template]) => `${pattern}${blanks}${template.replace(/\\$/, '\\ ')}`);

const lastRules = ['.   $U%$H@TCP-DAEMON'];

const keywords = fc
  .array(
    fc.constantFrom(
      'smtp',
      'MX',
      'switchchannel',
      'noswitchchannel',
      'maytls',
      'notlsclient',
      'staff',
      'logging',
      'expandlimit 20',
      'daemon [10.1.2.3]',
      'description "a: b # c"',
      "it's",
    ),
    { maxLength: 4 },
  )
  .map((words) => words.map((word) => ` ${word}`).join(''));

function channel(name: string, host: string): fc.Arbitrary<string> {
  const further = fc.oneof(
    fc.constant<string[]>([]),
    commented(fc.constant(`h-${name.replaceAll('_', '-')}.example`)),
    fc
      .tuple(
        commented(fc.constant(`h-${name.replaceAll('_', '-')}.example`)),
        commented(fc.constant(`o-${name.replaceAll('_', '-')}.example   proper.example`)),
      )
      .map(([one, other]) => [...one, ...other]),
  );
  return fc
    .tuple(
      commented(keywords.map((words) => `${name}${words}`)),
      commented(fc.constantFrom(host, `${host} alias-${name.replaceAll('_', '-')}`)),
      further,
      comments,
    )
    .map((parts) => parts.flat().join('\n'));
}

const defaultsBlock = fc
  .oneof(commented(keywords.map((words) => `defaults${words}`)), commented(fc.constant('nodefaults')))
  .map((lines) => lines.join('\n'));

const gap = fc.constantFrom('\n\n', '\n\n\n', '\n  \n');

const cnf = fc
  .tuple(
    fc.array(commented(rule), { maxLength: 4 }),
    comments,
    gap,
    fc.option(defaultsBlock),
    channel('l', 'l.example'),
    gap,
    fc.option(defaultsBlock),
    channel('tcp_local', 'TCP-DAEMON'),
    channel('tcp_inner', 'INNER'),
    comments,
  )
  .map(([rules, after, between, first, local, otherGap, second, outer, inner, end]) => {
    const blocks = [first, local, second, outer, inner, end.length === 0 ? null : end.join('\n')];
    const channels = blocks.filter((block) => block !== null).join(otherGap);
    return `${[...rules.flat(), ...lastRules, ...after].join('\n')}${between}${channels}\n`;
  });

const alias = fc
  .tuple(
    fc.constantFrom(
      ': bob',
      ': bob, carol@a.example',
      ': "Dora, D." <dora@a.example>,\n  eve',
      ': "o\'neil"@b.example',
    ),
  )
  .map(([values]) => values);

const aliasNames = ['team', '"mary ann"', 'x@l.example', 'null', '"a:b"'];

const aliases = fc
  .tuple(
    ...aliasNames.map((name) => fc.option(commented(alias.map((values) => `${name}${values}`)))),
    comments,
  )
  .map((parts) => parts.flatMap((part) => part ?? []).join('\n'));

const yaml = fc.constantFrom(
  undefined,
  '# settings\n\nlocal_domains: [a.example] # ours\n',
  '{ local_domains: [a.example] } # all in one line\n',
  '# first\n\n# of the rules\nrules:\n  - y.example $U@l.example # behind\n  # inside\n  - z.example $U@l.example\n# of limits\nlimits: { steps: 5000 }\n',
  'mappings:\n  # of the table\n  YAML-TABLE:\n    # of the entry\n    - [a b, c] # behind\n    # at the end\n\n# at the very end\n',
);

/** A configuration without errors. */
export const anyFiles: fc.Arbitrary<Files> = fc
  .record({ 'pmdf.cnf': cnf, mappings: anyFile.map(printMappings), aliases, 'pmdf.yaml': yaml })
  .map((files) =>
    Object.fromEntries(
      Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  );
