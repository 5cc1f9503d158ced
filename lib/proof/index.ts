export { newLeaks } from './audit/new-leaks.js';
export { auditRelaying, type ChannelAudit, type RelayAudit } from './audit/relay-audit.js';
export { leakText, type RelayLeak } from './audit/relay-leak.js';
export { plainSender } from './audit/senders.js';
export { comparePolicies } from './difference/compare-policies.js';
export {
  type Change,
  type ChangeKind,
  changeKinds,
  decidesTheSame,
  type Edit,
  type EditPart,
  editParts,
  type PolicyDifference,
  type Side,
  type SideAnswer,
  type Trial,
} from './difference/policy-difference.js';
export { notAsked, routinePart } from './difference/unasked-sources.js';
export { exampleHost, exampleLiteral } from './example-host.js';
export { type BarCounts, hasBars } from './inclusion/bar-count.js';
export { commonText } from './inclusion/common-text.js';
export { exampleText, type Fill, fillPattern, matchesText } from './inclusion/example-text.js';
export { findShadowed, patternKey, type ShadowedEntry } from './inclusion/find-shadowed.js';
export { isIncluded, type WorkLimit } from './inclusion/inclusion.js';
export { flagsIn, outcomesOf, passesOutputOn, rejects } from './inclusion/template-outcomes.js';
export {
  type MatrixAnswer,
  type MatrixCell,
  type MatrixRow,
  type SendingMatrix,
  sendingMatrix,
} from './matrix/sending-matrix.js';
export { tryRandomOutcomes } from './random-outcomes.js';
export { type AnswerWords, answerWords } from './relay/answer-words.js';
export type { ContentsEntry, DatabaseContents } from './relay/database-contents.js';
export { type InsideMail, type LetIn, mailInside } from './relay/inside-mail.js';
export { newWays } from './relay/new-ways.js';
export type { ProofGround } from './relay/proof-ground.js';
export { proofGround, proveOn, proveRelaying } from './relay/prove-relaying.js';
export {
  type ChannelProof,
  type Doubt,
  isSettled,
  openWays,
  type RelayAnswer,
  type RelayProof,
  type RelayWay,
  type Witness,
} from './relay/relay-proof.js';
export { conditionsText, placesText, wayText } from './relay/way-words.js';
