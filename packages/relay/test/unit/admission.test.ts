// How clients are counted, beside a count by hand, and which of them have one address.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Admission, clientKey } from '../../src/server/admission.ts'

it('RELAY-4: no more clients are in than may be, in all and of one address, and all leave', () => {
  const limits = { maxClients: 5, maxClientsPerAddress: 2 }
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(9)), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(steps, (all) => {
      const admission = new Admission(limits)
      const inside: { address: string; leave: () => void }[] = []
      for (const [address, choice] of all) {
        const ofAddress = inside.filter((each) => each.address === address).length
        expect(admission.isFull(address)).toBe(inside.length >= 5 || ofAddress >= 2)
        const [leaving] = choice > 5 ? inside.splice(choice % Math.max(1, inside.length), 1) : []
        leaving?.leave()
        if (leaving === undefined && !admission.isFull(address)) {
          inside.push({ address, leave: admission.enter(address) })
        }
        expect(admission.count).toBe(inside.length)
      }
      for (const { leave } of inside) leave()
      expect(admission.count).toBe(0)
    }),
  )
})

it.each([
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['2001:db8::1', '2001:db8:0:0:ffff::2', true],
  ['2001:db8::1', '2001:db8:0:1::1', false],
  ['a name', 'another', false],
])('%s and %s: one address? %j', (a, b, isOne) => {
  expect(clientKey(a) === clientKey(b)).toBe(isOne)
})
