/*
 * Routines in mapping tables: the published examples, and what a client could try by its addresses.
 * Ref: PMDF 16.1.8
 */
import assert from 'node:assert/strict';
import { absent, failed, found, type LookupAnswer, type LookupRequest } from '../../../lib/engine/lookup.js';
import { bindMappings } from '../../support/language.js';
import { EngineRun, emptyWorld } from '../../vectors/engine/engine-run.js';
import { MappingTables } from '../../vectors/engine/mapping-tables.js';

type RoutineRequest = Extract<
  LookupRequest,
  { kind: 'host' | 'mail-domain' | 'dns-list' | 'spf' | 'counter' }
>;
type Entry = readonly [pattern: string, template: string];

/** A table, what is probed, what its routines are answered, and what comes of it. */
interface Row {
  readonly what: string;
  readonly table: readonly Entry[];
  readonly probe: string;
  readonly flags?: string;
  readonly answer: LookupAnswer;
  readonly output: string;
  readonly sets: string;
  /** What is asked, as `kind key`. */
  readonly asked: string;
}

const port = 'TCP|10.0.0.1|25|192.0.2.7|4711';
const mail = (from: string): string => `${port}|SMTP|MAIL|tcp_local|${from}|l|x@domain.com`;

const throttle: readonly Entry[] = [
  [
    'TCP|*|25|*|*',
    '$C$[IMTA_LIB:conn_throttle.so,throttle,$1,10]$N421$ Connection$ not$ accepted$ at$ this$ time$E',
  ],
  ['*', '$YEXTERNAL'],
];
const list: readonly Entry[] = [
  ['TCP|*|*|*|*|SMTP|*|tcp_local|*|*|*', '$C$[/pmdf/lib/dns_verify,dns_verify_domain,$2,bl.example]$E'],
];
const listAtPort: readonly Entry[] = [
  [
    'TCP|*|25|*|*',
    '$C$[IMTA_LIB:dns_verify.so,dns_verify_domain_port,$1,bl.example,Your$ host$ ($1)$ found$ on$ list]$E',
  ],
  ['*', '$YEXTERNAL'],
];
const warning: readonly Entry[] = [
  [
    'TCP|*|*|*|*|SMTP|*|tcp_local|*|*|*',
    '$C$[/pmdf/lib/dns_verify,dns_verify_domain_warn,$2,bl.example,$2$ is$ listed]$E',
  ],
];
const host: readonly Entry[] = [
  ['TCP|*|*|*|*|SMTP|MAIL|*|*@*|*|*', '$[PMDF_DNS_VERIFY,dns_verify,$6|$$y|$$NInvalid$ host:$ $$6$ -$ %e]'],
];
const hostUnquoted: readonly Entry[] = [
  ['TCP|*|*|*|*|SMTP|MAIL|*|*@*|*|*', '$[PMDF/lib/dns_verify.so,dns_verify,$6|$$y|$$N$5$ at$ $6]'],
];
const metermaid: readonly Entry[] = [
  [
    '*|*|*|*|*',
    '$C$:A$[IMTA_LIB:check_metermaid.so,throttle,default,$3]$N421$ Connection$ declined$ at$ this$ time$E',
  ],
  ['*', '$YEXTERNAL'],
];
const counted: readonly Entry[] = [
  ['*', '$C$[check_metermaid,adjust_and_test,t,$0,+1,>=2]$N$[check_metermaid,fetch,t,$0]$E'],
  ['*', '$Y'],
];

