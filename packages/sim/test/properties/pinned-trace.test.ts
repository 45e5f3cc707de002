// Runs whose results are written down. They are the same on every engine and machine, and they
// change when the behaviour of the traced code changes. Take the new results if that was intended.
// The trace contains instants, host numbers and the bytes of packets, so renaming something changes
// no hash.

import { expect, it } from 'vitest'
import { lifeOfNodes, lifeOfTheSimulator } from '../support/pinned-life.ts'

it('SIM-S10: a run of the simulator alone gives the pinned trace', () => {
  expect(lifeOfTheSimulator()).toEqual({
    transcript: [
      'spans: 280073, 15114, 2, 20133817, 660, 3 ms; of 200 the sum is 366672525 ms',
      'sent: 640 datagrams, 523285 bytes',
      'delivered: 547 datagrams',
      'dropped, lost: 36',
      'dropped, mtu: 33',
      'dropped, no-host: 55',
    ],
    hash: 'f8baca59f3f3adc0',
  })
})

it('SIM-S10: a run of real nodes gives the pinned trace', () => {
  expect(lifeOfNodes()).toEqual({
    transcript: [
      'minute 1: 12 nodes, 1272 sent, 1239 delivered, host 0 finds [11.0.2.1:80]',
      'minute 2: 12 nodes, 1425 sent, 1381 delivered, host 0 finds [11.0.2.1:80]',
      'minute 3: 12 nodes, 1666 sent, 1627 delivered, host 0 finds [11.0.2.1:80]',
      'minute 4: 12 nodes, 1688 sent, 1642 delivered, host 0 finds [11.0.2.1:80]',
      'minute 5: 12 nodes, 2401 sent, 2293 delivered, host 0 finds [11.0.2.1:80]',
      'dropped, lost: 150',
      'dropped, host-down: 58',
    ],
    hash: 'e8daf6dda7d104fe',
  })
})
