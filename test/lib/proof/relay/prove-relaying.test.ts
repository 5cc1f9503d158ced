/*
 * The answers of the proof of relaying, for the sample policy and for others made of it.
 */
import assert from 'node:assert/strict';
import { absent, driveNow } from '../../../../lib/engine/lookup.js';
import { proveRelaying } from '../../../../lib/proof/relay/prove-relaying.js';
import type { ChannelProof } from '../../../../lib/proof/relay/relay-proof.js';
import { wayText } from '../../../../lib/proof/relay/way-words.js';
import { exampleFile } from '../../decide/session-of.js';
import { plainEnvironment, policyOf } from '../../policy/policy-of.js';
import { type General, proofOf, proveText } from './proof-of.js';

const cnf = exampleFile('pmdf.cnf');
const block = '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';
const mailBlock = '  TCP|*|tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';
const send = (entries: string): string => `ORIG_SEND_ACCESS\n\n${entries}${block}`;

function withRules(rules: string): string {
  return cnf.replace(/^\.domain\.com /m, `${rules}\n.domain.com `);
}

interface Row {
  readonly name: string;
  readonly cnf?: string;
  readonly mappings?: string;
  readonly yaml?: string;
  readonly aliases?: string;
  readonly general?: General;
  readonly answer: ChannelProof['answer'];
  /** Of the first way. */
  readonly way?: RegExp;
  /** Of the first doubt. */
  readonly doubt?: RegExp;
}

