import assert from 'node:assert/strict';
import { findings, plainItems } from './channel-text.js';
import { parseKeywordLine } from './keyword-line.js';

interface Case {
  readonly line: string;
  readonly items: readonly string[];
  readonly findings?: readonly string[];
}

const cases: readonly Case[] = [
  {
    line: 'smtp single_sys mx switchchannel remotehost',
    items: ['smtp', 'single_sys', 'mx', 'switchchannel', 'remotehost'],
  },
  { line: 'SMTP MayTLS', items: ['smtp', 'maytls'] },
  {
    line: 'percents sourceroute',
    items: ['733', '822'],
    findings: ['warning channel/contradiction sourceroute'],
  },
  // group ids
  {
    line: 'smtp staffgroup',
    items: ['smtp', 'group staffgroup'],
    findings: ['warning channel/unknown-keyword staffgroup'],
  },
  {
    line: 'swichchannel',
    items: ['group swichchannel'],
    findings: ['warning channel/unknown-keyword swichchannel'],
  },
  { line: '__proto__', items: ['group __proto__'], findings: ['warning channel/unknown-keyword __proto__'] },
  // arguments
  { line: 'port 2525 smtp', items: ['port 2525', 'smtp'] },
  { line: 'port 822', items: ['port 822'] },
  { line: 'port 0', items: ['broken port 0'], findings: ['error channel/argument 0'] },
  { line: 'port 65536', items: ['broken port 65536'], findings: ['error channel/argument 65536'] },
  { line: 'port -1 smtp', items: ['broken port -1', 'smtp'], findings: ['error channel/argument -1'] },
  { line: 'returnaddress "robot@domain.com" smtp', items: ['returnaddress "robot@domain.com"', 'smtp'] },
  { line: 'returnaddress robot smtp', items: ['returnaddress robot', 'smtp'] },
  {
    line: 'returnaddress robot@',
    items: ['broken returnaddress robot@'],
    findings: ['error channel/argument robot@'],
  },
  {
    line: 'returnaddress "a@b.com>, <c@d.com"',
    items: ['broken returnaddress "a@b.com>, <c@d.com"'],
    findings: ['error channel/argument "a@b.com>, <c@d.com"'],
  },
  {
    line: 'returnaddress smtp',
    items: ['broken returnaddress', 'smtp'],
    findings: ['error channel/argument-missing returnaddress'],
  },
  { line: 'port smtp', items: ['broken port', 'smtp'], findings: ['error channel/argument-missing port'] },
  { line: 'smtp port', items: ['smtp', 'broken port'], findings: ['error channel/argument-missing port'] },
  {
    line: 'maxjobs 99999999999999999999',
    items: ['broken maxjobs 99999999999999999999'],
    findings: ['error channel/argument 99999999999999999999'],
  },
  { line: 'streaming 3', items: ['streaming 3'] },
  { line: 'streaming 4', items: ['broken streaming 4'], findings: ['error channel/argument 4'] },
  { line: 'notices 1 2 4 7 logging', items: ['notices 1 2 4 7', 'logging'] },
  { line: 'notices 1 2 3 4 5', items: ['notices 1 2 3 4 5'] },
  { line: 'notices 0', items: ['notices 0'], findings: ['warning channel/notice-ages 0'] },
  { line: 'notices 00 3', items: ['notices 00 3'], findings: ['warning channel/notice-ages 00'] },
  {
    line: 'urgentnotices 1 3 2 3',
    items: ['urgentnotices 1 3 2 3'],
    findings: ['warning channel/notice-ages 2'],
  },
  { line: 'notices 3 3', items: ['notices 3 3'], findings: ['warning channel/notice-ages 3'] },
  {
    line: 'notices 1 2 3 4 5 6 7',
    items: ['notices 1 2 3 4 5 6 7'],
    findings: ['warning channel/notice-ages 6'],
  },
  { line: 'notices 1 733', items: ['notices 1', '733'] },
  {
    line: 'notices logging',
    items: ['broken notices', 'logging'],
    findings: ['error channel/argument-missing notices'],
  },
  { line: 'backoff "pt5m" "pt1h" "p1d" logging', items: ['backoff "pt5m" "pt1h" "p1d"', 'logging'] },
  { line: 'nameservers 192.0.2.1 2001:db8::1 mx', items: ['nameservers 192.0.2.1 2001:db8::1', 'mx'] },
  {
    line: 'nameservers ns.example.com',
    items: ['broken nameservers ns.example.com'],
    findings: ['error channel/argument ns.example.com'],
  },
  { line: 'daemon [192.0.2.1] smtp', items: ['daemon [192.0.2.1]', 'smtp'] },
  {
    line: 'daemon smtp',
    items: ['broken daemon', 'smtp'],
    findings: ['error channel/argument-missing daemon'],
  },
  { line: 'saslswitchchannel tcp_auth maytls', items: ['saslswitchchannel tcp_auth', 'maytls'] },
  {
    line: 'saslswitchchannel maytls',
    items: ['broken saslswitchchannel', 'maytls'],
    findings: ['error channel/argument-missing saslswitchchannel'],
  },
  {
    line: 'tlsswitchchannel TCP_TLS',
    items: ['broken tlsswitchchannel TCP_TLS'],
    findings: ['error channel/argument TCP_TLS'],
  },
  { line: 'defaulthost example.com smtp', items: ['defaulthost example.com', 'smtp'] },
  { line: 'defaulthost example.com b.example', items: ['defaulthost example.com b.example'] },
  {
    line: 'defaulthost example.com smpt',
    items: ['defaulthost example.com', 'group smpt'],
    findings: ['warning channel/unknown-keyword smpt'],
  },
  { line: 'defaulthost d1 second', items: ['defaulthost d1 second'] },
  {
    line: 'defaulthost smtp',
    items: ['broken defaulthost', 'smtp'],
    findings: ['error channel/argument-missing defaulthost'],
  },
  {
    line: 'filter maytls',
    items: ['filter maytls'],
    findings: ['warning channel/argument-is-keyword maytls'],
  },
  { line: 'filter "maytls"', items: ['filter "maytls"'] },
  // quotes
  { line: 'description "the outside world" smtp', items: ['description "the outside world"', 'smtp'] },
  { line: 'description "" smtp', items: ['description ""', 'smtp'] },
  {
    line: 'description "open end',
    items: ['description "open', 'group end'],
    findings: ['error channel/open-quote "open', 'warning channel/unknown-keyword end'],
  },
  { line: 'description "', items: ['description "'], findings: ['error channel/open-quote "'] },
  // contradictions
  {
    line: 'switchchannel noswitchchannel',
    items: ['switchchannel', 'noswitchchannel'],
    findings: ['warning channel/contradiction noswitchchannel'],
  },
  { line: 'mx mx', items: ['mx', 'mx'], findings: ['warning channel/contradiction mx'] },
  {
    line: 'port 25 port 26',
    items: ['port 25', 'port 26'],
    findings: ['warning channel/contradiction port'],
  },
  { line: 'musttls notlsclient', items: ['musttls', 'notlsclient'] },
  { line: 'maysasl nosaslclient', items: ['maysasl', 'nosaslclient'] },
  {
    line: 'notlsclient musttls',
    items: ['notlsclient', 'musttls'],
    findings: ['warning channel/contradiction musttls'],
  },
  {
    line: 'maytls musttls',
    items: ['maytls', 'musttls'],
    findings: ['warning channel/contradiction musttls'],
  },
  {
    line: 'musttls notlsclient maytlsclient',
    items: ['musttls', 'notlsclient', 'maytlsclient'],
    findings: ['warning channel/contradiction maytlsclient'],
  },
  { line: 'maytlsserver musttlsclient', items: ['maytlsserver', 'musttlsclient'] },
  { line: 'remotehost defaulthost example.com', items: ['remotehost', 'defaulthost example.com'] },
];

describe('parseKeywords', () => {
  for (const { line, items, findings: wanted = [] } of cases) {
    it(`reads \`${line}\``, () => {
      const { value, diagnostics } = parseKeywordLine(line);
      assert.deepEqual(plainItems(value), items);
      assert.deepEqual(findings(diagnostics), wanted);
    });
  }

  it('names the nearest keyword for an unknown word', () => {
    const [found] = parseKeywordLine('swichchannel').diagnostics;
    assert.equal(found?.hint, 'did you mean `switchchannel`?');
    assert.equal(parseKeywordLine('staffgroup').diagnostics[0]?.hint, undefined);
  });

  it('points at the earlier of two keywords that contradict each other', () => {
    const [found] = parseKeywordLine('maytls smtp musttls').diagnostics;
    assert.equal(found?.related?.[0]?.span.offset, 1);
    assert.equal(found?.message, '`musttls` contradicts `maytls` on this line; the later one counts');
  });

  it('keeps places over a folded line', () => {
    const { value, diagnostics } = parseKeywordLine('smtp \\\n  prot 25');
    assert.deepEqual(plainItems(value), ['smtp', 'group prot', 'group 25']);
    assert.equal(findings(diagnostics)[0], 'warning channel/unknown-keyword prot');
  });
});
