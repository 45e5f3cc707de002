// The loop of the README, as it is written there, in two hours of a small network with a manual
// clock: live members stay, dead ones become bad, and every prefix is refreshed.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { commonPrefixLength, type Id, type Identified, idFromBytes, idToHex } from '@dht/id'
import { RoutingTable } from '@dht/routing-table'
import { seededRandom } from '@dht/testing'
import { exampleUnder } from '@dht/testing/readme-example'
import { temporaryFolder } from '@dht/testing/temporary'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

type KeepFresh = (
  table: RoutingTable<Identified>,
  world: {
    readonly now: () => number
    readonly random: (length: number) => Uint8Array
    readonly ping: (contact: Identified) => Promise<boolean>
    readonly lookUp: (target: Id) => void
    readonly signal: AbortSignal
  },
) => () => void

const MINUTE = 60_000
const ROUND_TRIP_MS = 80

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

async function loopOfTheReadme(): Promise<KeepFresh> {
  const path = join(temporaryFolder(), 'loop.mjs')
  writeFileSync(path, `${exampleUnder('The loop around it', readme)}\nexport { keepFresh }\n`)
  const { keepFresh } = (await import(pathToFileURL(path).href)) as { keepFresh: KeepFresh }
  return keepFresh
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

it('keeps live members, finds dead ones, and refreshes every prefix', async () => {
  const keepFresh = await loopOfTheReadme()
  const self = idFromBytes(Uint8Array.of(0, 0))
  const table = new RoutingTable<Identified>(self, { k: 3 })
  const contacts = [0x80, 0x90, 0x40, 0x50, 0x20, 0x10, 0x08].map((first) => ({
    id: idFromBytes(Uint8Array.of(first, 1)),
  }))
  const gone = contacts[2]!
  const pinged: { readonly contact: Identified; readonly at: number }[] = []
  const targets: Id[] = []
  const stop = new AbortController()
  const now = (): number => performance.now()
  for (const contact of contacts) table.responded(contact, now())
  const began = now()
  const told = keepFresh(table, {
    now,
    random: seededRandom(1),
    ping: async (contact) => {
      pinged.push({ contact, at: now() })
      await new Promise((resolve) => setTimeout(resolve, ROUND_TRIP_MS))
      return contact !== gone
    },
    lookUp: (target) => targets.push(target),
    signal: stop.signal,
  })
  const buckets = table.snapshot().buckets.length
  await vi.advanceTimersByTimeAsync(120 * MINUTE)

  expect(table.standing(gone.id, now())).toBe('bad')
  const lively = contacts.filter((contact) => contact !== gone)
  for (const contact of lively) {
    expect(table.standing(contact.id, now()), idToHex(contact.id)).not.toBe('bad')
  }
  // Each is checked after its fifteen minutes of silence, one after the other, and seldom sooner.
  for (const contact of lively) {
    const times = pinged.filter((ping) => ping.contact === contact).length
    expect(times).toBeGreaterThanOrEqual(3)
    expect(times).toBeLessThanOrEqual(8)
  }
  // Two failures make it bad, and bad ones are not checked.
  expect(pinged.filter(({ contact }) => contact === gone)).toHaveLength(2)

  const shared = targets.map((target) => Math.min(commonPrefixLength(target, self), buckets - 1))
  for (let bucket = 0; bucket < buckets; bucket++) {
    const count = shared.filter((each) => each === bucket).length
    expect(count).toBeGreaterThanOrEqual(1)
    expect(count).toBeLessThanOrEqual(9)
  }
  // At most ten turns a second, whatever is due.
  expect(pinged.length + targets.length).toBeLessThan((now() - began) / 100)

  told()
  expect(vi.getTimerCount()).toBe(1)
  stop.abort()
  await vi.advanceTimersByTimeAsync(ROUND_TRIP_MS)
  expect(vi.getTimerCount()).toBe(0)
})
