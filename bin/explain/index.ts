export { explain } from '../explain.js';
export { decideRequest } from './decisions.js';
export { type Answer, type ExplanationJson, explanationJson } from './json.js';
export { printPasses } from './passes.js';
export { type ExplainRequest, explainOptions, readRequest, withoutBrackets } from './request.js';
