/*
 * The enemies, and whether the rate of an address counts their connections.
 */
export const enemyKinds = [
  { kind: 'one address', isCounted: true },
  { kind: 'an address for each connection', isCounted: false },
  { kind: 'slow clients', isCounted: false },
  { kind: 'bad commands', isCounted: false },
  { kind: 'AUTH guesses', isCounted: false },
  { kind: 'silent clients', isCounted: false },
] as const;

export type EnemyKind = (typeof enemyKinds)[number]['kind'];
