/** The templates of continuous integration that `qms init --ci` knows. */
export const ciTemplates = ['none', 'script', 'github'] as const;
export type CiTemplate = (typeof ciTemplates)[number];

/** A file to write, its path from the top of the repository. */
export interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

const script = `#!/bin/sh
# What continuous integration runs on any forge. It needs the whole history and all tags, and the
# anchor in the variable QMS_ANCHOR, which those who push must not be able to change.
set -eu
git fetch --quiet --tags origin
qms check
qms verify
`;

function github(version: string): string {
  return `# Checks the documents and verifies the register. QMS_ANCHOR is a variable of the repository's
# settings, not of a file, so that a push can not change it.
name: qms
on: [push, pull_request]
permissions:
  contents: read
jobs:
  qms:
    runs-on: ubuntu-latest
    env:
      QMS_ANCHOR: \${{ vars.QMS_ANCHOR }}
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
          fetch-tags: true
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npx --yes git-qms@${version} check
      - run: npx --yes git-qms@${version} verify
`;
}

/** The file of a template, or undefined for none. */
export function ciFile(template: CiTemplate, version: string): TemplateFile | undefined {
  switch (template) {
    case 'none':
      return undefined;
    case 'script':
      return { path: 'qms-ci.sh', text: script };
    case 'github':
      return { path: '.github/workflows/qms.yml', text: github(version) };
  }
}
