export { pmdfMatch } from './match/pmdf-match.js';
export { testMatch } from './match/test-match.js';