const partner = '  tcp_local|*@partner.example|tcp_local|*  $Y\n';
const rows: readonly Row[] = [
  { name: 'the sample', answer: 'proved' },
  {
    name: 'an entry for a partner',
    mappings: send(partner),
    answer: 'relays',
    way: /^from \*@partner\.example to any recipient outside \(.*mappings:3\)$/,
  },
  {
    name: 'an entry for a partner after the one that refuses',
    mappings: `${send('')}${partner}`,
    answer: 'proved',
  },
  {
    name: 'an entry for a partner whom FROM_ACCESS refuses',
    mappings: `${send(partner)}\nFROM_ACCESS\n\n  *|tcp_local|*@partner.example|*  $NNo\n`,
    answer: 'proved',
  },
  {
    name: 'an entry that refuses only those beyond a rate',
    mappings: 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*  $C$[conn_throttle,throttle,$0,10]$NNo$E\n',
    answer: 'relays',
    way: /^from any sender to any recipient outside/,
  },
  {
    name: 'an entry against those beyond a rate before the one that refuses',
    mappings: send('  tcp_local|*|*|*  $C$[conn_throttle,throttle,$0,10]$NNo$E\n'),
    answer: 'proved',
  },
  {
    name: 'a routine whose text keeps the rest of its entry from being read',
    mappings: send(
      '  tcp_local|*@p.example|tcp_local|*  $C$[dns_verify,dns_verify,a.example|$$+1E|$$N]$NNo$E\n',
    ),
    answer: 'relays',
    way: /^from \*@p\.example to any recipient outside/,
  },
  {
    name: 'a routine whose text ends the table',
    mappings: send('  tcp_local|*@p.example|tcp_local|*  $C$[dns_verify,dns_verify,a.example|$$E|$$N]\n'),
    answer: 'relays',
    way: /^from \*@p\.example to any recipient outside/,
  },
  {
    name: 'no entry that refuses',
    mappings: 'ORIG_SEND_ACCESS\n\n  tcp_internal|*  $Y\n',
    answer: 'relays',
    way: /^from any sender to any recipient outside/,
  },
  {
    name: 'an entry for a recipient',
    mappings: send('  tcp_local|*|tcp_local|*@p.example  $Y\n'),
    answer: 'relays',
    way: /to \*@p\.example/,
  },
  {
    name: 'an entry for a domain of our own',
    mappings: send('  tcp_local|*|*|*@domain.com  $Y\n'),
    answer: 'proved',
  },
  {
    name: 'a pattern with a bar that an address cannot bring',
    mappings: send('  tcp_local|a|b@c|tcp_local|*  $Y\n'),
    answer: 'proved',
  },
  {
    name: 'a wildcard across the fields',
    mappings: send('  *@partner.example|tcp_local|*  $Y\n'),
    answer: 'relays',
    way: /partner\.example/,
  },
  {
    name: 'an entry for clients',
    mappings: `ORIG_MAIL_ACCESS\n\n  TCP|*|*|203.0.113.*|*|*|*|tcp_local|*|tcp_local|*  $Y\n${mailBlock}`,
    answer: 'relays',
    way: /with client `203\.0\.113\.\*`/,
  },
  {
    name: 'an entry for clients that are switched inside',
    mappings: `ORIG_MAIL_ACCESS\n\n  TCP|*|*|127.0.1.*|*|*|*|tcp_local|*|tcp_local|*  $Y\n${mailBlock}`,
    answer: 'proved',
  },
  {
    name: 'an entry for TLS',
    mappings: send('  tcp_local|*|tcp_local|*  $C$:T$Y$E\n'),
    answer: 'relays',
    way: /with TLS/,
  },
  {
    name: 'chance',
    mappings: 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*  $?90?$NNo\n',
    answer: 'relays',
  },
  { name: 'an entry that discards', mappings: send('  tcp_local|*|tcp_local|a@*  $B\n'), answer: 'proved' },
  {
    name: 'a rule for a host outside',
    cnf: withRules('p.example  $U%p.example@TCP-DAEMON'),
    answer: 'proved',
  },
  {
    name: 'mail for any host below a domain goes to the process channel',
    cnf: withRules('.f.example  $U%$H$D@PROCESS-DAEMON$Nprocess'),
    answer: 'relays',
    way: /to any recipient outside/,
  },
  {
    name: 'the same, round and round',
    cnf: withRules('.f.example  $U%$H$D@PROCESS-DAEMON'),
    answer: 'proved',
  },
  {
    name: 'a value of the general database',
    general: { jane: 'jane%other.example@PROCESS-DAEMON' },
    answer: 'proved',
  },
  {
    name: 'a value with the name that is its key',
    general: { jane: '$U%other.example@PROCESS-DAEMON' },
    answer: 'proved',
  },
  {
    name: 'a value that keeps the name of anyone',
    cnf: withRules('old.example  $($D)$E$F'),
    general: { 'old.example': '$U%other.example@PROCESS-DAEMON' },
    answer: 'relays',
  },
  {
    name: 'FORWARD to one address',
    mappings: `${send('')}\nFORWARD\n\n  *@domain.com  $Y$Djoe@other.example\n`,
    answer: 'proved',
  },
  {
    name: 'FORWARD that keeps the name',
    mappings: `${send('')}\nFORWARD\n\n  *@domain.com  $Y$D$0@other.example\n`,
    answer: 'relays',
  },
  {
    name: 'FORWARD that keeps the name, and SEND_ACCESS',
    mappings: `${send('')}\nSEND_ACCESS\n\n${block}\nFORWARD\n\n  *@domain.com  $Y$D$0@other.example\n`,
    answer: 'proved',
  },
  { name: 'an alias', aliases: 'jane: jane@other.example\n', answer: 'proved' },
  {
    name: "PMDF's entries alone",
    yaml: 'built_in_source_routes: pmdf\n',
    answer: 'relays',
    way: /addresses like/,
  },
  {
    name: 'source routes that are followed',
    yaml: 'source_routes: follow\n',
    answer: 'cannot-tell',
  },
  {
    name: 'the domain database',
    yaml: 'databases: { domain: domain.txt }\n',
    answer: 'cannot-tell',
  },
  {
    name: 'a directory',
    cnf: `${cnf.replace('domain.com ', 'staff.domain.com  $U%staff.domain.com@DIRECTORY-DAEMON\ndomain.com ')}\n\ndirectory\nDIRECTORY-DAEMON\n`,
    answer: 'cannot-tell',
  },
  {
    name: 'names of addresses that go outside',
    cnf: withRules('[] $E$U%$[IMTA_LIBUTIL,hostName,$L]@TCP-DAEMON'),
    answer: 'proved',
  },
  {
    name: 'names of addresses that are rewritten again',
    cnf: withRules('[] $E$U%$[IMTA_LIBUTIL,hostName,$L]'),
    answer: 'cannot-tell',
  },
  {
    name: 'names of addresses that go inside',
    cnf: withRules('[] $E$U%$[IMTA_LIBUTIL,hostName,$L]@TCP-INTERNAL'),
    answer: 'cannot-tell',
  },
  {
    name: 'names of addresses that choose the channel of mail for the site itself',
    cnf: withRules('[] $E$U%gate.domain.com@$[IMTA_LIBUTIL,hostName,$L]'),
    answer: 'proved',
  },
  {
    name: 'a routine of the site in the entry that refuses',
    mappings: 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*  $C$[my_check,refused,$0]$NNo$E\n',
    yaml: 'routines: { my_check: my-check.js }\n',
    answer: 'cannot-tell',
    doubt:
      /mappings:3 calls `refused` of `my_check`, a routine of the site, and what is answered is not known$/,
  },
  {
    name: 'routines of the site in an entry before the one that refuses',
    mappings: send('  tcp_local|*|tcp_local|*  $C$[my_check,trusted,$0]$[my_check,sends,$1]$Y$E\n'),
    yaml: 'routines: { my_check: my-check.js }\n',
    answer: 'cannot-tell',
    doubt: /mappings:3 calls `trusted` of `my_check` and `sends` of `my_check`, routines of the site, and/,
  },
  {
    name: 'a routine of the site in FORWARD',
    mappings: `${send('')}\nFORWARD\n\n  *@domain.com  $C$[my_check,target,$0]$Y$D$E\n`,
    yaml: 'routines: { my_check: my-check.js }\n',
    answer: 'cannot-tell',
    doubt:
      /^mappings:\d+ calls `target` of `my_check`, a routine of the site, and what is answered is not known$/,
  },
  {
    name: 'a routine that gives what was stored, in FORWARD',
    mappings: `${send('')}\nFORWARD\n\n  jane@domain.com  $[check_metermaid,fetch,t,$0]$Y\n`,
    answer: 'cannot-tell',
  },
  {
    name: 'AUTH for everyone',
    cnf: cnf.replace('tcp_local smtp', 'tcp_local smtp mustsaslserver'),
    answer: 'proved',
  },
];

