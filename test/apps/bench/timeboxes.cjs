// Measures what one box costs, against the same call without one; prints the rounds as JSON, in microseconds a call.
const { timebox } = require('../../../dist/timebox/timebox.js');

const [, , roundsText = '10'] = process.argv;
const CALLS = { sync: 2_000, nested: 20_000, async: 2_000, plain: 200_000 };

let total = 0;
const work = () => {
  total += 1;
};

function measured(calls, call) {
  const startedNs = process.hrtime.bigint();
  for (let index = 0; index < calls; index += 1) call();
  return Number(process.hrtime.bigint() - startedNs) / calls / 1_000;
}

async function measuredAsync(calls, call) {
  const startedNs = process.hrtime.bigint();
  for (let index = 0; index < calls; index += 1) await call();
  return Number(process.hrtime.bigint() - startedNs) / calls / 1_000;
}

async function main() {
  const rounds = { plain: [], sync: [], nested: [], async: [] };
  // The first round warms up.
  for (let round = 0; round <= Number(roundsText); round += 1) {
    const figures = {
      plain: measured(CALLS.plain, work),
      sync: measured(CALLS.sync, () => timebox(60_000, work)),
      // The outer one is nearer: the inner ones need no watchdog of their own.
      nested: timebox(60_000, () => measured(CALLS.nested, () => timebox(120_000, work))),
      async: await measuredAsync(CALLS.async, () => timebox(60_000, async () => work())),
    };
    if (round > 0) for (const [name, figure] of Object.entries(figures)) rounds[name].push(figure);
  }
  console.log(JSON.stringify({ total, rounds }));
}

void main();
