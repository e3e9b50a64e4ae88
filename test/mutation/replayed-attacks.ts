/** The attacks from memory, one test for each verification; only for mutation testing. */
import { describe, expect, test } from 'vitest';
import { decidedBy } from './recording.ts';
import { readRecording, replay } from './replay.ts';

/** What Stryker leaves for its tests: which mutant is on, while it is not yet counting. */
const stryker = globalThis as { __stryker__?: { activeMutant?: string } };

const recording = readRecording(process.env['RECORDED_VERIFICATIONS'] ?? '');

// While coverage is counted each case goes its whole way, so that it counts for all of it.
const isMutated = () => stryker.__stryker__?.activeMutant !== undefined;

describe('a recorded verification decides as it did', () => {
  // The number ends in a full stop: whoever runs one by its name runs no other.
  test.each(recording.cases.map((one, at) => [String(at).padStart(5, '0'), one] as const))(
    'case %s.',
    async (_, one) => {
      expect(decidedBy(await replay(recording, one, isMutated()))).toEqual(one.decided);
    },
  );
});
