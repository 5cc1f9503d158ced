/*
 * Entries that let anyone relay who claims to be what they ask for: the audit reports them, and names the entry.
 */
import assert from 'node:assert/strict';
import { exampleFile } from '../../decide/session-of.js';
import { relayFindings } from '../../lint/subject-of.js';
import { policyOf } from '../../policy/policy-of.js';
import { auditOf } from './audit-of.js';

const cnf = exampleFile('pmdf.cnf');
const block = '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';
const mailBlock = '  TCP|*|tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';
const friends = '\nFRIENDS\n\n  *@friend.example  $Y\n  *  $N\n';

/** A table and its entries, the leaks and their disguises, and settings. */
type Row = readonly [name: string, mappings: string, expected: RegExp, yaml?: string];

const send = (entries: string): string => `ORIG_SEND_ACCESS\n\n${entries}${block}`;
const mail = (entries: string): string => `ORIG_MAIL_ACCESS\n\n${entries}${mailBlock}`;

const rows: readonly Row[] = [
  [
    'a sender of a domain',
    send('  tcp_local|*@partner.example|tcp_local|*  $Y\n'),
    /^`victim@relay-audit\.example` with the sender `ann@partner\.example` goes out through `tcp_local`$/,
  ],
  [
    'a sender',
    send('  tcp_local|boss@partner.example|tcp_local|*  $Y\n'),
    /with the sender `boss@partner\.example` goes/,
  ],
  [
    'hosts below a domain',
    send('  tcp_local|*.partner.example|tcp_local|*  $Y\n'),
    /sender `\w+@[-.\w]+\.partner\.example`/,
  ],
  ['a local part', send('  tcp_local|list-*|tcp_local|*  $Y\n'), /sender `list-[^`]*`/],
  [
    'any sender of that kind',
    send('  tcp_local|$A*@*.gov|tcp_local|*  $Y\n'),
    /sender `ann@relay-audit\.example\.gov`/,
  ],
  [
    'after a wildcard for several fields',
    send('  *@partner.example|tcp_local|*  $Y\n'),
    /ann@partner\.example/,
  ],
  [
    'a sub-table',
    `${send('  tcp_local|*|tcp_local|*  $C$|FRIENDS;$0|$Y$E\n')}${friends}`,
    /ann@friend\.example/,
  ],
  ['SEND_ACCESS', `SEND_ACCESS\n\n  tcp_local|a@b.example|*|*  $Y\n${block}`, /sender `a@b\.example`/],
  ['hosts of a top-level domain', send('  tcp_local|*|tcp_local|*.org  $Y\n'), /@relay-audit\.example\.org`/],
  [
    'a sender, and hosts of a top-level domain',
    send('  tcp_local|boss@*.org|tcp_local|*@*.com  $Y\n'),
    /@relay-audit\.example\.com` with the sender `boss@relay-audit\.example\.org`/,
  ],
  [
    'a sender that lacks a dot',
    'ORIG_SEND_ACCESS\n\n  tcp_local||tcp_local|*  $NNo\n  tcp_local|*.*|tcp_local|*  $NNo\n',
    /sender `stranger@sender` goes/,
  ],
  [
    'a HELO name',
    mail('  TCP|*|SMTP/mail.partner.example|MAIL|tcp_local|*|tcp_local|*  $Y\n'),
    /sender `stranger@sender\.invalid`, HELO `mail\.partner\.example` goes out/,
    'access: { app_info: messaging-server }\n',
  ],
  [
    'an original recipient',
    'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*|*@domain.com  $Y\n  tcp_local|*|tcp_local|*  $NNo\n',
    /ORCPT `ann@domain\.com` goes out/,
    'access: { orcpt: true }\n',
  ],
  ['TLS', send('  tcp_local|*@partner.example|tcp_local|*  $:T$Y\n'), /ann@partner\.example`, TLS goes out/],
  ['only TLS', send('  tcp_local|*|tcp_local|*  $C$:T$Y$E\n'), /sender\.invalid`, TLS goes out/],
  ['a receipt', send('  tcp_local|*|tcp_local|*  $C$:S$Y$E\n'), /sender\.invalid`, NOTIFY=SUCCESS goes out/],
  ['HELO for EHLO', send('  tcp_local|*|tcp_local|*  $C$;E$Y$E\n'), /HELO in place of EHLO goes out/],
];

