export { pmdfMapping } from './pmdf-mapping.js';
export { testMapping } from './test-mapping.js';
