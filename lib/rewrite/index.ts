export { whyControlsFail } from './controls.js';
export { examplePartsOf } from './example-parts.js';
export { type HostPlace, hostPlaces } from './extract-host.js';
export { parseAnswer } from './parse-answer.js';
export { patternKey } from './parse-pattern.js';
export { parseRulesInSlices } from './parse-rules.js';
export { printPattern, printRule, printTemplate } from './print-rules.js';
export { eachProbe, type Probe } from './probe-order.js';
export { Rewrite } from './rewrite-address.js';
export type {
  FiredRule,
  HostTable,
  RewriteContext,
  RewriteResult,
  RoutingChannel,
  RoutingHost,
} from './rewrite-context.js';
export {
  type ControlItem,
  isControl,
  type OutputItem,
  type RewriteRule,
  type RuleFile,
  type RulePattern,
  rulesOf,
  type TemplateItem,
} from './rule.js';
export {
  compileRules,
  compileRulesInSlices,
  type RewriteRules,
  type SortedItems,
  sortItems,
} from './rule-index.js';
export { everyItem, itemsOfRules, tablesCalledByRules } from './rule-items.js';
export { groupedByPattern, rulesInOrder, type SearchStep, searchSteps } from './rule-order.js';
export { type PlacedAddressItem, substitute } from './substitute.js';
