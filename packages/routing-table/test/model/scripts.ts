// The commands of the scripts of the model test, and the worlds in which they run.

import { idFromBigInt } from '@dht/id'
import fc from 'fast-check'
import type { Due, Evidence, Offset, Outcome } from './cases.ts'
import {
  advance,
  boundary,
  type Command,
  check,
  claimed,
  closest,
  failing,
  forget,
  late,
  ownId,
  refresh,
  report,
  restart,
  restore,
  told,
  type Who,
} from './commands.ts'
import { byAddress, type Limit, type Setup } from './facts.ts'

/** Commands in the mixture of the original's models: mostly evidence about any contact. */
export function anyCommand(): fc.Arbitrary<Command> {
  const n = fc.nat({ max: 40 })
  const known = fc.record({
    of: fc.constantFrom('members' as const, 'contested', 'contested', 'candidates', 'anybody'),
    n,
  })
  const stranger = fc.record({
    of: fc.constant('strangers' as const),
    level: fc.nat({ max: 11 }),
    n,
  })
  const who: fc.Arbitrary<Who> = fc.oneof(
    { arbitrary: known, weight: 10 },
    { arbitrary: stranger, weight: 1 },
  )
  const outcome = fc.constantFrom<Outcome[]>('answers', 'fails', 'other id', 'never')
  const evidence = fc.constantFrom<Evidence[]>('responded', 'responded', 'queried', 'failed')
  const offset = fc.constantFrom<Offset[]>(0, -1, 1)
  const due = fc.constantFrom<Due[]>('questionable', 'check', 'refresh')
  const mixture: readonly (readonly [number, fc.Arbitrary<Command>])[] = [
    [10, stranger.map((each) => told('responded', each))],
    [5, stranger.map((each) => told('queried', each))],
    [5, who.map((each) => told('responded', each))],
    [3, who.map((each) => told('queried', each))],
    [6, who.map((each) => told('failed', each))],
    [4, who.map(failing)],
    [4, fc.tuple(who, fc.boolean(), fc.nat({ max: 2 })).map((all) => late(...all))],
    [5, fc.tuple(evidence, who, stranger).map((all) => claimed(all[0], 'id', all[1], all[2]))],
    [3, fc.tuple(evidence, who, stranger).map((all) => claimed(all[0], 'address', all[1], all[2]))],
    [1, fc.constantFrom<Evidence[]>('queried', 'responded', 'failed').map(ownId)],
    [3, who.map(forget)],
    [
      4,
      fc
        .tuple(who, fc.integer({ min: -1, max: 12 }), who, fc.boolean())
        .map((all) => closest(...all)),
    ],
    [4, fc.oneof(fc.nat({ max: 2_000 }), fc.integer({ min: -5_000, max: 60_000 })).map(advance)],
    [5, fc.tuple(due, n, offset).map((all) => boundary(...all))],
    [6, outcome.map(check)],
    [4, fc.tuple(n, outcome).map((all) => report(...all))],
    [2, fc.constant(refresh)],
    [1, fc.array(who, { maxLength: 6 }).map(restore)],
    [1, fc.constant(restart)],
  ]
  return fc.oneof(...mixture.map(([weight, arbitrary]) => ({ weight, arbitrary })))
}

/** Options and our own id: by default in worlds of 256 ids and in those of real size. */
export function anySetup(widths: readonly number[] = [1, 1, 1, 20, 32]): fc.Arbitrary<Setup> {
  const anyWidth = fc.constantFrom(...widths)
  return fc.tuple(anyWidth, fc.constantFrom(1, 2, 2, 2, 3, 4, 8)).chain(([width, k]) =>
    fc.record({
      self: fc.constantFrom(0n, 0x5an).map((value) => idFromBigInt(value, width)),
      k: fc.constant(k),
      widths: fc.oneof(
        { arbitrary: fc.array(fc.integer({ min: k, max: k + 2 }), { maxLength: 2 }), weight: 4 },
        { arbitrary: fc.constantFrom([4 * k, 2 * k], [8, 8, 8, 8]), weight: 1 },
      ),
      maxBuckets: fc.constantFrom(33, 33, 257, 1, 4),
      cacheSize: fc.constantFrom(0, 1, 2, 2, 8),
      badAfter: fc.constantFrom(1, 2, 3),
      questionableAfterMs: fc.constantFrom(900_000, 1_000),
      refreshAfterMs: fc.constantFrom(900_000, 5_000),
      checkIntervalMs: fc.constantFrom(1_000, 0, 0),
      checkTimeoutMs: fc.constantFrom(30_000, 1_000),
      heedsAddresses: fc.constantFrom(true, true, true, false),
      limits: fc.constantFrom<(readonly Limit[])[]>(
        [],
        [],
        [{ keyOf: byAddress(5), perBucket: 1, perTable: 2 }],
        [
          { keyOf: byAddress(40), perBucket: 1, perTable: 1 },
          { keyOf: byAddress(3), perBucket: 2, perTable: Infinity },
        ],
      ),
    }),
  )
}
