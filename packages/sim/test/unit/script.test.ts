// Scripts can be replayed, shrunk and read.

import { dht256, mainline } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Action, ScriptRun, simplerActions } from '../../src/script.ts'
import { shrink } from '../../src/shrink.ts'
import { Transcript } from '../../src/transcript.ts'

const host = fc.nat(20)
const key = fc.nat(3)
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('join'), through: fc.constantFrom(1, 2) }),
  fc.record({ kind: fc.constantFrom('crash', 'close', 'suspend', 'resume'), host }),
  fc.record({ kind: fc.constant('restart'), host, remembers: fc.boolean() }),
  fc.record({ kind: fc.constant('enter'), host, key, port: fc.integer({ min: 1, max: 65_535 }) }),
  fc.record({ kind: fc.constant('delete'), host, key }),
  fc.record({ kind: fc.constantFrom('lookup', 'closest'), host, key }),
  fc.record({ kind: fc.constant('put'), host, key, seq: fc.nat(3) }),
  fc.record({ kind: fc.constant('get'), host, key, isMutable: fc.boolean() }),
  fc.record({ kind: fc.constant('partition'), modulus: fc.nat(4) }),
  fc.record({ kind: fc.constant('heal') }),
  fc.record({ kind: fc.constant('network'), loss: fc.constantFrom(0, 0.2), mostMs: fc.nat(500) }),
  fc.record({ kind: fc.constant('inject'), host, bytes: fc.array(fc.nat(255)) }),
  fc.record({ kind: fc.constant('advance'), ms: fc.nat(20_000) }),
)

describe('scripts', () => {
  it('SIM-S10: every list of actions is a valid run, and the same run each time', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000),
        fc.array(action, { maxLength: 12, size: 'max' }),
        fc.constantFrom(dht256, mainline),
        (seed, actions, network) => {
          const core = { network }
          const run = (): ScriptRun => {
            return new ScriptRun({ seed, nodes: 6, core, actions, shuffle: true })
          }
          const [one, other] = [run(), run()]
          expect(one.world.traceHash).toBe(other.world.traceHash)
          expect(one.operations).toEqual(other.operations)
        },
      ),
      { numRuns: 5 },
    )
  })

  it('a failing script shrinks to one with a readable transcript', () => {
    const given: Action[] = [
      { kind: 'network', loss: 0.1, duplication: 0.1, corruption: 0.1 },
      { kind: 'join', through: 2 },
      { kind: 'advance', ms: 30_000 },
      { kind: 'enter', host: 5, key: 1, port: 7 },
      { kind: 'advance', ms: 30_000 },
      { kind: 'partition', modulus: 2 },
      { kind: 'lookup', host: 3, key: 2 },
      { kind: 'advance', ms: 5_000 },
      { kind: 'heal' },
      { kind: 'crash', host: 4 },
      { kind: 'lookup', host: 2, key: 1 },
      { kind: 'advance', ms: 30_000 },
    ]
    // The failure to keep: a lookup that finds a port.
    const finds = (actions: readonly Action[]): boolean =>
      new ScriptRun({ seed: 1, nodes: 3, actions }).operations.some(
        ({ outcome }) => outcome?.kind === 'found' && outcome.result.endpoints.length > 0,
      )
    expect(finds(given)).toBe(true)
    const short = shrink(given, { fails: finds, simpler: simplerActions })
    expect(short.map(({ kind }) => kind)).toEqual(['enter', 'lookup', 'advance'])
    let transcript: Transcript | undefined
    new ScriptRun({ seed: 1, nodes: 3, actions: short }, (world) => {
      transcript = new Transcript(world, { keep: 60 })
    })
    const { lines = [], text = '' } = transcript ?? {}
    expect(lines).toHaveLength(61)
    expect(lines[0]).toMatch(/^\(\d+ lines\)$/)
    expect(text).toMatch(/ {2}h\d > h\d {2}(ping|find_node|get_peers|reply)/)
  })
})

describe('transcripts', () => {
  it('show what hosts do and which packets did not arrive', () => {
    const actions: Action[] = [
      { kind: 'network', loss: 1 },
      { kind: 'enter', host: 0, key: 1, port: 80 },
      { kind: 'inject', host: 1, bytes: [1, 2, 3] },
      { kind: 'advance', ms: 1_000 },
      { kind: 'crash', host: 0 },
    ]
    let transcript: Transcript | undefined
    new ScriptRun({ seed: 1, nodes: 2, actions }, (world) => {
      transcript = new Transcript(world)
    })
    const { text = '' } = transcript ?? {}
    expect(text).toContain('0.000  h0 started')
    expect(text).toContain('h1 is asked to join')
    expect(text).toContain('{"kind":"network","loss":1}')
    expect(text).toMatch(/h0 > h1 {2}lost: get_peers [0-9a-f]{8}, \d+ B/)
    expect(text).toContain('> h1  malformed (')
    expect(text).toContain('h0 crashed')
  })
})
