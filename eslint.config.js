import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const root = path.dirname(fileURLToPath(import.meta.url));

/**
 * The way of the data, and with it the closed list of what may stand in `src/`: each stage
 * imports only from itself and from stages to its left. The picture and the chapters of
 * ARCHITECTURE.md and the folders of `src/` are held equal to it by `test/architecture/`.
 */
export const stages = /** @type {const} */ ([
  'problem',
  'git',
  'signature',
  'document',
  'rules',
  'approval',
  'register',
  'audit',
  'publish',
  'index.ts',
  'server',
  'cli',
]);

/** Stages whose business is the world outside; anything in them may import Node's modules. */
export const worldlyStages = ['server', 'cli'];

/**
 * Files of the portable stages that may import Node's modules and use `Buffer`. Everything else
 * in these stages runs wherever JavaScript does, so that the same verification can be carried to
 * a browser.
 */
export const worldlyFiles = [
  'src/git/cat-file.ts',
  'src/git/configuration.ts',
  'src/git/filters.ts',
  'src/git/git-process-store.ts',
  'src/git/git-program.ts',
  'src/git/index-file.ts',
  'src/git/isomorphic-store.ts',
  'src/git/node-cryptography.ts',
  'src/git/object-files.ts',
  'src/git/open-store.ts',
  'src/git/packed-refs.ts',
  'src/git/push.ts',
  'src/git/quarantine.ts',
  'src/git/ref-files.ts',
  'src/git/ref-transaction.ts',
  'src/git/ref-watch.ts',
  'src/git/repository-state.ts',
  'src/git/repository.ts',
  'src/git/resolve-commit.ts',
  'src/git/writing.ts',
  'src/signature/gpg-signing.ts',
  'src/signature/signing.ts',
  'src/signature/signing-program.ts',
  'src/document/working-tree.ts',
];

/**
 * The stages that may import each package. A package without a row is refused everywhere: a new
 * dependency gets a row here and one in the table of ARCHITECTURE.md.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const packages = {
  '@clack/prompts': ['cli'],
  commander: ['cli'],
  express: ['server'],
  'gray-matter': ['document'],
  hast: ['publish'],
  helmet: ['server'],
  'isomorphic-git': ['git'],
  mdast: ['document', 'publish'],
  minisearch: ['publish'],
  preact: ['publish'],
  'preact-render-to-string': ['publish'],
  'rehype-sanitize': ['publish'],
  'rehype-slug': ['publish'],
  'rehype-stringify': ['publish'],
  remark: ['publish'],
  'remark-frontmatter': ['publish'],
  'remark-gfm': ['document', 'publish'],
  'remark-github-blockquote-alert': ['publish'],
  'remark-parse': ['document'],
  'remark-rehype': ['publish'],
  unified: ['document', 'publish'],
  yaml: ['document'],
  zod: ['document', 'rules'],
};

/** Names that say nothing: a helper lives beside its user, or gets a name of the field. */
const emptyNames = /^(?:utils?|helpers?|common|shared|types?|services?|lib|core|misc)$/;

