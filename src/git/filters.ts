import { type Environment, runGit } from './git-program.ts';
import type { Repository } from './repository.ts';

/**
 * An environment in which git starts no filter (gitattributes, "filter") when it compares files
 * of the working tree. Without this, `.gitattributes` and the configuration of a repository that
 * somebody handed over would start any program.
 */
export async function withoutFilters(repository: Repository): Promise<Environment> {
  const { gitDir, workTree, env } = repository;
  const args = ['config', '--name-only', '-z', '--get-regexp', '^filter\\.'];
  const { stdout } = await runGit(args, { cwd: workTree ?? gitDir, gitDir, env, allowExit: [1] });
  const names = new Set<string>();
  for (const key of new TextDecoder().decode(stdout).split('\0')) {
    const end = key.lastIndexOf('.');
    if (end > 'filter.'.length) names.add(key.slice('filter.'.length, end));
  }
  // Variables and not `-c`, which would take a name with `=` apart.
  const before = Number(env['GIT_CONFIG_COUNT'] ?? '0') || 0;
  const settings = [...names].flatMap((name) => [
    [`filter.${name}.clean`, ''],
    [`filter.${name}.process`, ''],
    [`filter.${name}.required`, 'false'],
  ]);
  const added: Record<string, string> = {};
  for (const [at, [key = '', value = '']] of settings.entries()) {
    added[`GIT_CONFIG_KEY_${String(before + at)}`] = key;
    added[`GIT_CONFIG_VALUE_${String(before + at)}`] = value;
  }
  return { ...env, ...added, GIT_CONFIG_COUNT: String(before + settings.length) };
}
