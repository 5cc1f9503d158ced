/*
 * The witnesses of the proof of relaying, sent by a real client to a real Haraka in front of Postfix: mail for each of them
 * reaches a sink outside. The policies are those of the cases, and the sample with one mistake each; one gateway reads one after
 * the other.
 */
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { prove } from '../../lib/proof/judge/compare.js';
import { mutationsOf } from '../../lib/proof/judge/mutations.js';
import { readCases, type WrittenCase } from '../../lib/proof/judge/read-cases.js';
import { compileSite, type Site } from '../../lib/proof/judge/site.js';
import { judgeSession, type TriedSession } from '../../lib/proof/judge/verdict.js';
import { describeWith } from '../../support/programs.js';
import { sampleMessage } from '../support/deliver.js';
import type { RunningHaraka } from '../support/haraka-process.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { type Lab, startLab } from './lab.js';
import { strangersHost } from './strangers-mail.js';

const limitMs = 90_000;

/** Cases whose policies need nothing of a client but its envelope. */
const names: readonly string[] = [
  'forged-partner',
  'null-sender',
  'end-without-a-flag',
  'continues-as-another-channel',
  'permitted-by-a-called-table',
  'percent-without-built-in',
  'percent-without-built-in-refused',
  'forwards-what-comes-back',
];

const refusal = '`tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted`';

/** Mistakes in the sample that let anyone relay, as the mutation test calls them. */
const mistakes: ReadonlySet<string> = new Set(
  [
    `${refusal} left out`,
    `${refusal} permits`,
    `${refusal} says nothing`,
    `${refusal} field 1 is tcp_internal`,
    `${refusal} field 2 is *@domain.com`,
    `${refusal} field 4 is *.example`,
    'new entry `tcp_local|*@partner.example|tcp_local|*   $Y`',
    'new entry `tcp_local|*|tcp_local|*@partner.example   $E`',
    'new entry `tcp_local||tcp_local|*   $Y`',
    'new entry `tcp_local|*@domain.com|*|*   $Y`',
    'new forwarding `*@domain.com   $Y$D$0@partner.example`',
    'new forwarding `*+*@domain.com   $Y$D$1@partner.example`',
  ].map((name) => `config: ${name}`),
);

/** A policy with sessions that relay under it. */
type OpenPolicy = Pick<WrittenCase, 'name' | 'site' | 'relaying'>;

function withMistakes({ site }: WrittenCase): readonly OpenPolicy[] {
  return [...mutationsOf('config', site)]
    .filter(({ name }) => mistakes.has(name))
    .map((mutation) => ({
      name: mutation.name,
      // The gateway has settings of its own.
      site: { ...mutation.site, text: { ...mutation.site.text, yaml: '' } },
      relaying: [],
    }));
}

/** Whether any client can have this session from this host. */
function isPlain({ tls, esmtp, originalRecipient, notify, name }: TriedSession): boolean {
  return !tls && esmtp && originalRecipient === null && notify.length === 0 && name === null;
}

/** The witnesses that leave by a channel of the gateway, and the sessions of the case. */
function sessionsOf({ site, relaying }: OpenPolicy): readonly TriedSession[] {
  const compiled = compileSite(site);
  const witnesses = prove(compiled).channels.flatMap(({ ways }) => ways.map(({ witness }) => witness));
  const leaving = witnesses.filter((session) => {
    const judgement = judgeSession(compiled, session);
    return judgement?.kind === 'relays' && judgement.left.how === 'by its channel';
  });
  return [...leaving, ...relaying].filter(isPlain);
}

function valuesText(values: Iterable<readonly [string, string]>): string {
  return [...values].map(([key, value]) => `${key}   ${value}\n`).join('');
}

describeWith(['postfix'], 'witnesses of the proof of relaying', function () {
  this.timeout(limitMs * 2);
  let lab: Lab;
  let front: RunningHaraka;
  let policies = 1;
  let settings = '';

  before(async () => {
    lab = await startLab('postfix');
    front = await lab.startFront();
    settings = `open_relay: allowed\nreload: { settle: 0.05 }\nswitch_lookup: literal
delivery:
  l: { method: through, next_hop: '127.0.0.1:${lab.mta.port}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${lab.mta.port}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${lab.outside.port}' }
`;
    write('pmdf.yaml', settings);
    await inForce();
  });
  after(() => lab?.stop());

  async function inForce(): Promise<void> {
    policies += 1;
    const wanted = `policy ${policies} is in force`;
    await until(
      () => front.log().includes(wanted),
      limitMs,
      () => `${wanted}\n${front.log().slice(-2_000)}`,
    );
  }

  /** Writes a file as an editor does, whole under another name first. */
  function write(name: string, text: string): void {
    const file = path.join(front.dir, 'config/pmdf', name);
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }

  /** Gives the gateway the files of a site. */
  async function install({ text, databases }: Site): Promise<void> {
    const files = {
      'pmdf.cnf': text.cnf ?? '',
      mappings: text.mappings ?? '',
      'pmdf.yaml': `${settings}${text.yaml ?? ''}# end\n`,
      'general.txt': valuesText(databases.general ?? []),
    };
    for (const [name, contents] of Object.entries(files)) write(name, contents);
    await inForce();
  }

  async function send({ helo, from, to }: TriedSession): Promise<void> {
    const client = await connect({ port: front.port, localAddress: strangersHost });
    await client.ehlo(helo ?? undefined);
    assert.equal((await client.mail(`<${from}>`)).code, 250, from);
    const { code, text } = await client.rcpt(`<${to}>`);
    assert.equal(code, 250, `${to}: ${text}`);
    assert.equal((await client.data(sampleMessage('witness'))).code, 250);
    await client.quit();
  }

  const cases = readCases();
  const open: readonly OpenPolicy[] = [
    ...cases.filter(({ name }) => names.includes(name)),
    ...cases.filter(({ file, name }) => file === 'samples.txt' && name === 'config').flatMap(withMistakes),
  ];

  it('are of all these policies', () => {
    assert.equal(open.length, names.length + mistakes.size);
  });

  for (const policy of open) {
    it(`${policy.name}: reach a sink outside`, async () => {
      await install(policy.site);
      const sessions = sessionsOf(policy);
      assert.ok(sessions.length > 0);
      for (const session of sessions) {
        lab.outside.clear();
        lab.sentOn.clear();
        await send(session);
        await lab.idle(front, limitMs);
        const arrived = [...lab.outside.messages, ...lab.sentOn.messages];
        const recipients = arrived.flatMap(({ envelopeTo }) => envelopeTo);
        assert.equal(recipients.length, 1, `${session.from} -> ${session.to}`);
        assert.doesNotMatch(recipients[0] ?? '', /domain\.com$/);
      }
    });
  }
});
