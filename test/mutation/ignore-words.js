/** Properties and functions whose texts people read and nothing decides by. */
const properties = new Set(['message', 'remedy', 'detail', 'reason']);
const functions = new Set(['refused', 'Error']);

/**
 * The part of a node of a syntax tree that is looked at.
 * @typedef {{ type: string, key?: Node, callee?: Node, name?: string }} Node
 */

/** Leaves out mutants of words: no verdict hangs on them, and every test would have to quote them. */
const words = {
  /** @param {{ node: Node }} path */
  shouldIgnore({ node }) {
    const isProperty = node.type === 'ObjectProperty' && properties.has(node.key?.name ?? '');
    const isCall = node.type === 'CallExpression' || node.type === 'NewExpression';
    const isSaying = isCall && functions.has(node.callee?.name ?? '');
    return isProperty || isSaying ? 'only words' : undefined;
  },
};

/** What Stryker looks for in a file of plugins. */
export const strykerPlugins = [{ kind: 'Ignore', name: 'words', value: words }];
