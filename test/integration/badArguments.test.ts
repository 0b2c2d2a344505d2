import { describe, expect, test } from 'vitest';
import { CommandLine, type Ended } from '../support/commandLine';

describe('the command line', () => {
  test.each(['-1', '-0.001', 'soon', '', ' ', '1s', 'Infinity', 'NaN'])(
    'refuses a threshold of %j',
    async threshold => {
      const sentence =
        /error: option '--threshold <ms>' argument '.*' is invalid\. It is a number of milliseconds, 0 or more\./;
      expectRefusal(await CommandLine.run('watch', '4711', '--threshold', threshold), sentence);
    },
  );

  test.each<[RegExp, string[]]>([
    [/missing required argument 'pid\|host:port'/, ['watch']],
    [/too many arguments/, ['watch', '1', '2']],
    [/unknown option '--fast'/, ['watch', '1', '--fast']],
    [/option '--threshold <ms>' argument missing/, ['watch', '1', '--threshold']],
    [/unknown command 'wotch'/, ['wotch']],
    [/too many arguments/, ['list', 'all']],
    [/missing required argument 'pid\|host:port'/, ['record']],
    [
      /'--route <route>' argument 'orders' is invalid\. It is a method and a path, such as/,
      ['record', '1', '--route', 'orders'],
    ],
    [/'--route <route>' argument 'get \/a' is invalid\./, ['record', '1', '--route', 'get /a']],
    [
      /'--timeout <s>' argument '0' is invalid\. It is a number of seconds above 0, at most 86400\./,
      ['record', '1', '--timeout', '0'],
    ],
    [/'--timeout <s>' argument '86401' is invalid\./, ['record', '1', '--timeout', '86401']],
    [/missing required argument 'request'/, ['interrupt', '1']],
    [/value 'search' is invalid for argument 'request'\. It is a method and a path/, ['interrupt', '1', 'search']],
    [/A budget is at least 200 milliseconds\./, ['watch', '1', '--budget', 'POST /render=199']],
    [/It is a pattern and a budget, such as/, ['watch', '1', '--budget', '5000']],
    [/argument 'png' is invalid\. Allowed choices are speedscope, cpuprofile/, ['record', '1', '--format', 'png']],
  ])('refuses what it does not know: %s', async (sentence, args) => {
    expectRefusal(await CommandLine.run(...args), sentence);
  });

  test('says what it can do, and which version it is', async () => {
    for (const command of ['list', 'watch', 'record', 'interrupt']) {
      expect(await CommandLine.run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining(command) });
    }
    expect(await CommandLine.run('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

/** A sentence for a person, not a crash. */
function expectRefusal({ code, stdout, stderr }: Ended, sentence: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/\n\s+at /);
}
