/*
 * The configuration for sessions with limits: a channel of its own for each keyword of the client's channel, to which the
 * address of the client switches. All sessions of one site have the same option file.
 */
import { type LimitSession, refusedDomain } from './limit-session.js';
import { type AddedKeywords, hostOfChannel, seedConfiguration } from './seed-configuration.js';

const networks = { inside: '127.0.1.', limited: '127.0.20.', outside: '127.0.21.' };

export interface LimitSite {
  readonly cnf: string;
  readonly mappings: string;
  readonly optionFiles: ReadonlyMap<string, string>;
  /** The address of the client of each session. */
  readonly clients: readonly string[];
}

/** Makes the site of some sessions. */
export function limitSite(sessions: readonly LimitSession[]): LimitSite {
  const added = new Map<string, string[]>();
  const rules: string[] = [];
  const clients = sessions.map(({ keyword, isInside }, index) => {
    if (keyword === null || keyword.channel !== null) {
      const { text, channel } = keyword ?? { text: '', channel: null };
      if (channel !== null) added.set(channel, [...(added.get(channel) ?? []), text]);
      return `${isInside ? networks.inside : networks.outside}${index + 1}`;
    }
    const client = `${networks.limited}${index + 1}`;
    const channel = `limited_${index + 1}`;
    added.set(channel, ['allowswitchchannel', keyword.text]);
    rules.push(`[${client}]  $U%[${client}]@${hostOfChannel(channel)}$E$R`);
    return client;
  });
  const keywords: AddedKeywords = added;
  const options = sessions[0]?.options ?? null;
  return {
    cnf: seedConfiguration({ networks: [networks.inside], domains: ['domain.com'] }, keywords, [
      ...rules,
      '.example.com  $U%$H$D@TCP-INTERNAL',
    ]),
    mappings: `ORIG_SEND_ACCESS\n
  *|*|*|*@${refusedDomain}  $NRefused
  tcp_local|*|tcp_local|*  $NRelaying$ not$ permitted\n`,
    optionFiles: new Map(options === null ? [] : [['tcp_local_option', `${options}\n`]]),
    clients,
  };
}
