import assert from 'node:assert/strict';
import { defaultKeywords, findKeyword, keywordNames, keywords } from '../../../lib/channel/keywords.js';
import { findings, plainItems, tableOf } from './channel-text.js';
import { parseKeywordLine } from './keyword-line.js';

/** The keywords in the manuals, by their arguments. */
const documented = {
  none: `822 sourceroute 733 percents uucp bangstyle header_822 header_733 header_uucp bangoverpercent nobangoverpercent
    exproute noexproute improute noimproute acceptalladdresses acceptvalidaddresses aliaslocal routelocal nodefaulthost
    remotehost noremotehost restricted norestricted unrestricted reverse noreverse rules norules subaddressexact
    subaddressrelaxed subaddresswild inline noinline grey nogrey viaaliasoptional viaaliasrequired connectalias
    connectcanonical localvrfy novrfy domainvrfy inner noinner innertrim dequeue_removeroute switchchannel
    allowswitchchannel noswitchchannel nosaslswitchchannel userswitchchannel nosasl nosaslserver nosaslclient maysasl
    maysaslserver maysaslclient mustsasl mustsaslserver mustsaslclient authrewrite noauthrewrite msexchange nomsexchange
    maytls maytlsclient maytlsserver musttls musttlsclient musttlsserver notls notlsclient notlsserver identnone
    identnonelimited identnonenumeric identnonesymbolic identtcp identtcplimited identtcpnumeric identtcpsymbolic
    forwardchecknone forwardchecktag forwardcheckdelete mailfromdnsverify nomailfromdnsverify smtp smtp_cr smtp_crlf
    smtp_lf smtp_crorlf nosmtp mx defaultmx randommx nonrandommx nomx interpretencoding defaultnameservers single_sys
    single multiple multigate nomultigate ehlo checkehlo noehlo allowetrn blocketrn disableetrn domainetrn silentetrn
    nosendetrn vrfyallow vrfydefault vrfyhide expnallow expndisable expndefault eightbit eightnegotiate eightstrict
    sevenbit chunkingserver chunkingclient relaxheadertermination cacheeverything cachefailures cachesuccesses nocache
    rejectsmtplonglines submit bidirectional master slave immnonurgent immnormal immurgent periodic immediate nodeferred
    deferred nodns serviceall noserviceall noblocklimit defragment nodefragment thurman nothurman headertrim headerread
    noheadertrim headerinc headeromit headerbottom dayofweek datefour datetwo receivedfor receivedfrom x_env_to
    personalinc personalomit personalstrip commentinc sensitivitynormal copysendpost sendpost errsendpost nosendpost
    copywarnpost warnpost postheadonly postheadbody aliaspostmaster localpostmaster reportheader includefinal
    suppressfinal nofilter logging nologging master_debug slave_debug network lmtp sourcespamfilter1
    destinationspamfilter8 spfnone spfhelo spfmailfrom spfrcptto addresssrs destinationsrs sourcesrs dkimremove
    notaryrequired chunkingserver nochunkingclient userswitchchannel flagtransfer utf8header`,
  word: `client_auth after queue pool user returnpersonal filter sourcefilter destinationfilter
    channelfilter fileinto charset7 charset8 charsetesc language description interfaceaddress
    caption sourcespamfilter1optin destinationspamfilter2optin externalidentity sourceconversiontag dispositionfilter`,
  address: 'returnaddress',
  host: 'daemon lastresort sendetrn defaulthost',
  channel: 'saslswitchchannel tlsswitchchannel expandchannel notificationchannel dispositionchannel',
  integer: `port expandlimit holdlimit maxjobs filesperjob addrsperfile addrsperjob threaddepth blocklimit linelimit
    linelength maxblocks maxlines subdirs sourceblocklimit urgentblocklimit maxheaderaddrs maxheaderchars
    transactionlimit recipientlimit recipientcutoff disconnecttransactionlimit disconnectbadauthlimit
    logheader deliveryflags futurerelease parameterlengthlimit`,
  small: 'streaming missingrecipientpolicy authrewrite',
  integers: 'notices urgentnotices normalnotices nonurgentnotices',
  durations: 'backoff',
  addresses: 'nameservers',
};

const samples = {
  none: '',
  word: 'some-word',
  address: 'robot@domain.com',
  host: 'hub.example.com',
  channel: 'tcp_auth',
  integer: '25',
  small: '2',
  integers: '1 2 4 7',
  durations: '"pt30m" "p1d"',
  addresses: '192.0.2.1 2001:db8::1',
};

