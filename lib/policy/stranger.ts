/*
 * Strangers: clients that nothing of a site names.
 */
import type { ReverseName } from '../channel/index.js';

/** A client of a stranger. */
export interface StrangeClient {
  readonly address: string;
  readonly reverseName: ReverseName;
}

/** A stranger whom the rules switch, and the channel that he came in on. */
export interface SwitchedStranger extends StrangeClient {
  readonly from: string;
}

/** A client whose address has no name. */
export const noName: ReverseName = { kind: 'none', cause: 'none is assumed' };

/** From a network for documentation. Ref: RFC 5737 3 */
export const usualStranger = '192.0.2.1';
