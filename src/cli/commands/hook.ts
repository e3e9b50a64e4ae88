import type { CommandLine } from '../command-line.ts';
import { UsageError } from '../session.ts';

/** `qms hook <name>`: what the scripts in `hooks/` call. */
export function addHook(line: CommandLine): void {
  line.add(
    'hook <name>',
    {
      summary: 'what the scripts in hooks/ call: pre-commit, pre-receive',
      description:
        'pre-commit checks what is staged. pre-receive runs in a repository on a server and decides whether a push is taken: it verifies the register as the push would leave it. It reads qms.anchor from that repository; qms.protected names further branches that only grow, and qms.mirror=true takes statements of any age.',
      examples: [
        ['qms hook pre-receive', 'called by Git, with <old> <new> <ref> lines on standard input'],
        ['qms hook pre-commit', 'the same as qms check --staged'],
      ],
      exit: {
        0: 'go on',
        1: 'refused, with the reason and what to do',
        2: 'it could not be checked, so it is refused',
      },
    },
    (command) => command,
    async (session, name: string) => {
      if (name === 'pre-receive') {
        const { receivePush } = await import('../receive-push.ts');
        return receivePush(session);
      }
      if (name === 'pre-commit') {
        const { check } = await import('../check-documents.ts');
        return check(session, [], { staged: true }, session.json ? 'json' : 'text');
      }
      throw new UsageError(`There is no hook ${name}; there are pre-commit and pre-receive.`);
    },
  );
}