describe('the proof of relaying', () => {
  for (const { name, answer, way, doubt, general = {}, ...text } of rows) {
    it(`${answer}: ${name}`, () => {
      const [channel] = proveText({ cnf, mappings: exampleFile('mappings'), ...text }, general);
      assert.ok(channel !== undefined);
      const { ways, doubts } = channel;
      const causes = doubts.map(({ cause }) => cause);
      assert.equal(channel.answer, answer, JSON.stringify({ ways: ways.map(wayText), causes }));
      assert.equal(ways.length > 0, answer === 'relays');
      if (way !== undefined) assert.match(ways.map(wayText).join('\n'), way);
      if (doubt !== undefined) assert.match(causes[0] ?? '', doubt);
    });
  }

  it('decides nothing at the limit of work', () => {
    const compiled = policyOf({ cnf, mappings: exampleFile('mappings') });
    const proof = driveNow(
      proveRelaying(compiled, () => plainEnvironment(1_000_000), { left: 20 }),
      () => absent,
    );
    assert.deepEqual(
      proof.channels.map(({ answer }) => answer),
      ['not-decided'],
    );
  });

  /** Ports that Haraka listens on, and the answer where only port 25 refuses strangers. */
  const ofPorts = [
    { ports: [25], answer: 'proved' },
    { ports: [25, 10_025], answer: 'relays' },
    { ports: null, answer: 'relays' },
  ];
  for (const { ports, answer } of ofPorts) {
    it(`${answer}: strangers are refused on port 25, and Haraka listens on ${ports ?? 'any port'}`, () => {
      const compiled = policyOf({ cnf, mappings: 'PORT_ACCESS\n\n  TCP|*|25|*|*  $N\n' });
      const { channels, restsOn } = driveNow(
        proveRelaying(compiled, () => plainEnvironment(1_000_000), undefined, { ports }),
        () => absent,
      );
      assert.equal(channels[0]?.answer, answer);
      assert.equal(
        restsOn.some((one) => one.startsWith('smtp.ini: Haraka listens on')),
        ports !== null,
      );
    });
  }

  it('names local domains for which nothing is accepted', () => {
    const refused = policyOf({ cnf, mappings: 'ORIG_SEND_ACCESS\n\n  tcp_local|*  $NNo\n' });
    assert.deepEqual(proofOf(refused).refusesAll, ['domain.com']);
    const accepted = policyOf({ cnf, mappings: exampleFile('mappings') });
    assert.deepEqual(proofOf(accepted).refusesAll, []);
  });
});
