// A thread of Node knows nothing of TypeScript before it is told.
import { register } from 'tsx/esm/api';

register();
await import('../../src/cli/reading-thread.ts');
