import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectProblem, expectVerified, verify } from '../support/expect-verification.ts';
import { scratchFolder } from '../support/raw-repository.ts';
import { revise, shop, sop } from '../support/shop.ts';
import { decidedBy } from './recording.ts';
import { packRecording, readRecording, replay } from './replay.ts';

let folder: string;
beforeEach(() => {
  folder = scratchFolder();
  process.env['RECORD_VERIFICATIONS'] = folder;
});
afterEach(() => {
  delete process.env['RECORD_VERIFICATIONS'];
});

describe('a verification that was recorded', () => {
  test('decides from memory as it did over the repository, also on from an earlier one', async () => {
    const register = shop();
    const previous = await verify(register);
    revise(register);
    expectVerified(await verify(register, { previous }));
    revise(register, {
      edition: sop('4'),
      release: { change: { text: (text) => text.replace('Release 5:', 'Release 6:') } },
    });
    expectProblem(await verify(register), { code: 'statement/subject', upTo: 4 });
    expect(packRecording(folder).cases).toBe(3);
    const recording = readRecording(folder);
    const [first] = recording.cases;
    expect(recording.cases.filter(({ asked }) => asked.previous === first?.id)).toHaveLength(1);
    for (const one of recording.cases) {
      for (const share of [false, true]) {
        expect(decidedBy(await replay(recording, one, share))).toBe(JSON.stringify(one.decided));
      }
    }
  });

  test('decides otherwise where an object or a ref is another one', async () => {
    const register = shop();
    expectVerified(await verify(register));
    packRecording(folder);
    const { objects, cases } = readRecording(folder);
    const [only] = cases;
    if (only === undefined || 'problems' in only.answered.refs) throw new Error('no case');
    const { refs } = only.answered;
    const release = register.releases[1]?.tag ?? '';
    const without = new Map([...objects].filter(([id]) => id !== release));
    const missing = await replay({ cases, objects: without }, only);
    expect(missing.outcome).toBe('undecided');
    const fewer = refs.filter(({ id }) => id !== release);
    const gap = await replay(
      { cases, objects },
      { ...only, answered: { ...only.answered, refs: fewer } },
    );
    expectProblem(gap, { code: 'chain/gap' });
  });
});
