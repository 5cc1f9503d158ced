export { pmdfMatch } from './pmdf-match.js';
export { testMatch } from './test-match.js';