const rows: readonly Row[] = [
  {
    what: 'throttle, within the rate',
    table: throttle,
    probe: port,
    answer: absent,
    output: 'EXTERNAL',
    sets: 'Y',
    asked: 'counter 192.0.2.7',
  },
  {
    what: 'throttle, exceeded',
    table: throttle,
    probe: port,
    answer: found(''),
    output: '421 Connection not accepted at this time',
    sets: 'N',
    asked: 'counter 192.0.2.7',
  },
  {
    what: 'throttle without an address',
    table: throttle,
    probe: 'TCP|10.0.0.1|25||',
    answer: found(''),
    output: 'EXTERNAL',
    sets: 'Y',
    asked: '',
  },
  {
    what: 'a listing with a text',
    table: list,
    probe: mail('a@b.example'),
    answer: found('see $Y http://bl.example'),
    output: 'see $Y http://bl.example',
    sets: 'N',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'a listing without a text',
    table: list,
    probe: mail('a@b.example'),
    answer: found(''),
    output: 'No error text available',
    sets: 'N',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'no listing',
    table: list,
    probe: mail('a@b.example'),
    answer: absent,
    output: mail('a@b.example'),
    sets: '',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'a listing that warns, with a text',
    table: warning,
    probe: mail('a@b.example'),
    answer: found('see $N | http://bl.example'),
    output: 'X-RBL-Warning: bl.example: see $N / http://bl.example',
    sets: 'A',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'a listing that warns, with a text of several lines',
    table: warning,
    probe: mail('a@b.example'),
    answer: found('see\r\n250 $N\0there\n'),
    output: 'X-RBL-Warning: bl.example: see 250 $N there',
    sets: 'A',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'a listing with a text of line ends',
    table: list,
    probe: mail('a@b.example'),
    answer: found('\r\n'),
    output: 'No error text available',
    sets: 'N',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'a listing that warns, without a text',
    table: warning,
    probe: mail('a@b.example'),
    answer: found(''),
    output: 'X-RBL-Warning: bl.example: 192.0.2.7 is listed',
    sets: 'A',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'a list for warnings that fails',
    table: warning,
    probe: mail('a@b.example'),
    answer: failed('SERVFAIL'),
    output: mail('a@b.example'),
    sets: '',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'a listing at the port',
    table: listAtPort,
    probe: port,
    answer: found(''),
    output: 'Your host (192.0.2.7) found on list',
    sets: 'N',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'no listing at the port',
    table: listAtPort,
    probe: port,
    answer: absent,
    output: 'EXTERNAL',
    sets: 'Y',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'a list that fails',
    table: listAtPort,
    probe: port,
    answer: failed('SERVFAIL'),
    output: 'EXTERNAL',
    sets: 'Y',
    asked: 'dns-list 192.0.2.7',
  },
  {
    what: 'a host that exists',
    table: host,
    probe: mail('a@b.example'),
    answer: found('192.0.2.1'),
    output: '',
    sets: 'Y',
    asked: 'host b.example',
  },
  {
    what: 'a host that does not',
    table: host,
    probe: mail('a@nx.example'),
    answer: absent,
    output: 'Invalid host: nx.example - host not found',
    sets: 'N',
    asked: 'host nx.example',
  },
  {
    what: 'no host to ask about',
    table: host,
    probe: mail(''),
    answer: absent,
    output: mail(''),
    sets: '',
    asked: '',
  },
  {
    what: 'a sender with flags, quoted',
    table: hostUnquoted,
    probe: mail('$Y$E,x@nx.example'),
    answer: absent,
    output: '$Y$E,x at nx.example',
    sets: 'N',
    asked: 'host nx.example',
  },
  {
    what: 'a quota that is exceeded',
    table: metermaid,
    probe: port,
    flags: 'A',
    answer: found(''),
    output: '421 Connection declined at this time',
    sets: 'N',
    asked: 'counter 192.0.2.7',
  },
  {
    what: 'a quota for another probe',
    table: metermaid,
    probe: port,
    answer: found(''),
    output: 'EXTERNAL',
    sets: 'Y',
    asked: '',
  },
  {
    what: 'a number that is high enough',
    table: counted,
    probe: 'k',
    answer: found('2'),
    output: '2',
    sets: 'N',
    asked: 'counter k, counter k',
  },
  {
    what: 'a number that is too low',
    table: counted,
    probe: 'k',
    answer: found('1'),
    output: '',
    sets: 'Y',
    asked: 'counter k',
  },
  {
    what: 'a value that is not a number',
    table: counted,
    probe: 'k',
    answer: found('many'),
    output: '',
    sets: 'Y',
    asked: 'counter k',
  },
];

function keyOf(request: RoutineRequest): string {
  switch (request.kind) {
    case 'host':
    case 'mail-domain':
      return request.name;
    case 'spf':
      return request.domain;
    case 'dns-list':
      return request.address;
    case 'counter':
      return request.step.key;
  }
}

function probe({
  table,
  probe: text,
  flags = '',
  answer,
}: Pick<Row, 'table' | 'probe' | 'flags' | 'answer'>): {
  readonly result: {
    readonly output: string;
    readonly flags: ReadonlySet<string>;
    readonly failed: string | null;
  };
  readonly asked: readonly string[];
} {
  const asked: string[] = [];
  const routine = (request: RoutineRequest): LookupAnswer => {
    asked.push(`${request.kind} ${keyOf(request)}`);
    return answer;
  };
  const run = new EngineRun({ ...emptyWorld, routine });
  const tables = new MappingTables();
  tables.add('TABLE', table);
  const result = run.drive(bindMappings(tables.compile(), run.environment)('TABLE', text, new Set(flags)));
  assert.ok(result !== null);
  return { result, asked };
}

