/*
 * The limits that the keywords of a channel set, as numbers. A limit that is not set is infinite.
 * Ref: PMDF 2.3.4; Messaging Server 6.3 Administration Guide 12.10
 */
import { argumentOf, type Channel, hasKeyword } from '../channel/index.js';

/** Octets in a block: PMDF's BLOCK_SIZE. */
const blockOctets = 1024;

/** What a channel limits. Numbers of commands and recipients are those that are still allowed. */
export interface ChannelLimits {
  /** `transactionlimit`: messages in a session; further ones are refused. */
  readonly transactions: number;
  /** `disconnecttransactionlimit`: the same, but the session ends. */
  readonly transactionsBeforeEnd: number;
  /** `recipientlimit`: accepted recipients of a message; further ones are refused. */
  readonly recipients: number;
  /** `recipientcutoff`: recipients that a client may try for a message; with more of them nobody gets it. */
  readonly recipientsTried: number;
  /** `deferralrejectlimit`: refused recipients of a session; all further ones are deferred. */
  readonly rejectionsBeforeDeferral: number;
  /** `disconnectrecipientlimit`: recipients of a session before it ends. */
  readonly recipientsBeforeEnd: number;
  /** `disconnectrejectlimit`: refused recipients of a session before it ends. */
  readonly rejectionsBeforeEnd: number;
  /** `disconnectbadcommandlimit`: unknown commands of a session before it ends. */
  readonly badCommandsBeforeEnd: number;
  /** `sourceblocklimit`, in octets: the size of a message that comes in on the channel. */
  readonly octetsReceived: number;
  /** `blocklimit`, in octets: the size of a message that goes to the channel. */
  readonly octetsSent: number;
  /** `linelimit`: the lines of a message that goes to the channel. */
  readonly linesSent: number;
  /** `rejectsmtplonglines`: messages with lines that are longer than SMTP allows are refused. */
  readonly refusesLongLines: boolean;
  /** `mailfromdnsverify`: the domain of the envelope From must exist. */
  readonly verifiesSenderDomain: boolean;
  /** `spfhelo`: SPF is checked at HELO and EHLO. */
  readonly checksPolicyAtHelo: boolean;
  /** `spfmailfrom`: SPF is checked at MAIL FROM. */
  readonly checksPolicyAtMail: boolean;
  /** `spfrcptto`: SPF is checked at RCPT TO. */
  readonly checksPolicyAtRecipient: boolean;
}

/** Reads the limits of a channel. */
export function limitsOf(channel: Channel): ChannelLimits {
  const limit = (keyword: string): number => {
    const written = argumentOf(channel, keyword);
    return written === undefined ? Number.POSITIVE_INFINITY : Number(written);
  };
  return {
    transactions: limit('transactionlimit'),
    transactionsBeforeEnd: limit('disconnecttransactionlimit'),
    recipients: limit('recipientlimit'),
    recipientsTried: limit('recipientcutoff'),
    rejectionsBeforeDeferral: limit('deferralrejectlimit'),
    recipientsBeforeEnd: limit('disconnectrecipientlimit'),
    rejectionsBeforeEnd: limit('disconnectrejectlimit'),
    badCommandsBeforeEnd: limit('disconnectbadcommandlimit'),
    octetsReceived: limit('sourceblocklimit') * blockOctets,
    octetsSent: limit('blocklimit') * blockOctets,
    linesSent: limit('linelimit'),
    refusesLongLines: hasKeyword(channel, 'rejectsmtplonglines'),
    verifiesSenderDomain: hasKeyword(channel, 'mailfromdnsverify'),
    checksPolicyAtHelo: hasKeyword(channel, 'spfhelo'),
    checksPolicyAtMail: hasKeyword(channel, 'spfmailfrom'),
    checksPolicyAtRecipient: hasKeyword(channel, 'spfrcptto'),
  };
}
