import { describe, expect, it } from 'vitest'
import { Lookup, type LookupOptions, SearchIdError } from '../../src/index.ts'
import { type TestNode, testNode } from '../support/network.ts'

// Ids of one byte, target 0: the value of a node is its distance.
const node = (value: number): TestNode => testNode(BigInt(value), 1)
const nodes = (...values: number[]): TestNode[] => values.map(node)

const begin = (startingContacts: TestNode[], options: LookupOptions<TestNode>): Lookup<TestNode> =>
  new Lookup({ target: node(0).id, self: node(255).id, startingContacts }, options)

/** The contacts that it queries now, until it waits or is done; the last item says which. */
function ask(lookup: Lookup<TestNode>): (number | 'wait' | 'done')[] {
  const said: (number | 'wait' | 'done')[] = []
  let step = lookup.next()
  for (; step.kind === 'query'; step = lookup.next()) said.push(Number(step.contact.value))
  return [...said, step.kind]
}

function answer(lookup: Lookup<TestNode>, value: number, ...closer: number[]): string {
  return lookup.responded(node(value), { responder: node(value), closer: nodes(...closer) }).kind
}

const found = (lookup: Lookup<TestNode>): number[] =>
  lookup.closest().map(({ value }) => Number(value))

describe('lookup', () => {
  it('goes from the starting contacts to the nearest, and returns them nearest first', () => {
    const lookup = begin(nodes(64, 65), { k: 2 })
    expect(ask(lookup)).toEqual([64, 65, 'wait'])
    expect(answer(lookup, 65, 16, 17)).toBe('accepted')
    expect(ask(lookup)).toEqual([16, 17, 'wait'])
    answer(lookup, 17, 16)
    answer(lookup, 16, 17)
    expect(ask(lookup)).toEqual(['done'])
    expect(found(lookup)).toEqual([16, 17])
    expect(lookup.tally).toEqual({ queried: 4, responded: 3, stalled: 0, failed: 0, hops: 2 })
  })

  it('SEARCH-6: an open query to a contact beyond the k nearest does not delay the end', () => {
    const lookup = begin(nodes(64, 65), { k: 2 })
    ask(lookup)
    answer(lookup, 64, 1, 2)
    ask(lookup)
    answer(lookup, 1)
    expect(lookup.isDone).toBe(false)
    answer(lookup, 2)
    expect(lookup.isDone).toBe(true)
    expect(answer(lookup, 65, 3)).toBe('ignored')
  })

  it('SEARCH-2: three at a time before the final round, by default', () => {
    expect(ask(begin(nodes(1, 2, 3, 4, 5), {}))).toEqual([1, 2, 3, 'wait'])
  })

  it('SEARCH-2: compares more than the first 32 bits to see that no nearer contact is left', () => {
    const [asked, near, far] = [0x100n, 0x10n, 0x200n].map((value) => testNode(value, 8))
    const init = {
      target: testNode(0n, 8).id,
      self: testNode(2n ** 60n, 8).id,
      startingContacts: [asked!],
    }
    const lookup = new Lookup<TestNode>(init, { k: 4 })
    ask(lookup)
    lookup.responded(asked!, { responder: asked!, closer: [near!] })
    expect(lookup.snapshot().phase).toBe('approach')
    ask(lookup)
    lookup.responded(near!, { responder: near!, closer: [asked!, far!] })
    expect(lookup.snapshot().phase).toBe('final round')
  })

  it('SEARCH-2: queries no more than alpha when several responses come at once', () => {
    const lookup = begin(nodes(64, 65, 66, 67, 68), { k: 8, alpha: 2 })
    ask(lookup)
    answer(lookup, 64, 1, 2, 3, 4)
    answer(lookup, 65, 1, 2, 3, 4)
    expect(ask(lookup)).toEqual([1, 2, 'wait'])
  })

  it('begins the final round when the nearest that responded named one that is no nearer', () => {
    const lookup = begin(nodes(64, 128), { k: 4, alpha: 1 })
    expect(ask(lookup)).toEqual([64, 'wait'])
    // 65 shares no more leading bits with the target than 64: there is no contact beyond 64.
    answer(lookup, 64, 1, 2, 65)
    expect(lookup.snapshot().phase).toBe('final round')
    expect(ask(lookup)).toEqual([1, 2, 65, 'wait'])
  })

  it('does not begin the final round while all that it named are nearer than itself', () => {
    const lookup = begin(nodes(64, 128), { k: 4, alpha: 1 })
    ask(lookup)
    answer(lookup, 64, 1, 2, 63)
    expect(lookup.snapshot().phase).toBe('approach')
    expect(ask(lookup)).toEqual([1, 'wait'])
  })

  it('does not begin the final round after an empty response, or one from farther away', () => {
    const lookup = begin(nodes(32, 64), { k: 4, alpha: 2 })
    ask(lookup)
    answer(lookup, 32)
    expect(lookup.snapshot().phase).toBe('approach')
    answer(lookup, 64, 32, 65)
    expect(lookup.snapshot().phase).toBe('approach')
  })

  it('a stalled query frees its slot, holds up the end, and can still get a response', () => {
    const lookup = begin(nodes(1, 2, 3), { k: 1, alpha: 1 })
    expect(ask(lookup)).toEqual([1, 'wait'])
    lookup.stalled(node(1))
    lookup.stalled(node(1))
    expect(ask(lookup)).toEqual([2, 'wait'])
    answer(lookup, 2)
    expect(ask(lookup)).toEqual(['wait'])
    expect(answer(lookup, 1)).toBe('accepted')
    expect(found(lookup)).toEqual([1])
    expect(lookup.tally).toEqual({ queried: 2, responded: 2, stalled: 1, failed: 0, hops: 1 })
  })

  it('SEARCH-2: a stalled query frees its slot once, whatever follows', () => {
    const ends = [
      (lookup: Lookup<TestNode>) => answer(lookup, 1),
      (lookup: Lookup<TestNode>) => lookup.failed(node(1)),
    ]
    for (const end of ends) {
      const lookup = begin(nodes(1, 2, 3, 4), { k: 4, alpha: 1 })
      ask(lookup)
      lookup.stalled(node(1))
      expect(ask(lookup)).toEqual([2, 'wait'])
      end(lookup)
      expect(ask(lookup)).toEqual(['wait'])
    }
  })

  it('has queried the next contact already when a dead one is given up', () => {
    const lookup = begin(nodes(1, 2), { k: 1, alpha: 1 })
    ask(lookup)
    lookup.stalled(node(1))
    ask(lookup)
    answer(lookup, 2)
    lookup.failed(node(1))
    expect(ask(lookup)).toEqual(['done'])
    expect(found(lookup)).toEqual([2])
  })

  it('forgets unqueried contacts when maxQueries is reached, and waits for the responses', () => {
    const lookup = begin(nodes(1, 2, 3, 4), { k: 4, alpha: 4, maxQueries: 2 })
    expect(ask(lookup)).toEqual([1, 2, 'wait'])
    answer(lookup, 1, 5)
    expect(lookup.snapshot().candidates.map(({ contact }) => contact.value)).toEqual([1n, 2n])
    answer(lookup, 2)
    expect(ask(lookup)).toEqual(['done'])
    expect(found(lookup)).toEqual([1, 2])
  })

  it('SEARCH-12: the id that responded counts, not the id that was named', () => {
    const lookup = begin(nodes(1), { k: 2 })
    ask(lookup)
    const token = Uint8Array.of(7)
    const reply = { responder: node(9), closer: nodes(2), token }
    expect(lookup.responded(node(1), reply).kind).toBe('renamed')
    expect(ask(lookup)).toEqual([2, 'wait'])
    answer(lookup, 2)
    expect(found(lookup)).toEqual([2, 9])
    expect(lookup.writeTargets()).toEqual([{ contact: node(9), token }])
    expect(lookup.tally).toEqual({ queried: 2, responded: 1, stalled: 0, failed: 1, hops: 2 })
  })

  it('SEARCH-12: no response can displace a candidate, or us, by using its id', () => {
    for (const borrowed of [2, 255]) {
      const lookup = begin(nodes(1, 2), { k: 2, alpha: 1 })
      ask(lookup)
      const reply = { responder: node(borrowed), closer: nodes(3) }
      expect(lookup.responded(node(1), reply).kind).toBe('rejected')
      expect(ask(lookup)).toEqual([2, 'wait'])
      answer(lookup, 2)
      expect(found(lookup)).toEqual([2])
    }
  })

  it('SEARCH-12: a response under an id of another width counts as a failure', () => {
    const lookup = begin(nodes(1, 2), { k: 2, alpha: 1 })
    ask(lookup)
    const reply = { responder: testNode(9n, 2), closer: nodes(3), token: Uint8Array.of(7) }
    expect(lookup.responded(node(1), reply).kind).toBe('rejected')
    expect(ask(lookup)).toEqual([2, 'wait'])
    answer(lookup, 2)
    expect([found(lookup), lookup.writeTargets()]).toEqual([[2], []])
  })

  it('of two ids at one address only the nearer one is queried', () => {
    const at = (value: number, address: string): TestNode => ({ ...node(value), address })
    for (const pair of [
      [at(1, 'x'), at(2, 'x')],
      [at(2, 'x'), at(1, 'x')],
    ]) {
      const lookup = begin([...pair, at(3, 'y')], { k: 3, addressOf: ({ address }) => address })
      expect(ask(lookup)).toEqual([1, 3, 'wait'])
      lookup.failed(node(1))
      lookup.responded(at(3, 'y'), { responder: at(3, 'y'), closer: [at(4, 'x'), at(2, 'x')] })
      expect(ask(lookup)).toEqual(['done'])
    }
  })

  it('an address is free again when its candidate was dropped for a nearer one', () => {
    const at = (value: number, address: string): TestNode => ({ ...node(value), address })
    const lookup = begin([at(5, 'x'), at(4, 'y'), at(3, 'z')], {
      ...{ k: 2, alpha: 1, shortlistSize: 2 },
      addressOf: ({ address }) => address,
    })
    expect(ask(lookup)).toEqual([3, 'wait'])
    lookup.responded(at(3, 'z'), { responder: at(3, 'z'), closer: [at(7, 'x')] })
    const { candidates } = lookup.snapshot()
    expect(candidates.map(({ contact }) => contact.value)).toEqual([3n, 4n, 7n])
  })

  it('never queries our own addresses', () => {
    const lookup = new Lookup<TestNode>(
      {
        target: node(0).id,
        self: node(255).id,
        startingContacts: nodes(1, 2),
        selfAddresses: ['a1'],
      },
      { addressOf: ({ address }) => address },
    )
    expect(ask(lookup)).toEqual([2, 'wait'])
  })

  it('its view shows everything it knows, as a copy', () => {
    const lookup = begin(nodes(4, 3), { k: 1, alpha: 1 })
    ask(lookup)
    lookup.failed(node(3))
    ask(lookup)
    lookup.responded(node(4), { responder: node(4), closer: [], token: Uint8Array.of(1) })
    const snapshot = lookup.snapshot()
    expect(snapshot).toEqual({
      phase: 'complete',
      candidates: [
        { contact: node(3), state: 'failed', hop: 1, token: undefined },
        { contact: node(4), state: 'responded', hop: 1, token: Uint8Array.of(1) },
      ],
      tally: { queried: 2, responded: 1, stalled: 0, failed: 1, hops: 1 },
    })
    snapshot.candidates[1]!.token!.fill(9)
    expect(lookup.snapshot().candidates[1]!.token).toEqual(Uint8Array.of(1))
  })

  it('refuses our own id and starting contacts of another width; drops them from replies', () => {
    const wide = testNode(1n, 2)
    const init = { target: node(0).id, self: node(9).id, startingContacts: nodes(1) }
    const attempts = [
      () => new Lookup({ ...init, self: wide.id }),
      () => new Lookup({ ...init, startingContacts: [wide] }),
    ]
    for (const [i, what] of ['self', 'starting contact'].entries()) {
      expect(attempts[i]).toThrow(SearchIdError)
      expect(attempts[i]).toThrow(
        `${what}: expected an id of 1 byte like the target, got a Uint8Array of 2 bytes`,
      )
    }
    const lookup = new Lookup<TestNode>(init)
    ask(lookup)
    expect(lookup.responded(node(1), { responder: node(1), closer: [wide] }).kind).toBe('accepted')
    expect(lookup.isDone).toBe(true)
  })

  it('waits for stalled queries only, but not after an abort', () => {
    const lookup = begin(nodes(1, 2), { k: 2 })
    ask(lookup)
    answer(lookup, 1)
    expect(lookup.waitsForStalledOnly).toBe(false)
    lookup.stalled(node(2))
    expect(lookup.waitsForStalledOnly).toBe(true)
    lookup.abort()
    expect(lookup.waitsForStalledOnly).toBe(false)
  })

  it('stays aborted after an abort, and done after its end', () => {
    const aborted = begin(nodes(1, 2), { k: 1 })
    ask(aborted)
    aborted.abort()
    expect(ask(aborted)).toEqual(['done'])
    expect(answer(aborted, 1)).toBe('ignored')
    expect(aborted.snapshot().phase).toBe('aborted')
    const complete = begin([], {})
    complete.abort()
    expect(complete.snapshot().phase).toBe('complete')
  })
})
