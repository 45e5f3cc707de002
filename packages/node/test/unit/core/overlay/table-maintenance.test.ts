import { type Id, idToHex, randomId } from '@dht/id'
import { contact, endpoint } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { addressServices } from '../../../../src/core/address-services.ts'
import { resolveCoreOptions } from '../../../../src/core/config/resolve.ts'
import { newContacts } from '../../../../src/core/contact-source.ts'
import { newCounters } from '../../../../src/core/counters.ts'
import { Operations } from '../../../../src/core/operations/operations.ts'
import { Outbox } from '../../../../src/core/outbox.ts'
import { Overlay } from '../../../../src/core/overlay/overlay.ts'
import { encodedTransmit } from '../../../../src/core/queries/transmit.ts'
import { Bench, home, isAt } from '../../../support/bench.ts'

const random = seededRandom(1)

function newOverlay(): Overlay {
  const counters = newCounters([])
  const outbox = new Outbox(counters)
  const config = resolveCoreOptions()
  const operations = new Operations(outbox, 1)
  const contacts = newContacts
  const id = randomId(32, random)
  const { network } = config
  const sending = { network, transmit: encodedTransmit(network), ...addressServices(config) }
  const services = { config, random, outbox, operations, counters, contacts, ...sending }
  const owner = { joined: () => {}, contactsReported: () => {} }
  return new Overlay({ local: home, id, owner }, services)
}

/** As many queries at once as a burst allows, each from another unverified contact. */
function flood(overlay: Overlay): void {
  for (let i = 0; i < 1_024; i++) {
    overlay.maintenance.queryReceived(
      randomId(32, random),
      endpoint(`10.1.${i >> 8}.${i & 255}`, 1),
      0,
    )
  }
}

function isWaiting({ table }: Overlay, id: Id): boolean {
  const waiting = table.snapshot().buckets.flatMap((bucket) => bucket.waiting)
  return waiting.some((each) => idToHex(each.contact.id) === idToHex(id))
}

describe('unverified contacts that query us', () => {
  const late = contact(randomId(32, random), endpoint('10.2.0.1', 1))

  it('are shown to the table up to a burst, and then at a bounded rate', () => {
    const overlay = newOverlay()
    flood(overlay)
    overlay.maintenance.queryReceived(late.id, late.endpoint, 3)
    expect(isWaiting(overlay, late.id)).toBe(false)
    overlay.maintenance.queryReceived(late.id, late.endpoint, 4)
    expect(isWaiting(overlay, late.id)).toBe(true)
  })

  it('do not prevent the query of a member from counting', () => {
    const overlay = newOverlay()
    overlay.table.responded(late, 0)
    flood(overlay)
    overlay.maintenance.queryReceived(late.id, late.endpoint, 3)
    const members = overlay.table.snapshot().buckets.flatMap((bucket) => bucket.members)
    expect(members.map(({ lastSeenAt }) => lastSeenAt)).toEqual([3])
  })
})

it('AMP-3: a query from elsewhere under the id of a member brings one ping there, not two', () => {
  const bench = new Bench()
  const member = bench.addMember()
  const impostor = bench.newContact({ id: member.id })
  bench.queryFrom(impostor, { method: 'ping' })
  bench.pass(10_000)
  expect(bench.datagrams.filter(({ to }) => isAt(to, impostor))).toHaveLength(1)
  expect(bench.datagrams.filter(({ to }) => isAt(to, member)).length).toBeGreaterThan(1)
})
