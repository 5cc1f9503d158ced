/*
 * The limits of channels against a real Haraka: each row is a channel of its own with one limit, whose client is switched to it
 * by its address, what that client sends, and what it is answered.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { connectionIni, exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';
import { until } from './support/until.js';

interface Row {
  readonly keywords: string;
  /** Commands, each with the beginning of its reply; `DATA n` sends a message of n octets, `LINES n` one of n lines. */
  readonly steps: readonly (readonly [command: string, reply: string])[];
  /** Whether the server closes the connection after the last reply. */
  readonly ends?: true;
}

const mail: readonly [string, string] = ['MAIL FROM:<a@there.example>', '250'];
const reset: readonly [string, string] = ['RSET', '250'];
const good: readonly [string, string] = ['RCPT TO:<bob@domain.com>', '250'];
const other: readonly [string, string] = ['RCPT TO:<carol@domain.com>', '250'];
const bad: readonly [string, string] = ['RCPT TO:<bob@refused.example>', '550'];
const unknown: readonly [string, string] = ['XX', '500'];

const endedBy = (what: string): string => `450 4.7.0 Session ${what} limit reached; disconnecting`;
const tooLarge = (size: number): string => `552 5.3.4 a message of ${size} kB exceeds the limit of 10 kB`;

const rows: readonly Row[] = [
  {
    keywords: 'transactionlimit 2',
    steps: [
      mail,
      reset,
      mail,
      reset,
      [mail[0], '450 4.5.3 number of transactions exceeds allowed maximum'],
      ['NOOP', '250'],
    ],
  },
  {
    keywords: 'disconnecttransactionlimit 2',
    steps: [mail, reset, mail, good, ['DATA 100', '250'], [mail[0], endedBy('transaction')]],
    ends: true,
  },
  {
    keywords: 'disconnecttransactionlimit 2',
    steps: [mail, reset, mail, ['RSET', endedBy('transaction')]],
    ends: true,
  },
  {
    keywords: 'recipientlimit 2',
    steps: [
      mail,
      bad,
      good,
      other,
      [good[0], '452 4.2.3 too many recipients specified'],
      ['DATA 100', '250'],
    ],
  },
  {
    keywords: 'recipientcutoff 2',
    steps: [mail, good, bad, other, ['DATA 100', '451 4.4.5 Error ending envelope - Too many re']],
  },
  { keywords: 'recipientcutoff 2', steps: [mail, good, other, ['DATA 100', '250']] },
  {
    keywords: 'deferralrejectlimit 2',
    steps: [mail, bad, good, bad, [good[0], '450 4.7.0'], reset, mail, [good[0], '450 4.7.0']],
  },
  {
    keywords: 'disconnectrejectlimit 2',
    steps: [mail, bad, bad, bad, ['RSET', endedBy('rejection')]],
    ends: true,
  },
  { keywords: 'disconnectrejectlimit 2', steps: [mail, bad, bad, good, reset, mail] },
  {
    keywords: 'disconnectrecipientlimit 2',
    steps: [mail, good, other, good, ['DATA 100', '250'], [mail[0], endedBy('recipient')]],
    ends: true,
  },
  {
    keywords: 'disconnectbadcommandlimit 2',
    steps: [unknown, unknown, ['XX', endedBy('bad command')]],
    ends: true,
  },
  { keywords: 'sourceblocklimit 10', steps: [[`${mail[0]} SIZE=20480`, tooLarge(20)], mail] },
  { keywords: 'sourceblocklimit 10', steps: [[`${mail[0]} SIZE=00000000000000020480`, tooLarge(20)], mail] },
  {
    keywords: 'sourceblocklimit 10',
    steps: [mail, good, ['DATA 20480', tooLarge(20)], mail, good, ['DATA 10240', '250']],
  },
  // The client lies.
  {
    keywords: 'sourceblocklimit 10',
    steps: [[`${mail[0]} SIZE=1`, '250'], good, ['DATA 10241', tooLarge(11)]],
  },
  {
    keywords: '',
    steps: [
      [`${mail[0]} SIZE=20480`, '250'],
      ['RCPT TO:<x@pc.small.example>', tooLarge(20)],
      good,
      ['DATA 20480', '250'],
    ],
  },
  {
    keywords: '',
    steps: [mail, ['RCPT TO:<x@pc.small.example>', '250'], good, ['DATA 20480', tooLarge(20)]],
  },
  {
    keywords: '',
    steps: [
      mail,
      ['RCPT TO:<x@pc.short.example>', '250'],
      ['LINES 11', '552 5.3.4 a message of 11 lines exceeds the limit of 10 lines'],
      mail,
      ['RCPT TO:<x@pc.short.example>', '250'],
      ['LINES 10', '250'],
    ],
  },
  {
    keywords: 'mailfromdnsverify',
    steps: [
      [
        'MAIL FROM:<a@nowhere.example>',
        '550 5.1.8 invalid/host-not-in-DNS return address not allowed: a@nowhere.example',
      ],
      ['MAIL FROM:<a@broken.example>', '451 4.3.0'],
      ['MAIL FROM:<>', '250'],
      reset,
      ['MAIL FROM:<a@mx.example>', '250'],
      reset,
      ['MAIL FROM:<a@[192.0.2.7]>', '250'],
      reset,
      mail,
    ],
  },
  // The channel of the listener says what becomes of long lines, also where the client was switched to another one.
  { keywords: 'wrapsmtplonglines', steps: [mail, good, ['LONG 1100', '550 5.6.0']] },
];

