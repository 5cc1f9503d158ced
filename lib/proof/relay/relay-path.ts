/*
 * A path by which mail of strangers may come to leave, and what paths are found from.
 */
import type { Entry } from '../../mapping/index.js';
import type { CompiledPolicy } from '../../policy/index.js';
import type { WorkLimit } from '../inclusion/inclusion.js';
import type { AddressLanguages } from '../language/address-languages.js';
import type { Language } from '../language/language.js';
import type { AllowedNotes } from './allowed-notes.js';
import type { OutsideHosts } from './outside-hosts.js';
import type { AddressSet, Origins, RouteDoubt } from './route.js';
import type { RouteFinder } from './routes.js';
import type { Consultation, SessionField } from './session-space.js';

/** A path to one channel by which mail leaves. */
export interface RelayPath {
  readonly channel: string;
  readonly consultations: readonly Consultation[];
  /** The forms of the recipient; the last one is what leaves. */
  readonly recipients: ReadonlyMap<SessionField, Language>;
  readonly last: SessionField;
  /** The first form, in its two parts, as it may have been received. */
  readonly origins: Origins;
  /** Whether what leaves is the recipient as given, so that the engine must deliver just that. */
  readonly isKept: boolean;
  /** Whether it leaves since its host is outside, on a channel inside: the stranger must have written the host. */
  readonly isByHost: boolean;
  /** Whether the last form has no local part in which the rules would find a host. */
  readonly isBare: boolean;
  /** Whether a rule or an entry of FORWARD made the local part, with text of the address beside other text. */
  readonly isLocalMade: boolean;
  /** Recipients before this one in the message. */
  readonly earlierRecipients: number;
  /** The places of the rules and entries of FORWARD on the path that the site allows. */
  readonly allowedAt: readonly string[];
  /** The entries of FORWARD on the path. */
  readonly forwardedBy: readonly Entry[];
  /** Whether aliases or FORWARD change the recipient on it. */
  readonly isForwarded: boolean;
  /** What on the path could not be followed, so that any address was assumed; null for nothing. */
  readonly doubt: RouteDoubt | null;
}

export interface RelayPaths {
  readonly paths: readonly RelayPath[];
  readonly doubts: readonly RouteDoubt[];
  /** Whether a rule or FORWARD made a local part anywhere, also on the way to channels that lead nowhere outside. */
  readonly makesLocalParts: boolean;
}

/** What is fixed for one source channel. */
export interface PathQuestion {
  readonly compiled: CompiledPolicy;
  readonly addresses: AddressLanguages;
  readonly finder: RouteFinder;
  readonly notes: AllowedNotes;
  readonly hosts: OutsideHosts;
  readonly source: string;
  /** The addresses as received. */
  readonly received: AddressSet;
  /** The hosts that a local part may route to. */
  readonly inner: Language;
  readonly work: WorkLimit;
}
