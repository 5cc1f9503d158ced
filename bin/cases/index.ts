export { cases } from '../cases.js';
export type { CasePart } from './case.js';
