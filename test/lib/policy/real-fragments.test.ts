/*
 * Fragments as people write them into imta.cnf and mappings: each loads, or gives one clear finding.
 */
import assert from 'node:assert/strict';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import { compilePolicy } from '../../../lib/policy/compile-policy.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import type { SourceFile } from '../../../lib/text/source.js';

interface Fragment {
  readonly is: string;
  readonly rules?: string;
  /** Further keywords of tcp_local. */
  readonly keywords?: string;
  readonly channels?: string;
  readonly mappings?: string;
  readonly aliases?: string;
  /** The findings without their files and excerpts: `severity line: code`, then the hint. */
  readonly found: readonly string[];
  readonly hint?: RegExp;
}

function source(name: string, text: string): SourceFile {
  return { name, shortName: name, text };
}

function findingsOf(fragment: Fragment, lineEnd: string) {
  const { rules = '', keywords = '', channels = '', mappings = '', aliases = '' } = fragment;
  const cnf = `${rules}domain.com  $U@domain.com
.           $U%$H@tcp-daemon

l
domain.com

tcp_local smtp mx switchchannel ${keywords}
tcp-daemon

tcp_intranet smtp mx allowswitchchannel
tcp_intranet-daemon
${channels}`;
  const written = (name: string, text: string) => source(name, text.replaceAll('\n', lineEnd));
  const { diagnostics } = compilePolicy({
    settings: parseSettings(source('pmdf.yaml', 'local_domains: [hosted.example]\n')).value,
    cnf: written('imta.cnf', cnf),
    mappings: written('mappings', mappings),
    aliases: written('aliases', aliases),
    readInclude: () => undefined,
    cnfName: { name: 'imta.cnf', shortName: 'imta.cnf' },
  });
  return diagnostics;
}

