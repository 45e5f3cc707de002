// Scripts that once showed a defect of the publisher, played again: each stands in `regressions`
// with a sentence about what was wrong. One entry, a few friends, and their answers in any order.

import { readdirSync, readFileSync } from 'node:fs'
import { idFromBytes } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { Bench, type Letter, TOKEN } from '../support/bench.ts'

/** `answer`: the oldest question that waits but so many gets its answer, however late. */
type Move =
  | readonly ['enter', port: number]
  | readonly ['delete']
  | readonly ['answer', which: number]
  | readonly ['pass', ms: number]

interface Regression {
  readonly found: string
  readonly friends: number
  readonly script: readonly Move[]
}

const FOLDER = new URL('regressions/', import.meta.url)
const TARGET = idFromBytes(new Uint8Array(32).fill(1))

function read(name: string): Regression {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Regression
}

/** Every announce in its order, with the port under which the target was entered just then. */
function play({ friends, script }: Regression): [announced: number, entered: number | undefined][] {
  const bench = new Bench()
  const known = bench.strangers(friends).map((stranger) => bench.friend(stranger))
  bench.pass(60_000, ...known)
  bench.take()
  const open: Letter[] = []
  const announces: [number, number | undefined][] = []
  let entered: number | undefined
  for (const [kind, value = 0] of script) {
    if (kind === 'enter') entered = value
    if (kind === 'delete') entered = undefined
    if (kind === 'enter') bench.request({ kind, target: TARGET, port: value })
    if (kind === 'delete') bench.begin({ kind, target: TARGET })
    if (kind === 'pass') bench.pass(value)
    if (kind === 'answer') {
      const [datagram] = open.splice(value % Math.max(1, open.length), 1)
      const who = known.find(({ endpoint }) => endpoint.address === datagram?.to.address)
      if (datagram !== undefined && who !== undefined) bench.answer(datagram, who, { token: TOKEN })
    }
    for (const datagram of bench.take()) {
      if (datagram.message.kind === 'query') open.push(datagram)
      if ('port' in datagram.message) announces.push([datagram.message.port, entered])
    }
  }
  return announces
}

describe('PUB-3, PUB-4: what was wrong once is right', () => {
  it.each(readdirSync(FOLDER))('%s', (name) => {
    const regression = read(name)
    expect(regression.found).toMatch(/\.$/)
    for (const [announced, entered] of play(regression)) expect(announced).toBe(entered)
  })
})
