import { problemCodes } from '../problem/codes.ts';
import type { Problem } from '../problem/problem.ts';

/** What a document's check found, for programs: SARIF 2.1.0, which forges show at the line. */
export function formatSarif(problems: readonly Problem[], version: string): string {
  const codes = [...new Set(problems.map((problem) => problem.code))].sort();
  const level = { error: 'error', unknown: 'error', warning: 'warning' } as const;
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'git-qms',
              version,
              rules: codes.map((code) => ({
                id: code,
                shortDescription: { text: problemCodes[code].title },
                fullDescription: { text: problemCodes[code].explanation },
                help: { text: problemCodes[code].remedy },
                defaultConfiguration: { level: level[problemCodes[code].severity] },
              })),
            },
          },
          results: problems.map((problem) => ({
            ruleId: problem.code,
            ruleIndex: codes.indexOf(problem.code),
            level: level[problem.severity],
            message: { text: `${problem.message} ${problem.remedy}` },
            locations:
              problem.place.file === undefined
                ? []
                : [
                    {
                      physicalLocation: {
                        artifactLocation: { uri: encodeURI(problem.place.file) },
                        region: {
                          startLine: problem.place.line ?? 1,
                          startColumn: problem.place.column ?? 1,
                        },
                      },
                    },
                  ],
          })),
        },
      ],
    },
    undefined,
    2,
  )}\n`;
}

/** Text for XML: the five characters that mean something, and none that XML 1.0 can not hold. */
function xml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text
    .replace(/[&<>"']/gu, (character) => names[character] ?? '')

    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, '\ufffd');
}

/**
 * JUnit XML, which every CI shows: one test case a document, failed by its errors and unknowns.
 * @param files  The paths that were looked at, so that a good document is seen as passed.
 */
export function formatJunit(problems: readonly Problem[], files: readonly string[]): string {
  const names = [
    ...new Set([...files, ...problems.map((problem) => problem.place.file ?? '(repository)')]),
  ].sort();
  let failed = 0;
  const cases = names.map((name) => {
    const its = problems.filter((problem) => (problem.place.file ?? '(repository)') === name);
    const counted = its.filter((problem) => problem.severity !== 'warning');
    const head = `    <testcase classname="qms check" name="${xml(name)}"`;
    if (its.length === 0) return `${head}/>\n`;
    if (counted.length > 0) failed += 1;
    const lines = its.map((problem) => {
      const place = `${String(problem.place.line ?? 1)}:${String(problem.place.column ?? 1)}`;
      const text = xml(`${problem.message} ${problem.remedy}`);
      return problem.severity === 'warning'
        ? `      <system-out>${place} warning ${problem.code} ${text}</system-out>\n`
        : `      <failure type="${problem.code}" message="${text}">${place}</failure>\n`;
    });
    return `${head}>\n${lines.join('')}    </testcase>\n`;
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n' +
    `  <testsuite name="qms check" tests="${String(names.length)}" failures="${String(failed)}">\n` +
    `${cases.join('')}  </testsuite>\n</testsuites>\n`
  );
}