/** Not switched: on the channel of the listener. */
const unswitched: readonly (readonly [string, string])[] = [
  mail,
  good,
  ['LONG 1100', '550 5.6.0 lines longer than SMTP allows encountered; message rejected'],
  mail,
  good,
  ['LONG 998', '250'],
];

const network = '127.0.20.';

/** The configuration of the example, with a channel for each row. */
function configuration(): string {
  const rules = rows.map(
    (_, index) => `[${network}${index + 1}]  $U%[${network}${index + 1}]@LIMITED-${index}$E$R`,
  );
  const channels = rows.map(
    ({ keywords }, index) => `limited_${index} smtp allowswitchchannel ${keywords}\nLIMITED-${index}\n`,
  );
  const example = exampleFile('pmdf.cnf')
    .replace(
      '[127.0.1.] ',
      `${rules.join('\n')}\n.small.example  $U%$H$D@SMALL\n.short.example  $U%$H$D@SHORT\n$&`,
    )
    .replace('remotehost maytls', 'remotehost maytls rejectsmtplonglines');
  return `${example}\n${channels.join('\n')}\nsmall smtp blocklimit 10\nSMALL\n\nshort smtp linelimit 10\nSHORT\n`;
}

function linesOf(what: string, size: number): string {
  switch (what) {
    case 'DATA': {
      const line = `${'x'.repeat(62)}\r\n`;
      return `\r\n${line.repeat(Math.floor((size - 2) / 64)).padEnd(size - 4, 'y')}\r\n`;
    }
    case 'LINES':
      return `\r\n${'x\r\n'.repeat(size - 1)}`;
    case 'LONG':
      return `\r\n${'x'.repeat(size)}\r\n`;
    default:
      throw new Error(`no such message: ${what}`);
  }
}

describe('the limits of channels', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({
      cnf: configuration(),
      mappings: `${exampleFile('mappings').trimEnd()}\n  *|*|*|*@refused.example  $NRefused\n`,
      general: '',
      names: {
        'A there.example': ['192.0.2.1'],
        'MX mx.example': ['10 in.mx.example'],
        'MX broken.example': 'failure',
      },
      settings: 'switch_lookup: literal\nlimits: { connections: 3, connections_per_client: 2 }\n',
      delivery: ({ l, tcp_internal: inside, tcp_local: outside }) => `delivery:
  l: { method: through, next_hop: '127.0.0.1:${l}' }
  tcp_internal: { method: through, next_hop: '127.0.0.1:${inside}' }
  small: { method: through, next_hop: '127.0.0.1:${l}' }
  short: { method: through, next_hop: '127.0.0.1:${l}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${outside}' }
`,
      config: {
        'connection.ini': connectionIni().replace(/^data_line_length=.*$/m, 'data_line_length=1000'),
      },
    });
  });
  after(() => gateway?.stop());

  async function play(client: SmtpClient, steps: Row['steps']): Promise<void> {
    await client.ehlo();
    for (const [command, expected] of steps) {
      const [what = '', size = ''] = command.split(' ');
      const reply = ['DATA', 'LINES', 'LONG'].includes(what)
        ? await client.data(linesOf(what, Number(size)))
        : await client.send(command);
      const text = `${reply.code} ${reply.text}`;
      assert.ok(text.startsWith(expected), `${command}: ${text}, not ${expected}`);
    }
  }

  for (const [index, { keywords, steps, ends }] of rows.entries()) {
    const last = steps.at(-1)?.[1] ?? '';
    it(`${keywords === '' ? 'of destinations' : keywords}: ${last}${ends ? ', and the end' : ''}`, async () => {
      const client = await connect({ port: gateway.port, localAddress: `${network}${index + 1}` });
      await play(client, steps);
      if (ends) await client.closed;
      else assert.equal((await client.quit()).code, 221);
    });
  }

  /** The greetings of clients that connect one after another and stay. */
  async function greetings(...hosts: readonly string[]): Promise<string[]> {
    const clients: SmtpClient[] = [];
    for (const host of hosts) clients.push(await connect({ port: gateway.port, localAddress: host }));
    const replies = clients.map(({ greeting }) => `${greeting?.code} ${greeting?.text}`);
    await Promise.all(clients.map((client) => client.close()));
    return replies.map((reply) => (reply.startsWith('220') ? '220' : reply));
  }

  it('connections, of all and of each client, until others leave', async () => {
    const [one, other, third] = ['127.0.22.1', '127.0.22.2', '127.0.22.3'];
    const expected = [
      '220',
      '220',
      '421 4.7.0 too many connections from your address, try again later',
      '220',
      '421 4.3.2 too many connections, try again later',
    ];
    let last: readonly string[] = [];
    // The connections of the test before may not have ended yet.
    const isExact = async (): Promise<boolean> => {
      last = await greetings(one, one, one, other, third);
      return isDeepStrictEqual(last, expected);
    };
    await until(isExact, 5_000, () => `${expected.join(', ')}, not ${last.join(', ')}`);
    await until(isExact, 5_000, () => 'the same once more');
  });

  it('rejectsmtplonglines, of the channel of the listener', async () => {
    const client = await connect({ port: gateway.port, localAddress: '127.0.21.1' });
    await play(client, unswitched);
    await client.quit();
  });
});
