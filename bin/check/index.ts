export { check, findAll } from '../check.js';
