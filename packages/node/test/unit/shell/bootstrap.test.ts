import { networkInterfaces } from 'node:os'
import { type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { machineAddresses } from '../../../src/adapters/machine-addresses.ts'
import { MAX_BOOTSTRAP } from '../../../src/core/overlay/join-attempt.ts'
import { Bootstrap } from '../../../src/shell/bootstrap.ts'
import { parseBootstrap } from '../../../src/shell/bootstrap-list.ts'
import { NAME_WAIT_MS } from '../../../src/shell/name-lookup.ts'
import { warnOnce } from '../../../src/warnings.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { ScriptedNames } from '../../support/scripted-names.ts'

const HOME = endpoint('198.51.100.1', 3739)

let clock: ManualClock
let names: ScriptedNames
let told: { readonly found: readonly string[]; readonly isPending: boolean }[]
let warnings: string[]

beforeEach(() => {
  clock = new ManualClock()
  names = new ScriptedNames()
  told = []
  warnings = []
})

function bootstrapOf(list: readonly string[], bound: readonly Endpoint[] = [HOME]): Bootstrap {
  return new Bootstrap({
    items: parseBootstrap(list),
    bound,
    addresses: machineAddresses(),
    resolvers: [names.resolver],
    clock,
    warn: warnOnce(({ code, message }) => warnings.push(`${code} ${message}`)),
    tell: ({ listed, isPending }) => told.push({ found: listed.map(formatEndpoint), isPending }),
  })
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const last = (): (typeof told)[0] | undefined => told.at(-1)

it('reports addresses at once, whatever becomes of names', () => {
  const list = ['192.0.2.1:1', 'slow.example:2', '192.0.2.3:3']
  bootstrapOf(list).seek()
  expect(told).toEqual([{ found: ['192.0.2.1:1', '192.0.2.3:3'], isPending: true }])
})

it('resolves a name once for all items that have it', async () => {
  bootstrapOf(['a.example:1', 'a.example:2']).seek()
  expect(names.asked).toHaveLength(1)
  names.open[0]!.answer(['192.0.2.1'])
  await settled()
  expect(last()).toEqual({ found: ['192.0.2.1:1', '192.0.2.1:2'], isPending: false })
})

type Step = { readonly which: number; readonly how: 'answer' | 'fail' | 'wait' | 'seek' }

it('BOOT-5: every item is reported as soon as it is known, in any order of names', async () => {
  const entry = fc.constantFrom('192.0.2.1:1', '192.0.2.2:2', 'a:3', 'b:4', 'c:5', 'd:6')
  const step: fc.Arbitrary<Step> = fc.record({
    which: fc.nat(),
    how: fc.constantFrom('answer', 'answer', 'fail', 'wait', 'seek'),
  })
  const run = async (list: readonly string[], steps: readonly Step[]): Promise<void> => {
    names = new ScriptedNames()
    clock = new ManualClock()
    const bootstrap = bootstrapOf(list)
    const hosts = [...new Set(list.filter((each) => /^[a-z]/.test(each)).map((each) => each[0]!))]
    const known = new Map<string, string>()
    let awaited = new Set(hosts)
    const check = (): void => {
      const found = list.flatMap((each) => {
        if (!/^[a-z]/.test(each)) return [each]
        const address = known.get(each[0]!)
        return address === undefined ? [] : [`${address}${each.slice(1)}`]
      })
      expect(last()).toEqual({ found, isPending: awaited.size > 0 })
    }
    bootstrap.seek()
    check()
    for (const { which, how } of steps) {
      const question = names.open[which % names.open.length]
      if (how === 'seek') {
        const open = new Set(names.open.map(({ host }) => host))
        awaited = new Set([...awaited, ...hosts.filter((host) => !open.has(host))])
        bootstrap.seek()
      } else if (how === 'wait') {
        clock.advance(NAME_WAIT_MS)
        awaited.clear()
      } else if (question !== undefined) {
        const address = `203.0.113.${which % 250}`
        if (how === 'answer') {
          question.answer([address])
          known.set(question.host, address)
        } else question.fail(new Error('unknown'))
        awaited.delete(question.host)
      }
      await settled()
      check()
      // A name is never resolved twice at the same time.
      expect(new Set(names.open.map(({ host }) => host)).size).toBe(names.open.length)
    }
    bootstrap.close()
    expect(names.open.every(({ signal }) => signal.aborted)).toBe(true)
    expect(clock.alarms).toBe(0)
  }
  const lists = fc.array(entry, { maxLength: 6 })
  await fc.assert(fc.asyncProperty(lists, fc.array(step, { maxLength: 12 }), run))
})

describe('a warning comes once', () => {
  it('for a name without an address, but not when it has others', async () => {
    const bootstrap = bootstrapOf(['a.example:1', 'a.example:2', 'b.example:1'])
    for (let i = 0; i < 3; i++) {
      bootstrap.seek()
      for (const question of names.open) {
        if (question.host === 'b.example' && i === 0) question.answer(['192.0.2.1'])
        else question.fail(new Error('unknown'))
      }
      await settled()
    }
    expect(warnings).toEqual(['DHT_BOOTSTRAP_NAME bootstrap: no address found for a.example'])
  })

  it('for a name without any response', () => {
    bootstrapOf(['a.example:1']).seek()
    expect(warnings).toEqual([])
    clock.advance(NAME_WAIT_MS)
    expect(warnings).toEqual(['DHT_BOOTSTRAP_NAME bootstrap: no address found for a.example'])
  })

  it('for an item of a family that the node does not have', async () => {
    const bootstrap = bootstrapOf(['[2001:db8::1]:1', 'six.example:1', 'both.example:1'])
    bootstrap.seek()
    names.open[0]!.answer(['2001:db8::2'])
    names.open[0]!.answer(['2001:db8::3', '192.0.2.3'])
    await settled()
    bootstrap.seek()
    expect(last()?.found).toEqual(['192.0.2.3:1'])
    expect(warnings.map((each) => each.split(' ').slice(0, 3).join(' '))).toEqual([
      'DHT_BOOTSTRAP_FAMILY bootstrap [2001:db8::1]:1:',
      'DHT_BOOTSTRAP_FAMILY bootstrap six.example:1:',
    ])
  })

  it('for an item that is the node itself, which is not queried', async () => {
    const bootstrap = bootstrapOf(['198.51.100.1:3739', '198.51.100.1:1', 'me.example:3739'])
    bootstrap.seek()
    names.open[0]!.answer(['198.51.100.1', '192.0.2.1'])
    await settled()
    bootstrap.seek()
    expect(last()?.found).toEqual(['198.51.100.1:1', '192.0.2.1:3739'])
    expect(warnings).toEqual([
      'DHT_BOOTSTRAP_SELF bootstrap 198.51.100.1:3739: this is the node itself',
      'DHT_BOOTSTRAP_SELF bootstrap me.example:3739: this is the node itself',
    ])
  })
})

it('a node that listens on every address excludes each address of the machine', () => {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  const own = addresses.filter(({ family }) => family === 'IPv4').map(({ address }) => address)
  const list = [...own, '0.0.0.0'].map((address) => `${address}:3739`)
  bootstrapOf([...list, '127.0.0.1:1'], [endpoint('0.0.0.0', 3739)]).seek()
  expect(told.map(({ found }) => found)).toEqual([['127.0.0.1:1']])
})

it('a node that listens on every address excludes every loopback address', () => {
  const bound = [endpoint('0.0.0.0', 3739), endpoint('::', 3740)]
  const own = ['127.0.0.1:3739', '127.0.0.2:3739', '127.255.0.9:3739', '[::1]:3740']
  const others = ['127.0.0.2:3740', '[::1]:3739', '128.0.0.2:3739']
  bootstrapOf([...own, ...others], bound).seek()
  expect(last()?.found).toEqual(others)
  expect(warnings).toEqual(
    own.map((each) => `DHT_BOOTSTRAP_SELF bootstrap ${each}: this is the node itself`),
  )
})

it('a node that listens at one loopback address does not exclude the next', () => {
  bootstrapOf(['127.0.0.1:1', '127.0.0.2:1'], [endpoint('127.0.0.2', 1)]).seek()
  expect(last()?.found).toEqual(['127.0.0.1:1'])
})

describe('a long list of names', () => {
  const COUNT = 500
  const ADDRESSES = 16
  const list = Array.from({ length: COUNT }, (_, i) => `n${i}.example:1`)
  const addressesOf = (name: number): string[] =>
    Array.from({ length: ADDRESSES }, (_, i) => `100.${name >> 8}.${name & 255}.${i + 1}`)

  it('BOOT-5: is reported a bounded number of times, at once while it is useful', async () => {
    bootstrapOf(list).seek()
    const questions = [...names.open]
    for (const [i, question] of questions.entries()) {
      question.answer(addressesOf(i))
      await settled()
      const known = (i + 1) * ADDRESSES
      if (known <= MAX_BOOTSTRAP) expect(last()?.found).toHaveLength(known)
    }
    expect(last()).toEqual({
      found: questions.flatMap((_, i) => addressesOf(i).map((address) => `${address}:1`)),
      isPending: false,
    })
    expect(told.length).toBeLessThanOrEqual(MAX_BOOTSTRAP + 2)
  })

  it('BOOT-5: is reported when no resolution is open, though many names failed', async () => {
    bootstrapOf(list).seek()
    for (const [i, question] of names.open.slice(0, 100).entries()) {
      question.answer(addressesOf(i))
    }
    await settled()
    clock.advance(NAME_WAIT_MS)
    expect(last()?.found).toHaveLength(100 * ADDRESSES)
    expect(last()?.isPending).toBe(false)
    expect(told.length).toBeLessThanOrEqual(MAX_BOOTSTRAP + 2)
  })

  it('BOOT-5: one family that is known well does not delay the other', async () => {
    bootstrapOf(list, [HOME, endpoint('2001:db8::1', 1)]).seek()
    const [four, other, six] = names.open
    four!.answer(addressesOf(0))
    other!.answer([...addressesOf(1), '192.0.2.1'])
    six!.answer(['2001:db8::2'])
    await settled()
    expect(last()?.found).toContain('[2001:db8::2]:1')
  })
})

it('resolves no name once it is closed, though the node has no contacts', () => {
  const bootstrap = bootstrapOf(['a.example:1'])
  bootstrap.close()
  bootstrap.seek()
  expect(names.asked).toEqual([])
  expect(clock.alarms).toBe(0)
  expect(told).toEqual([])
})
