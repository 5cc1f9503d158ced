import type { YamlNode } from '../../../lib/config/yaml/yaml-node.js';

/** The JavaScript value of a tree. */
export function plainValue(node: YamlNode | null): unknown {
  if (node === null) return null;
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.map(plainValue);
    case 'mapping': {
      const object: Record<string, unknown> = {};
      for (const { key, value } of node.entries) {
        // With the key `__proto__` an assignment would set the prototype.
        Object.defineProperty(object, key, {
          value: plainValue(value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return object;
    }
  }
}