/** Tables that do not trust anything a client claims. */
const closed: readonly (readonly [name: string, mappings: string, yaml?: string])[] = [
  ['no exception', send('')],
  ['a client that authenticated', send('  tcp_local|*|tcp_local|*  $C$:A$Y$E\n')],
  ['the address of a client', mail('  TCP|*|*|198.51.100.9|*|*|*|tcp_local|*|tcp_local|*  $Y\n')],
  ['a recipient that is named', send('  tcp_local|*|tcp_local|*@client.example  $Y\n')],
  ['hosts below a domain that is named', send('  tcp_local|*|tcp_local|*.client.example  $Y\n')],
  ['mail for us', send('  tcp_local|*@partner.example|l|*  $Y\n')],
  ['an internal client', send('  tcp_internal|*@partner.example|tcp_local|*  $Y\n')],
  [
    'a sender whom FROM_ACCESS turns away',
    `${send('  tcp_local|*@partner.example|tcp_local|*  $Y\n')}\nFROM_ACCESS\n\n  *|tcp_local|*@partner.example|  $NNo\n`,
  ],
];

function leaksIn(mappings: string, yaml = ''): readonly string[] {
  const compiled = policyOf({ cnf, mappings, yaml });
  const findings = relayFindings(compiled, auditOf(compiled));
  return findings.map(({ message }) =>
    message
      .replace(/^strangers on the channel `tcp_local` can relay: mail for /, '')
      .replace(/, and so do(es)? .*$/, ''),
  );
}

describe('claims of a stranger', () => {
  for (const [name, mappings, expected, yaml] of rows) {
    it(name, () => {
      const [first = '', ...others] = leaksIn(mappings, yaml);
      assert.match(first, expected);
      assert.deepEqual(others, []);
    });
  }

  for (const [name, mappings, yaml] of closed) {
    it(`do not get mail out by ${name}`, () => assert.deepEqual(leaksIn(mappings, yaml), []));
  }

  it('are reported with the entry, further entries, and what to do', () => {
    const two = '  tcp_local|*@one.example|tcp_local|*  $Y\n  tcp_local|*@two.example|tcp_local|*  $Y\n';
    const compiled = policyOf({ cnf, mappings: send(two) });
    const [finding] = relayFindings(compiled, auditOf(compiled));
    assert.equal(
      finding?.hint,
      '`mappings:3` permits it; it tests only what any client can claim: remove it, or give the intended clients a channel of their own, with a rewrite rule for their addresses',
    );
    assert.deepEqual(
      finding?.related?.map(({ message }) => message),
      [
        'this entry permits another: mail for `victim@relay-audit.example` with the sender `ann@two.example` goes out through `tcp_local`',
      ],
    );
  });

  it('are counted', () => {
    const [plain] = auditOf(policyOf({ cnf, mappings: send('') })).channels;
    const [more] = auditOf(policyOf({ cnf, mappings: send('  tcp_local|a@b.example|l|*  $Y\n') })).channels;
    assert.ok(plain !== undefined && more !== undefined);
    assert.equal(more.senders, plain.senders + 1);
    assert.equal(more.addresses, plain.addresses);
    assert.ok(more.forms > plain.forms && plain.forms > plain.addresses);
  });

  it('need little work for thousands of named senders', () => {
    const entries = Array.from({ length: 2_000 }, (_, at) => `  tcp_local|a${at}@b.example|l|*  $Y\n`);
    const [audit] = auditOf(policyOf({ cnf, mappings: send(entries.join('')) })).channels;
    assert.ok(audit !== undefined && audit.forms < 10_000, `${audit?.forms} requests`);
    assert.ok(audit.sendersLeftOut >= 1_500, `${audit.sendersLeftOut} left out`);
  });
});
