// The steps of lookups as a tree and as lines.

import type { Contact, TracedLookup, TraceStep } from '@dht/node'
import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import { stepLine } from '../../src/walk/step-line.ts'
import { Walk } from '../../src/walk/walk.ts'
import { walkTree } from '../../src/walk/walk-tree.ts'

const LOOKUP: TracedLookup = {
  lookupId: 1,
  operationId: 1,
  purpose: 'user',
  target: '00000000',
  family: 4,
}

/** Its id begins with these digits. */
function contact(digits: string): Contact {
  const port = Number.parseInt(digits, 16) + 1
  return { id: digits.padEnd(8, '0'), address: '192.0.2.1', port, family: 4 }
}

const [far, middle, near, bad, late, other] = ['80', '40', '01', '20', '10', 'f0'].map(contact) as [
  Contact,
  Contact,
  Contact,
  Contact,
  Contact,
  Contact,
]

function responded(of: Contact, closer: readonly Contact[], more: object = {}): TraceStep {
  return {
    kind: 'responded',
    at: 130,
    contact: of,
    phase: 'approach',
    responder: of,
    verdict: 'accepted',
    roundTripMs: 30,
    closer,
    unusable: 0,
    values: 0,
    hasToken: true,
    ...more,
  }
}

const STEPS: readonly TraceStep[] = [
  { kind: 'started', at: 100, startingContacts: [far, middle, other] },
  { kind: 'queried', at: 100, contact: far, phase: 'approach', waits: false },
  { kind: 'queried', at: 100, contact: middle, phase: 'approach', waits: true },
  responded(far, [near, bad, middle], { unusable: 2, values: 1 }),
  { kind: 'queried', at: 131, contact: near, phase: 'approach', waits: false },
  { kind: 'queried', at: 131, contact: bad, phase: 'approach', waits: false },
  responded(near, [late, far]),
  { kind: 'queried', at: 132, contact: late, phase: 'approach', waits: false },
  { kind: 'stalled', at: 140, contact: late, phase: 'approach' },
  { kind: 'failed', at: 4_131, contact: bad, phase: 'approach', reason: 'timeout' },
  responded(middle, [], { verdict: 'renamed', responder: { ...middle, id: '4f000000' } }),
  { kind: 'ended', at: 4_200, closest: [near, middle, far], incompleteReasons: ['late'] },
]

function walkOf(steps: readonly TraceStep[]): Walk {
  const walk = new Walk(LOOKUP)
  for (const step of steps) walk.take(step)
  return walk
}

const tree = (steps: readonly TraceStep[]): string =>
  walkTree(walkOf(steps), picocolors.createColors(false)).join('\n')

describe('the tree', () => {
  it('shows who told of whom, and what became of each query', () => {
    expect(tree(STEPS)).toBe(`\
IPv4 to 00000000: 3 of 5 responded, * nearest, incomplete: late
├─ 40000000 192.0.2.1:65         1 bit  30 ms, returned 0 nodes, now 4f000000 *
├─ 80000000 192.0.2.1:129       0 bits  30 ms, returned 3 nodes, 2 unusable, 1 peer *
│  ├─ 01000000 192.0.2.1:2      7 bits  30 ms, returned 2 nodes *
│  │  └─ 10000000 192.0.2.1:17  3 bits  stalled
│  └─ 20000000 192.0.2.1:33     2 bits  no response
└─ 1 not needed: farther than the nearest`)
  })

  it('shows each query of a sweep, with its point', () => {
    const [sweep, toward] = [{ phase: 'sweep' }, { phase: 'sweep', toward: '4321beef' }] as const
    const steps = [
      ...STEPS.slice(0, 4),
      { ...(STEPS[1] as object), at: 131, ...toward },
      responded(far, [near], { ...toward, roundTripMs: 12 }),
      { kind: 'failed', at: 140, contact: near, ...toward, reason: 'timeout' },
      { kind: 'queried', at: 141, contact: near, ...sweep, waits: false },
    ] as TraceStep[]
    expect(tree(steps)).toBe(`\
IPv4 to 00000000: 2 of 5 responded, in progress
├─ 40000000 192.0.2.1:65     1 bit  waits for its turn
├─ 80000000 192.0.2.1:129   0 bits  30 ms, returned 3 nodes, 2 unusable, 1 peer
│  │                                toward 4321beef: 12 ms, returned 1 node
│  ├─ 01000000 192.0.2.1:2  7 bits  toward 4321beef: no response
│  │                                visit: queried
│  └─ 1 not queried yet
└─ 1 not queried yet`)
  })

  it('says of a lookup that goes on what is not queried yet', () => {
    expect(tree(STEPS.slice(0, 4))).toBe(`\
IPv4 to 00000000: 1 of 2 responded, in progress
├─ 40000000 192.0.2.1:65    1 bit  waits for its turn
├─ 80000000 192.0.2.1:129  0 bits  30 ms, returned 3 nodes, 2 unusable, 1 peer
│  └─ 2 not queried yet
└─ 1 not queried yet`)
  })

  it('tells nodes that are nearer from those that were not needed', () => {
    const ended: TraceStep = { kind: 'ended', at: 200, closest: [far], incompleteReasons: [] }
    const [, , , ...rest] = tree([...STEPS.slice(0, 2), STEPS[3]!, ended]).split('\n')
    expect(rest.join('\n')).toContain('└─ 1 not needed: farther than the nearest, 1 not queried: ')
  })

  it('is bounded by what the lookup knew, whatever nodes tell', () => {
    const same = Array.from({ length: 1_000 }, () => near)
    const steps = [STEPS[0]!, STEPS[1]!, responded(far, same), responded(near, [near, far])]
    expect(tree(steps).split('\n')).toHaveLength(4)
  })

  it('shows a step of a node that nobody told of', () => {
    const failed: TraceStep = {
      kind: 'failed',
      at: 5,
      contact: late,
      phase: 'approach',
      reason: 'suspect',
    }
    expect(tree([failed])).toContain('10000000 192.0.2.1:17  3 bits  late again, given up')
  })
})

it('a line for each step', () => {
  const walk = new Walk(LOOKUP)
  const lines = STEPS.map((step) => {
    walk.take(step)
    return stepLine(step, walk)
  })
  expect(lines[0]).toBe('IPv4 +0.0 ms  3 starting contacts')
  expect(lines[1]).toBe('IPv4 +0.0 ms  80000000 at 192.0.2.1:129 queried')
  expect(lines[2]).toBe('IPv4 +0.0 ms  40000000 at 192.0.2.1:65 waits for its turn')
  expect(lines[3]).toMatch(
    /^IPv4 \+30 ms {2}80000000 .* responded: 30 ms, returned 3 nodes, .* 2000000/,
  )
  expect(lines[8]).toBe('IPv4 +40 ms  10000000 at 192.0.2.1:17 stalled')
  expect(lines[9]).toBe('IPv4 +4031 ms  20000000 at 192.0.2.1:33 no response')
  const visit = { ...STEPS[1], phase: 'sweep' } as TraceStep
  expect(stepLine(visit, walk)).toMatch(/80000000 at 192.0.2.1:129 \(visit\) queried$/)
  const swept = { ...visit, toward: '4321beef00' } as TraceStep
  expect(stepLine(swept, walk)).toMatch(/:129 \(toward 4321beef\) queried$/)
  expect(lines[11]).toBe('IPv4 +4100 ms  ended, 3 nearest nodes; incomplete: late')
})
