import { describe, expect, it } from 'vitest';
import { OptionError, parseOptions, usage } from '../../bench/options.ts';

describe('the command line of the bench', () => {
  it('measures the reference corpus unless told otherwise', () => {
    const expected = { documents: 2000, runs: 3, only: '', json: false, mode: 'rows' };
    expect(parseOptions([])).toEqual(expected);
  });

  it.each([
    { args: ['--growth'], mode: 'growth' },
    { args: ['--install-peers'], mode: 'install-peers' },
    { args: ['--help', '--growth'], mode: 'help' },
    { args: ['--compare', 'HEAD~1'], mode: { compare: 'HEAD~1' } },
  ])('$args asks for $mode', ({ args, mode }) => {
    expect(parseOptions(args).mode).toEqual(mode);
  });

  it.each([
    {
      args: ['--fast'],
      message: "Unknown option '--fast'. What there is: npm run bench -- --help",
    },
    {
      args: ['everything'],
      message: "Unexpected argument 'everything'. What there is: npm run bench -- --help",
    },
    { args: ['--runs', '0'], message: '--runs: 0 is no whole number from 1.' },
    { args: ['--runs', '2.5'], message: '--runs: 2.5 is no whole number from 1.' },
    {
      args: ['--documents', '7'],
      message: '--documents: there is no corpus of 7; there are 100, 200, 500, 1000, 2000.',
    },
    {
      args: ['--growth', '--compare', 'HEAD'],
      message: 'Give one of --growth, --compare and --install-peers.',
    },
    {
      args: ['--growth', '--documents', '200'],
      message: '--growth: give --documents 500 or more, so that something grows.',
    },
    { args: ['--compare', ''], message: '--compare: which commit?' },
  ])('$args is answered by one line', ({ args, message }) => {
    expect(() => parseOptions(args)).toThrow(new OptionError(message));
  });

  it('explains every option that it takes', () => {
    const explained = [...usage.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name);
    expect(explained).toEqual(
      ['documents', 'runs', 'only', 'json', 'growth', 'compare', 'install-peers', 'help'].map(
        (name) => `--${name}`,
      ),
    );
  });
});
