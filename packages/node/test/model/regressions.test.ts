// Scripts that once showed a defect of the publisher: each is in `regressions` with a sentence on
// what was wrong. One announcement, a few friends, and their responses in any order.

import { readdirSync, readFileSync } from 'node:fs'
import { idFromBytes } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { Bench, type SentDatagram, TOKEN } from '../support/bench.ts'

/** `answer`: the oldest open query but so many gets its response, however late. */
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

/** Every announce_peer in order, with the port under which the target was entered at that time. */
function play({ friends, script }: Regression): [announced: number, entered: number | undefined][] {
  const bench = new Bench()
  const known = bench.newContacts(friends).map((each) => bench.addMember(each))
  bench.pass(60_000, ...known)
  bench.take()
  const open: SentDatagram[] = []
  const announces: [number, number | undefined][] = []
  let entered: number | undefined
  for (const [kind, value = 0] of script) {
    if (kind === 'enter') entered = value
    if (kind === 'delete') entered = undefined
    if (kind === 'enter') bench.request({ kind, target: TARGET, port: value })
    if (kind === 'delete') bench.start({ kind, target: TARGET })
    if (kind === 'pass') bench.pass(value)
    if (kind === 'answer') {
      const [datagram] = open.splice(value % Math.max(1, open.length), 1)
      const who = known.find(({ endpoint }) => endpoint.address === datagram?.to.address)
      if (datagram !== undefined && who !== undefined)
        bench.respond(datagram, who, { token: TOKEN })
    }
    for (const datagram of bench.take()) {
      if (datagram.message.kind === 'query') open.push(datagram)
      if ('port' in datagram.message) announces.push([datagram.message.port, entered])
    }
  }
  return announces
}

describe('PUB-3, PUB-4: a script that once showed a defect', () => {
  it.each(readdirSync(FOLDER))('%s', (name) => {
    const regression = read(name)
    expect(regression.found).toMatch(/\.$/)
    for (const [announced, entered] of play(regression)) expect(announced).toBe(entered)
  })
})