describe('routines in mapping tables', () => {
  for (const row of rows) {
    it(row.what, () => {
      const { result, asked } = probe(row);
      assert.equal(result.failed, null);
      assert.equal(result.output, row.output);
      assert.deepEqual([...result.flags].sort().join(''), row.sets);
      assert.equal(asked.join(', '), row.asked);
    });
  }

  it('a host that cannot be looked up defers', () => {
    const { result } = probe({ table: host, probe: mail('a@b.example'), answer: failed('SERVFAIL') });
    assert.equal(result.failed, 'whether the host `b.example` exists is not known: SERVFAIL');
  });

  it('a counter that cannot be asked defers', () => {
    const { result } = probe({ table: throttle, probe: port, answer: failed('gone') });
    assert.equal(result.failed, 'gone');
  });
});

describe('arguments of routines', () => {
  /** The call, and the code of its error. */
  const calls: readonly (readonly [string, string])[] = [
    ['$[conn_throttle,throttle,$0]', 'mapping/routine'],
    ['$[conn_throttle,throttle,$0,0]', 'mapping/routine'],
    ['$[conn_throttle,throttle,$0,ten]', 'mapping/routine'],
    ['$[conn_throttle,throttle,,10]', 'mapping/routine'],
    ['$[conn_throttle,throttle,$0,10,20]', 'mapping/routine'],
    ['$[dns_verify,dns_verify,$0|$$Y]', 'mapping/routine'],
    ['$[dns_verify,dns_verify_domain,$0]', 'mapping/routine'],
    ['$[dns_verify,dns_verify_domain,$0,$0]', 'mapping/routine'],
    ['$[dns_verify,dns_verify_domain_warn,$0]', 'mapping/routine'],
    ['$[check_metermaid,throttle,t]', 'mapping/routine'],
    ['$[check_metermaid,throttle,$0,$0]', 'mapping/routine'],
    ['$[check_metermaid,store,t,$0]', 'mapping/routine'],
    ['$[check_metermaid,test,t,$0,~5]', 'mapping/routine'],
    ['$[check_metermaid,adjust,t,$0,x]', 'mapping/routine'],
    ['$[conn_throttle,other,$0,10]', 'mapping/not-provided'],
    ['$[other,throttle,$0,10]', 'mapping/not-provided'],
    ['$[$0,throttle,$0,10]', 'mapping/not-provided'],
    ['$[]', 'mapping/not-provided'],
  ];
  for (const [call, code] of calls) {
    it(`${call} is ${code}`, () => {
      const tables = new MappingTables();
      tables.add('TABLE', [['*', `$C${call}$N`]]);
      tables.compile();
      assert.ok(JSON.stringify(tables.remarks).includes(code), JSON.stringify(tables.remarks));
    });
  }

  /** The call, and what the error says of the argument that is wrong. */
  const faults: readonly (readonly [string, string])[] = [
    ['$[conn_throttle,throttle,$0,-5]', '`-5` is not a rate from 1 to 1000000000'],
    ['$[conn_throttle,throttle,$0,$0]', 'a rate from 1 to 1000000000 cannot have a wildcard'],
    ['$[dns_verify,dns_verify_domain,$0,list]', '`list` is not the name of a DNS list'],
    ['$[check_metermaid,test,t,$0,!=5]', '`!=5` is not a comparison'],
    ['$[check_metermaid,adjust,t,$0,++1]', '`++1` is not a whole number of at most 15 digits'],
    ['$[check_metermaid,adjust_and_test,t,$0,1,5]', '`5` is not a comparison'],
    ['$[conn_throttle]', 'the call does not name an image and a routine'],
    ['$[]', 'the call does not name an image and a routine'],
  ];
  for (const [call, fault] of faults) {
    it(`${call}: ${fault}`, () => {
      const tables = new MappingTables();
      tables.add('TABLE', [['*', `$C${call}$N`]]);
      tables.compile();
      assert.ok(JSON.stringify(tables.remarks).includes(fault), JSON.stringify(tables.remarks));
    });
  }
});