describe('channel keywords', () => {
  for (const kind of [
    'none',
    'word',
    'address',
    'host',
    'channel',
    'integer',
    'small',
    'integers',
    'durations',
    'addresses',
  ] as const) {
    for (const name of documented[kind].split(/\s+/)) {
      it(`reads ${name} with ${kind}`, () => {
        const { value, diagnostics } = parseKeywordLine(`${name} ${samples[kind]}`);
        assert.deepEqual(findings(diagnostics), []);
        const keyword = findKeyword(name)?.name;
        assert.deepEqual(plainItems(value), [`${keyword} ${samples[kind]}`.trim()]);
      });
    }
  }

  it('assigns every name to one keyword', () => {
    const names = keywords.flatMap((one) => [one.name, ...one.aliases]);
    assert.deepEqual(names.length, new Set(names).size);
    assert.deepEqual(names.length, keywordNames.length);
  });

  for (const keyword of keywords) {
    it(`describes ${keyword.name}`, () => {
      assert.match(keyword.name, /^[a-z0-9_]{1,32}$/);
      assert.match(keyword.meaning, /^[A-Z].*\.$/);
      assert.equal(keyword.settings.length, Math.max(1, keyword.halves.length));
      keyword.halves.forEach((half, index) => {
        assert.deepEqual(findKeyword(half)?.settings, [keyword.settings[index]]);
      });
      assert.equal(findKeyword(keyword.name.toUpperCase()), keyword);
      for (const alias of keyword.aliases) assert.equal(findKeyword(alias), keyword);
    });
  }

  it('has at most one default for each setting', () => {
    const settings = defaultKeywords.flatMap((one) => one.settings);
    assert.equal(settings.length, new Set(settings).size);
  });

  it('has the defaults that the manuals print in bold', () => {
    const names = new Set(defaultKeywords.map((one) => one.name));
    const wanted = `822 header_822 nobangoverpercent noexproute noimproute acceptalladdresses nodefaulthost noremotehost
      unrestricted reverse rules subaddressexact noinline nogrey viaaliasoptional connectalias noinner
      allowswitchchannel nosaslswitchchannel nosaslserver nosaslclient noauthrewrite nomsexchange notlsclient
      notlsserver identnone forwardchecknone nomailfromdnsverify nosmtp defaultnameservers multiple checkehlo allowetrn
      nosendetrn vrfydefault novrfy expndefault eightnegotiate cacheeverything bidirectional immnonurgent noserviceall
      nodefragment nothurman noheadertrim headerinc dayofweek datefour receivedfor receivedfrom postheadbody
      includefinal nofilter nologging`;
    assert.deepEqual(
      wanted.split(/\s+/).filter((name) => !names.has(name)),
      [],
    );
  });

  it('reads 32 characters of a keyword and ignores the rest', () => {
    const long = 'sensitivitycompanyconfidential';
    assert.equal(findKeyword(long)?.name, long);
    assert.equal(findKeyword(`${long}xx`), undefined);
    // The longest name has 30 characters, so only a word of 32 or more is cut, and that is not a keyword.
    assert.equal(findKeyword(`${long}xxAND-MORE`), undefined);
  });

  it('is not confused by names of Object.prototype', () => {
    for (const name of ['__proto__', 'constructor', 'toString', ''])
      assert.equal(findKeyword(name), undefined);
  });

  it('says correctly which keywords have an effect', () => {
    const honoured = keywords.filter((one) => one.honoured === 'yes').map((one) => one.name);
    const wanted = `822 733 uucp bangoverpercent nobangoverpercent remotehost noremotehost defaulthost nodefaulthost
      rules norules routelocal switchchannel allowswitchchannel noswitchchannel saslswitchchannel nosaslswitchchannel
      tlsswitchchannel identnone identnonelimited identnonenumeric identnonesymbolic identtcp identtcplimited
      identtcpnumeric identtcpsymbolic forwardchecknone forwardchecktag forwardcheckdelete smtp smtp_cr smtp_crlf
      smtp_lf smtp_crorlf nosmtp mx defaultmx randommx nonrandommx nomx multiple single single_sys daemon lastresort
      port aliaslocal viaaliasrequired viaaliasoptional subaddressexact subaddresswild subaddressrelaxed reverse noreverse
      inline noinline expandlimit expandchannel interfaceaddress addrsperfile holdlimit notls maytls musttls
      notlsserver maytlsserver musttlsserver notlsclient maytlsclient musttlsclient
      nosasl nosaslserver maysasl maysaslserver mustsasl mustsaslserver authrewrite noauthrewrite disconnectbadauthlimit
      notices urgentnotices normalnotices nonurgentnotices sendpost copysendpost errsendpost nosendpost
      warnpost copywarnpost errwarnpost nowarnpost postheadonly postheadbody includefinal suppressfinal
      transactionlimit recipientlimit recipientcutoff deferralrejectlimit disconnecttransactionlimit
      disconnectrecipientlimit disconnectrejectlimit disconnectbadcommandlimit blocklimit noblocklimit linelimit nolinelimit
      sourceblocklimit nosourceblocklimit rejectsmtplonglines wrapsmtplonglines mailfromdnsverify nomailfromdnsverify
      spfnone spfhelo spfmailfrom spfrcptto
      logging nologging returnaddress noreturnaddress returnpersonal noreturnpersonal
      lmtp aliaspostmaster nosaslclient maysaslclient mustsaslclient client_auth msexchange nomsexchange`;
    assert.deepEqual(honoured.toSorted(), wanted.split(/\s+/).toSorted());
  });

  it('uses the later of two keywords of one setting, whichever they are', () => {
    for (const first of keywords) {
      for (const second of keywords) {
        if (first === second || first.arguments.kind !== 'none' || second.arguments.kind !== 'none') continue;
        const shared = first.settings.filter((setting) => second.settings.includes(setting));
        if (shared.length === 0) continue;
        const { value } = tableOf(`l ${first.name} ${second.name}\nh`);
        const inForce = value.channels.get('l')?.keywords;
        assert.ok(inForce?.has(second.name), `${first.name} ${second.name}`);
        const isHalf = first.halves.includes(second.name) || second.halves.includes(first.name);
        assert.equal(inForce?.has(first.name), isHalf, `${first.name} ${second.name}`);
      }
    }
  });
});
