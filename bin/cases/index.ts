export { cases } from '../cases.js';
