/*
 * Channel keywords that certainly change no decision in a session: those about notices and logs, and those about clients where no
 * client comes in on the channel.
 * Ref: PMDF 2.3.4
 */
import { argumentOf, type Channel, isSmtpChannel } from '../../channel/index.js';
import { type CompiledPolicy, compiledChannel, listenerChannels } from '../../policy/index.js';

/** What is known of the effect of a keyword without a trial. */
export interface KnownEffect {
  readonly effect: 'none' | 'not-decided';
  readonly why: string;
}

const ofNotices: ReadonlySet<string> = new Set([
  ...['notices', 'urgentnotices', 'normalnotices', 'nonurgentnotices'],
  ...['sendpost', 'copysendpost', 'errsendpost', 'nosendpost'],
  ...['warnpost', 'copywarnpost', 'errwarnpost', 'nowarnpost'],
  ...['postheadonly', 'postheadbody', 'includefinal', 'suppressfinal'],
  ...['returnaddress', 'noreturnaddress', 'returnpersonal', 'noreturnpersonal'],
]);

const ofLogs: ReadonlySet<string> = new Set(['logging', 'nologging']);

/** Of the sessions of clients, and read for the source channel alone. */
const ofClients: ReadonlySet<string> = new Set([
  ...['notlsserver', 'maytlsserver', 'musttlsserver', 'nosaslserver', 'maysaslserver', 'mustsaslserver'],
  ...['', 'limited', 'numeric', 'symbolic'].flatMap((kind) => [`identnone${kind}`, `identtcp${kind}`]),
  ...['forwardchecknone', 'forwardchecktag', 'forwardcheckdelete'],
  ...['msexchange', 'nomsexchange', 'disconnectbadauthlimit', 'holdlimit'],
  ...['transactionlimit', 'recipientlimit', 'recipientcutoff', 'deferralrejectlimit'],
  ...['disconnecttransactionlimit', 'disconnectrecipientlimit', 'disconnectrejectlimit'],
  ...['disconnectbadcommandlimit', 'sourceblocklimit', 'nosourceblocklimit', 'rejectsmtplonglines'],
  ...['mailfromdnsverify', 'nomailfromdnsverify', 'spfnone', 'spfhelo', 'spfmailfrom', 'spfrcptto'],
]);

/** Whether clients may come in on a channel: by a listener, by being switched to it, or after STARTTLS or AUTH. */
function mayHaveClients({ policy }: CompiledPolicy, channel: Channel): boolean {
  if (compiledChannel(policy, channel.name).isReprocessing || isSmtpChannel(channel)) return true;
  if (listenerChannels(policy).some(({ name }) => name === channel.name)) return true;
  return [...policy.channels.channels.values()].some((one) =>
    ['tlsswitchchannel', 'saslswitchchannel'].some((keyword) => argumentOf(one, keyword) === channel.name),
  );
}

/** The effect of a keyword of a channel that both policies have; null where only sessions can show it. */
export function knownEffectOf(
  keyword: string,
  sides: readonly { readonly compiled: CompiledPolicy; readonly channel: Channel }[],
): KnownEffect | null {
  if (ofNotices.has(keyword)) return { effect: 'not-decided', why: 'only notices depend on it' };
  if (ofLogs.has(keyword)) return { effect: 'not-decided', why: 'only the log depends on it' };
  if (keyword === 'wrapsmtplonglines') return { effect: 'none', why: 'long lines are broken anyway' };
  if (!ofClients.has(keyword)) return null;
  if (sides.some(({ compiled, channel }) => mayHaveClients(compiled, channel))) return null;
  return { effect: 'none', why: 'no client comes in on this channel' };
}
