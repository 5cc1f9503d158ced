/*
 * What the relay audit finds in whole configurations, and how it reports it.
 */
import assert from 'node:assert/strict';
import { absent, failed } from '../../../../lib/engine/lookup.js';
import { openRelay } from '../../../../lib/lint/rules/open-relay.js';
import type { CompiledPolicy } from '../../../../lib/policy/compile-policy.js';
import { exampleFile } from '../../decide/session-of.js';
import { findByRequests, relayFindings, subjectOf } from '../../lint/subject-of.js';
import { type PolicyText, policyOf } from '../../policy/policy-of.js';
import { auditOf, auditText } from './audit-of.js';
import { siteOf } from './sites.js';

const cnf = exampleFile('pmdf.cnf');
const mappings = exampleFile('mappings');

function messages(compiled: CompiledPolicy): string[] {
  return relayFindings(compiled, auditOf(compiled)).map(({ message, hint }) => `${message}; ${hint}`);
}

function withTable(text: string): PolicyText {
  return { cnf, mappings: text };
}

const block = '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';

describe('the relay audit', () => {
  for (const name of ['example', 'hub', 'milan', 'directory', 'inline'] as const) {
    it(`finds nothing in the site ${name}`, () => {
      const [audit, ...others] = auditOf(siteOf(name, '')).channels;
      assert.deepEqual(others, []);
      assert.ok(audit !== undefined && audit.forms >= 400, `${audit?.forms} forms`);
      assert.deepEqual(audit.leaks, []);
      assert.equal(audit.undecided, 0);
      assert.deepEqual(messages(siteOf(name, '')), []);
    });
  }

  it('finds nothing if source routes are followed', () => {
    for (const name of ['example', 'hub', 'milan', 'directory', 'inline'] as const) {
      assert.deepEqual(
        auditOf(siteOf(name, 'source_routes: follow\n')).channels.flatMap((one) => one.leaks),
        [],
      );
    }
  });

  for (const name of ['directory', 'inline'] as const) {
    it(`finds that hidden routing would get through the directory of the site ${name} without built-in entries`, () => {
      const [off] = auditOf(siteOf(name, 'built_in_source_routes: off\n')).channels;
      const addresses = (off?.leaks ?? []).map(({ address }) => address);
      assert.ok(
        addresses.includes('victim%relay-audit.example@pseudo.example'),
        addresses.slice(0, 5).join(' '),
      );
    });
  }

  it('counts the look-ups for servers', () => {
    const counts = (yaml: string) =>
      auditOf(policyOf({ cnf, mappings, yaml })).channels.map(({ serverLookups }) => serverLookups > 0);
    assert.deepEqual(counts('databases: { alias: alias.cdb }\n'), [false]);
    const stores = 'stores: { r: { kind: redis } }\n';
    assert.deepEqual(counts(`databases: { alias: { store: r, key: '%s' } }\n${stores}`), [true]);
  });

  it('finds what PMDF misses, and more without any entry', () => {
    const [pmdf] = auditOf(siteOf('example', 'built_in_source_routes: pmdf\n')).channels;
    const [off] = auditOf(siteOf('example', 'built_in_source_routes: off\n')).channels;
    assert.ok(pmdf !== undefined && off !== undefined);
    assert.ok(pmdf.leaks.length >= 30 && off.leaks.length > pmdf.leaks.length);
    // An intranet host without a dot, and a hop of ours that hides another.
    const addresses = pmdf.leaks.map(({ address }) => address);
    assert.ok(addresses.includes('victim%relay-audit@any-host.domain.com'));
    const hidden = pmdf.leaks.find(({ entry }) => entry === 'built-in:3');
    assert.equal(hidden?.isDirect, false);
  });

  for (const [what, entry] of [
    ['refuses by chance', '$?99?$NRelaying$ not$ permitted'],
    ['permits by chance', '$C$?1?$Y$E'],
    ['refuses by one of two chances', '$C$?50?$NNo$E\n  tcp_local|*|tcp_local|*   $C$?50?$NNo$E'],
  ] as const) {
    it(`finds the relay of an entry that ${what}`, () => {
      const text = `ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*   ${entry}\n`;
      const compiled = policyOf(withTable(what === 'permits by chance' ? text + block : text));
      const [audit] = auditOf(compiled).channels;
      assert.equal(audit?.leaks[0]?.address, 'victim@relay-audit.example');
      assert.equal(audit.leaks.length, 1);
      const open = findByRequests(subjectOf(compiled), () => absent, [openRelay]);
      assert.deepEqual(
        open.map(({ code }) => code),
        ['lint/open-relay'],
      );
    });
  }

  it('names the witness, the entry that permitted it, and the correction', () => {
    assert.deepEqual(
      messages(siteOf('example', 'built_in_source_routes: off\n')).map((one) => one.slice(0, 100)),
      [
        'strangers on the channel `tcp_local` can relay: mail for `victim%relay-audit.example@any-host.domain',
      ],
    );
    const [text = ''] = messages(siteOf('example', 'built_in_source_routes: off\n'));
    assert.match(text, /may read it as `victim@relay-audit\.example`/);
    assert.match(text, /no entry rejects it; set `built_in_source_routes: strict`$/);
  });

  it('leaves an open relay to its own check, and stops', () => {
    const compiled = policyOf({ cnf });
    const [audit] = auditOf(compiled).channels;
    assert.equal(
      audit?.leaks.some(({ plain }) => plain),
      true,
    );
    assert.ok((audit?.forms ?? 0) < 100);
    assert.deepEqual(messages(compiled), []);
  });

  it('follows strangers to the channel that TLS switches them to', () => {
    const byTls = (keywords: string): string =>
      `${cnf.replace(/^tcp_local .*$/m, '$& tlsswitchchannel tcp_tls')}\ntcp_tls smtp ${keywords}\nTLS-DAEMON\n`;
    const both = `ORIG_SEND_ACCESS\n\n${block}${block.replace('tcp_local', 'tcp_tls')}`;
    for (const keywords of ['', 'switchchannel']) {
      assert.deepEqual(messages(policyOf({ cnf: byTls(keywords), mappings: both })), []);
    }
    const off = 'built_in_source_routes: pmdf\n';
    const [first = '', second = ''] = messages(policyOf({ cnf: byTls(''), mappings: both, yaml: off }));
    assert.match(first, /^strangers on the channel `tcp_local` can relay/);
    assert.match(
      second,
      /^strangers on the channel `tcp_tls` can relay.*STARTTLS: give `tcp_tls` the keyword/,
    );
    const demanding = auditText({ cnf: byTls('mustsaslserver'), mappings: both });
    assert.deepEqual(
      demanding.map(({ channel, closed }) => [channel, closed]),
      [
        ['tcp_local', null],
        ['tcp_tls', 'clients have to authenticate'],
      ],
    );
  });

  it('tries senders that pretend to be ours', () => {
    const text = withTable(`ORIG_SEND_ACCESS\n\n  tcp_local|*@domain.com|tcp_local|*   $Y\n${block}`);
    const [finding = ''] = messages(policyOf(text));
    assert.match(
      finding,
      /`victim@relay-audit\.example` with the sender `postmaster@domain\.com` goes out through `tcp_local`/,
    );
    assert.match(finding, /`mappings:3` permits it; it tests only what any client can claim/);
  });

  it('and the null sender, which some sites permit', () => {
    const text = withTable(`ORIG_SEND_ACCESS\n\n  tcp_local||tcp_local|*   $Y\n${block}`);
    assert.match(messages(policyOf(text))[0] ?? '', /with the null sender goes out through `tcp_local`/);
  });

  it('takes FROM_ACCESS into account', () => {
    const spoofing = 'FROM_ACCESS\n\n  TCP|*|SMTP|MAIL|tcp_local|*@domain.com|   $N\n';
    const table = `ORIG_SEND_ACCESS\n\n  tcp_local|*@domain.com|tcp_local|*   $Y\n${block}`;
    assert.deepEqual(messages(policyOf(withTable(`${table}\n${spoofing}`))), []);
    const [closed] = auditText(withTable(`${table}\nFROM_ACCESS\n\n  *   $N\n`));
    assert.equal(closed?.closed, 'FROM_ACCESS rejects strangers');
  });

  it('finds an entry that lets plain hosts without a dot out', () => {
    const text = withTable('ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*.*   $NRelaying$ not$ permitted\n');
    assert.match(messages(policyOf(text))[0] ?? '', /`victim@relay-audit` with the sender/);
  });

  it('tries submission ports, to which the entries against strangers do not apply', () => {
    const submit = `${cnf}\ntcp_submit smtp mx\nSUBMIT-DAEMON\n`;
    const yaml = 'listeners:\n  587: tcp_submit\n';
    const [, open] = auditText({ cnf: submit, mappings, yaml });
    assert.equal(open?.submission, 587);
    assert.equal(
      open?.leaks.some(({ plain }) => plain),
      true,
    );
    const closed = policyOf({ cnf: submit.replace('smtp mx\n', 'smtp mx mustsaslserver\n'), mappings, yaml });
    assert.deepEqual(messages(closed), []);
    assert.equal(auditOf(closed).channels[1]?.closed, 'clients have to authenticate');
  });

  it('follows the process channel', () => {
    const general = `$*   $U%$H@PROCESS-DAEMON$Mtcp_local\n${cnf}`;
    const compiled = policyOf({ cnf: general, mappings });
    const [audit] = auditOf(compiled).channels;
    assert.equal(
      audit?.leaks.some(({ plain, isDirect }) => plain && isDirect),
      true,
    );
    assert.match(
      messages(compiled)[0] ?? '',
      /`victim@relay-audit\.example` .*; change the rewrite rule that leads outside hosts to `process`/,
    );
  });

  it("does not count the site's own forwarding as a leak", () => {
    const text = { cnf: `old.example  $U%new.example@PROCESS-DAEMON\n${cnf}`, mappings };
    assert.deepEqual(
      auditText(text).flatMap(({ leaks }) => leaks),
      [],
    );
  });

  it('says if nothing is outside', () => {
    const known = 'example invalid [192.0.2.66] relay-audit relay-audit-domain.com'.split(' ');
    const rules = known.map((host) => `${/^[ei]/.test(host) ? '.' : ''}${host}  $U%$H$D@TCP-INTERNAL$F\n`);
    const inside = `${rules.join('')}${cnf.replace(/^\. .*$/m, '')}`;
    const [audit] = auditText({ cnf: inside, mappings });
    assert.equal(audit?.closed, 'every host leads inside');
  });

  it('says what it could not find out', () => {
    const compiled = policyOf({ cnf, mappings });
    const [audit] = auditOf(compiled, failed('the disk is gone')).channels;
    assert.ok(audit !== undefined && audit.undecided > 0 && audit.leaks.length === 0);
    const [finding] = relayFindings(compiled, auditOf(compiled, failed('the disk is gone')));
    assert.equal(finding?.code, 'lint/undecided');
    assert.match(
      finding?.message ?? '',
      /^cannot tell whether strangers on `tcp_local` can relay in some form: .*the disk is gone$/,
    );
  });

  it('needs little work for a site with thousands of hosts', () => {
    const rules = Array.from(
      { length: 2_000 },
      (_, index) => `h${index}.example  $U%h${index}.example@TCP-INTERNAL\n`,
    );
    const [audit] = auditText({ cnf: `${rules.join('')}${cnf}`, mappings });
    assert.ok(audit !== undefined && audit.forms < 25_000, `${audit?.forms} forms`);
    assert.deepEqual(audit.leaks, []);
    assert.equal(audit.hostsLeftOut, 1_993);
  });
});