/**
 * The walls: who may import whom, and which folders there are.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
const walls = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      folder:
        '"{{folder}}" is not one of the stages ({{stages}}). Put the file into the stage it belongs to.',
      emptyName:
        'A folder named "{{folder}}" collects anything. Put the code beside its one user, or give it a name of the field.',
      direction:
        '{{from}} stands to the left of {{to}} and may not import from it ({{stages}}). Move what is needed to the left, or pass it as an argument.',
      detour:
        '"{{specifier}}" leaves src/ or enters it again. Import the file by its shortest relative path.',
      node: '"{{specifier}}" is a module of Node, and this file belongs to the portable part. Pass what is needed as an argument, or use one of the files named in worldlyFiles of eslint.config.js.',
      worldly:
        '"{{specifier}}" brings modules of Node into the portable part. Import only types from it, pass what it offers as an argument, or name this file in worldlyFiles of eslint.config.js.',
      package:
        '{{from}} may not import the package "{{name}}"; it belongs to: {{allowed}} (table in eslint.config.js).',
    },
  },
  create(context) {
    const file = path.relative(root, context.filename).split(path.sep).join('/');
    const [top, ...rest] = file.split('/');
    const from = rest[0];
    if (top !== 'src' || from === undefined) return {};
    const place = stages.findIndex((stage) => stage === from);
    const order = stages.join(' <- ');
    const worldly = worldlyStages.includes(from) || worldlyFiles.includes(file);

    /**
     * @param {import('eslint').Rule.Node} node
     * @param {unknown} specifier
     * @param {boolean} erased Only types are taken, so that nothing is loaded.
     */
    function check(node, specifier, erased) {
      if (typeof specifier !== 'string' || from === undefined) return;
      if (specifier.startsWith('.')) {
        const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
        const to = target.split('/')[1] ?? '';
        const shortest = path.posix.relative(path.posix.dirname(file), target);
        const plain = shortest.startsWith('.') ? shortest : `./${shortest}`;
        if (!target.startsWith('src/') || plain !== specifier) {
          context.report({ node, messageId: 'detour', data: { specifier } });
        } else if (stages.findIndex((stage) => stage === to) > place) {
          context.report({ node, messageId: 'direction', data: { from, to, stages: order } });
        } else if (!worldly && !erased && from !== 'index.ts' && worldlyFiles.includes(target)) {
          context.report({ node, messageId: 'worldly', data: { specifier } });
        }
        return;
      }
      const name = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
      if (specifier.startsWith('node:') || builtinModules.includes(name)) {
        if (!worldly) context.report({ node, messageId: 'node', data: { specifier } });
        return;
      }
      const allowed = packages[name] ?? [];
      if (!allowed.includes(from)) {
        const data = { from, name, allowed: allowed.join(', ') || 'no stage yet' };
        context.report({ node, messageId: 'package', data });
      }
    }

    /** @param {any} node An import or export with a source. */
    const checkSource = (node) => {
      check(node, node.source?.value, node.importKind === 'type' || node.exportKind === 'type');
    };
    return {
      Program(node) {
        if (place === -1) {
          context.report({ node, messageId: 'folder', data: { folder: from, stages: order } });
        }
        const empty = file
          .split('/')
          .slice(1)
          .map((part) => part.replace(/\.tsx?$/, ''))
          .find((part) => emptyNames.test(part));
        if (empty !== undefined) {
          context.report({ node, messageId: 'emptyName', data: { folder: empty } });
        }
      },
      ImportDeclaration: checkSource,
      ExportNamedDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      ImportExpression: checkSource,
      /** @param {any} node `import('…')` in a type. */
      TSImportType: (node) => {
        check(node, node.source?.value ?? node.argument?.literal?.value, true);
      },
    };
  },
};

/** What no file of `src/` may contain, whatever its stage. */
const everywhere = [
  { selector: 'ExportAllDeclaration', message: 'Name what is exported: no `export *`.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export it by name: no default exports.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of texts.' },
];

/** The time is an argument below `server` and `cli`, so that an answer can be given again. */
const clock = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Take the time as an argument.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take the time as an argument.',
  },
];

/** Globals of Node that the portable stages do without. */
const nodeGlobals = ['Buffer', 'process', 'global', 'require', 'setImmediate', '__dirname'].map(
  (name) => ({
    name,
    message: 'This file belongs to the portable part: use Uint8Array, or take it as an argument.',
  }),
);

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'test-results/', 'qms-docs/']),
  {
    files: ['**/*.{js,ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...everywhere],
      'max-lines': ['error', { max: 400 }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // The compiler decides it: noPropertyAccessFromIndexSignature.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // What is taken out of an object by naming it is not unused.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Taking a text apart by code points is what is meant here.
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src/**'],
    plugins: { qms: { rules: { walls } } },
    rules: { 'qms/walls': 'error', 'no-console': 'error' },
  },
  {
    files: ['src/**'],
    ignores: worldlyStages.map((stage) => `src/${stage}/**`),
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...clock] },
  },
  {
    files: ['src/**'],
    ignores: [...worldlyStages.map((stage) => `src/${stage}/**`), ...worldlyFiles],
    rules: { 'no-restricted-globals': ['error', ...nodeGlobals] },
  },
  {
    // Tests read JSON that our own commands wrote, and say what they expect of it.
    files: ['test/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // Configuration files are read by their tools, which ask for default exports and loose types.
    files: ['**/*.config.{js,ts}'],
    rules: {
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