const send = 'ORIG_SEND_ACCESS\n\n';
const fragments: readonly Fragment[] = [
  { is: 'a header of comments', rules: '! VERSION=1.1\n!\n!  Part I : rewrite rules\n', found: [] },
  { is: 'tabs and upper case', rules: 'MAIL.Domain.COM\t\t$U%$D@DOMAIN.com\n', found: [] },
  { is: 'a continued rule', rules: 'mail.domain.com \\\n   $U%$D@domain.com\n', found: [] },
  { is: "the installer's first rule", rules: '$*   $A$E$F$U%$H$V$H@domain.com\n', found: [] },
  { is: 'labels', rules: '*.sub.domain.com   $U%$&0.domain.com@tcp_intranet-daemon\n', found: [] },
  { is: 'a host without its first label', rules: '.domain.com   $U%$1D@tcp_intranet-daemon\n', found: [] },
  { is: 'a condition on reprocessing', rules: 'x.com   $E$F$U%x.com@tcp_intranet-daemon$1M\n', found: [] },
  { is: 'an error text', rules: 'x.com   $E$F$U%x.com@nowhere$?no such host here\n', found: [] },
  {
    is: 'a rule that consults a table about the client',
    rules: '[]   $E$R${INTERNAL_IP,$L}$U%[$L]@tcp_intranet-daemon\n',
    mappings: 'INTERNAL_IP\n\n  $(10.0.0.0/8)  $Y\n  *  $N\n',
    found: [],
  },
  {
    is: 'a comment after a rule',
    rules: 'x.com   $U@domain.com   ! our old name\n',
    found: ['error 1: rewrite/stray-text'],
    hint: /`!` in column 1/,
  },
  {
    is: 'an indented comment among rules',
    rules: '  ! our old name\n',
    found: ['error 1: rewrite/indented'],
    hint: /`!` in column 1/,
  },
  {
    is: 'a comment of another language among rules',
    rules: '# our old name\n',
    found: ['error 1: rewrite/comment'],
    hint: /`!` in column 1/,
  },
  {
    is: 'a missing include',
    rules: '<IMTA_TABLE:internet.rules\n',
    found: ['error 1: file/include-missing'],
    hint: /^put `internet\.rules` into the folder/,
  },
  {
    is: 'a missing include elsewhere',
    rules: '</srv/mail/my.rules\n',
    found: ['error 1: file/include-missing'],
    hint: /write `<my\.rules`$/,
  },
  {
    is: 'a call-out in a rule',
    rules: '[]   $E$U%$[IMTA_LIBUTIL,hostName,$L]@tcp_intranet-daemon\n',
    found: [],
  },
  { is: 'a continued channel line', keywords: 'subdirs 20 \\\n maxjobs 7 pool SMTP_POOL', found: [] },
  { is: 'quoted durations', keywords: 'backoff "pt5m" "pt10m" "pt4h" notices 1 7 14', found: [] },
  { is: 'words with dollars', keywords: 'description "x $U+$S@$D"', found: [] },
  {
    is: 'blanks after the backslash',
    keywords: 'subdirs 20 \\  \n maxjobs',
    found: ['error 7: channel/line-end', 'warning 8: channel/missing-blank-line'],
    hint: /backslash/,
  },
  {
    is: 'a comment after keywords',
    keywords: '! towards the outside',
    found: ['error 7: channel/line-end'],
    hint: /`!` in column 1/,
  },
  {
    is: 'an indented comment among channels',
    channels: '\n  ! the stores of our users\nims-ms\nims-ms-daemon\n',
    found: ['error 13: channel/name'],
    hint: /`!` in column 1/,
  },
  {
    is: 'a comment of another language in a channel',
    channels: '\nims-ms lmtp daemon store\n# stores\nims-ms-daemon\n',
    found: ['error 14: channel/host-name'],
    hint: /`!` in column 1/,
  },
  {
    is: 'many spam filters',
    keywords: 'sourcespamfilter1optin a destinationspamfilter2optin b sourcefilter file:IMTA_TABLE:x.filter',
    channels: '\nims-ms lmtp daemon store fileinto $U+$S@$D filter ssrd:$A\nims-ms-daemon\n',
    found: ['warning 7: channel/ignored-keyword'],
  },
  {
    is: 'credentials on a channel',
    keywords: 'authusername "joe x" authpassword "a b"',
    found: ['warning 7: channel/ignored-keyword'],
    hint: /CLIENT_AUTH/,
  },
  {
    is: 'tables of other programs',
    mappings:
      'CONVERSIONS\n\n  IN-CHAN=*;OUT-CHAN=ims-ms;CONVERT  No\n\nX-ATT-NAMES\n\n  A$ *  $Y$E\n\nPAGER\n\n  * $[x,y,z]\n',
    found: ['warning 11: mapping/not-provided', 'warning 1: policy/foreign-table'],
  },
  {
    is: 'an indented comment among entries',
    mappings: `${send}  ! nobody may relay, "no" means no\n  tcp_local|*|tcp_local|*   $N\n`,
    found: ['warning 3: mapping/indented-comment'],
  },
  { is: 'a comment before the entries', mappings: 'SEND_ACCESS\n\n! none\n  *|*|x|*  $N\n', found: [] },
  {
    is: 'a comment after an entry',
    mappings: `${send}  tcp_local|*|tcp_local|*   $N   ! no relaying\n`,
    found: ['error 3: mapping/unquoted-blank'],
    hint: /comments go on lines of their own/,
  },
  {
    is: 'a comment of another language among tables',
    mappings: `# access\n\n${send}  tcp_local|*|tcp_local|*   $N\n`,
    found: ['error 1: mapping/table-name'],
    hint: /`!` in column 1/,
  },
  {
    is: 'text in quotes',
    mappings: `${send}  tcp_local|*|tcp_local|*   $N"Relaying not permitted"\n`,
    found: ['error 3: mapping/unquoted-blank'],
  },
  {
    is: 'an LDAP list',
    aliases: 'staff: <"ldap:///o=x?mail?sub?(cn=staff)"\n',
    found: ['error 1: alias/not-provided'],
  },
];

describe('fragments of real files', () => {
  for (const lineEnd of ['\n', '\r\n']) {
    for (const fragment of fragments) {
      it(`${fragment.is}${lineEnd === '\n' ? '' : ' with CRLF'}`, () => {
        const diagnostics = findingsOf(fragment, lineEnd);
        const shown = diagnostics.map((one) => {
          const [, line = '?'] = /:(\d+):\d+: /.exec(formatDiagnostic(one)) ?? [];
          return `${one.severity} ${line}: ${one.code}`;
        });
        const mapped = fragment.mappings !== undefined;
        const others = mapped ? shown : shown.filter((one) => !one.includes('policy/unasked-table'));
        assert.deepEqual(others.sort(), fragment.found.toSorted());
        if (fragment.hint !== undefined) assert.match(String(diagnostics[0]?.hint), fragment.hint);
      });
    }
  }
});
