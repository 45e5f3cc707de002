import { describe, expect, it } from 'vitest'
import { replayOf } from '../replay.mjs'

const file = 'packages/id/test/a.test.ts'
const env = { FC_SEED: '7', FC_RUNS: '500' }

describe('the command that replays', () => {
  it('a script has its seed, its path and the commands that were executed', () => {
    const message =
      '{ seed: -5, path: "0:3:1", endOnFailure: true }\n' +
      'Counterexample: [put(0) /*replayPath="Hpx:F"*/]'
    expect(replayOf({ file, title: "RT-1 (a): it's so", message, env })).toBe(
      `FC_SEED=-5 FC_PATH=0:3:1 FC_REPLAY=Hpx:F npx vitest run ${file} ` +
        String.raw`-t '^RT-1 \(a\): it'\''s so$'`,
    )
  })

  it('the counterexample of a property is searched again', () => {
    const message = '{ seed: 7, path: "3:1", endOnFailure: true }\nCounterexample: [4]'
    expect(replayOf({ file, title: 'ID-1: x', message, env })).toBe(
      `FC_SEED=7 FC_RUNS=500 npx vitest run ${file} -t '^ID-1: x$'`,
    )
  })

  it('a file that does not load is run as a whole', () => {
    expect(replayOf({ file, title: '', message: 'SyntaxError', env })).toBe(
      `FC_SEED=7 FC_RUNS=500 npx vitest run ${file}`,
    )
  })
})
