import { Random } from '../support/random.ts';
import { randomRegister } from './random-register.ts';
import { Broken, Properties, type PropertyCounts } from './register-properties.ts';

/** One register in so many loses every object in turn, not only some. */
const thoroughEvery = 50;

/**
 * Make a register from a seed and ask all properties of it.
 * @throws {Broken} with the seed, the property and the story of the register.
 */
export async function proveRegister(seed: number, counts: PropertyCounts): Promise<void> {
  const random = new Random(seed);
  try {
    const made = randomRegister(random);
    await new Properties(made, random, counts).all(seed % thoroughEvery === 0);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Broken(`seed ${String(seed)}: ${error.message}`, { cause: error });
  }
}
