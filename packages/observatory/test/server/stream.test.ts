// The stream of a node: what it begins with, what follows, and readers that do harm.

import { formatEndpoint } from '@dht/node'
import { expect, it } from 'vitest'
import { ask, node, open, served, session } from '../support/loopback.ts'
import { stream } from '../support/stream-reader.ts'

const ID = 'ab'.repeat(32)

it('begins with what the server allows and the whole node', async () => {
  const [alice, bob] = [await node(), await node()]
  bob.addNode(alice.endpoints[0]!)
  const server = await served({ node: bob, allowWrites: true })
  while (bob.contacts().length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  const { messages, first } = await stream(server).then((reader) => {
    return { messages: reader.messages, first: reader.first.bind(reader) }
  })
  const snapshot = await first('snapshot')
  expect(messages.slice(0, 2).map(({ kind }) => kind)).toEqual(['welcome', 'snapshot'])
  const capabilities = { lookupsPerMinute: 10, write: true, items: false, relay: false }
  expect(messages[0]).toMatchObject({ version: 1, capabilities })
  expect(snapshot).toMatchObject({
    network: 'dht256',
    idBits: 256,
    k: 8,
    overlays: [{ family: 4, id: bob.id, buckets: [{ prefix: '', depth: 0, isOwn: true }] }],
    status: { overlays: [{ local: formatEndpoint(bob.endpoints[0]!) }], announcements: [] },
  })
  expect(snapshot.overlays[0]?.buckets[0]?.members).toMatchObject([
    { id: alice.id, endpoint: formatEndpoint(alice.endpoints[0]!), state: 'good', failures: 0 },
  ])
  const member = snapshot.overlays[0]?.buckets[0]?.members[0]
  expect(member?.roundTripMs).toBeGreaterThanOrEqual(0)
  expect(member?.respondedAt).toBeLessThanOrEqual(snapshot.at)
})

it('tells what changes: members, events, and the status with its holders', async () => {
  const [alice, bob] = [await node(), await node()]
  const server = await served({ node: bob })
  const reader = await stream(server)
  await reader.first('snapshot')
  bob.addNode(alice.endpoints[0]!)
  const { set } = await reader.first('members')
  expect(set.map(({ id }) => id)).toEqual([alice.id])
  await reader.first('event', ({ event }) => event.kind === 'contact-added')
  await bob.enter(ID, 80)
  const { status } = await reader.first(
    'status',
    (message) => (message.status.announcements[0]?.holders.length ?? 0) > 0,
  )
  expect(status.announcements[0]).toMatchObject({
    id: ID,
    port: 80,
    holders: [{ id: alice.id }],
    last: { accepted: [{ id: alice.id }], complete: true },
  })
  // Else it might be a member again before anybody looks.
  await alice.close()
  bob.removeNode(alice.id)
  await reader.first('members', ({ removed }) => removed.includes(alice.id))
})

it('of a second reader begins with the same, and the lookups before it', async () => {
  const alice = await node()
  const bob = await node({ bootstrap: alice.endpoints })
  await bob.joined()
  const server = await served({ node: bob })
  await bob.closest(ID)
  const [one, two] = [await stream(server), await stream(server)]
  const [a, b] = [await one.first('snapshot'), await two.first('snapshot')]
  const idsOf = ({ overlays }: typeof a) =>
    overlays.map(({ id, buckets }) => [id, buckets.map((each) => each.members.map(({ id }) => id))])
  expect(idsOf(a)).toEqual([[bob.id, [[alice.id]]]])
  expect(idsOf(b)).toEqual(idsOf(a))
  expect(a.lookups).toHaveLength(1)
  expect(a.lookups[0]).toMatchObject({ lookup: { target: ID, purpose: 'user' }, isCut: false })
  expect(a.lookups[0]?.steps.at(-1)).toMatchObject({ kind: 'ended', closest: [{ id: alice.id }] })
})

it('ends with the node, and with the observatory', async () => {
  const alone = await node()
  const server = await served({ node: alone })
  const reader = await stream(server)
  await reader.first('snapshot')
  await alone.close()
  await reader.first('end')
  await server.observatory.close()
  while (!reader.isEnded) await new Promise((resolve) => setTimeout(resolve, 10))
  await server.observatory.close()
})

it('has eight readers at most, and room again when one leaves', async () => {
  const server = await served()
  const cookie = await session(server)
  const readers = await Promise.all(Array.from({ length: 8 }, () => stream(server, cookie)))
  const ninth = await ask(server, '/stream', { headers: { cookie } })
  expect([ninth.status, ninth.headers['retry-after']]).toEqual([503, '5'])
  readers[0]?.response.destroy()
  let status = 503
  while (status === 503) {
    const response = await open(server, '/stream', { headers: { cookie } })
    status = response.statusCode ?? 0
    response.destroy()
  }
  expect(status).toBe(200)
})

it('costs the node nothing while nobody reads', async () => {
  const alone = await node()
  let views = 0
  let readers = 0
  const watched = {
    view: () => {
      views++
      return alone.view()
    },
    events: () => {
      readers++
      return alone.events()
    },
    onLookupStep: alone.onLookupStep.bind(alone),
    lookup: alone.lookup.bind(alone),
    closest: alone.closest.bind(alone),
    enter: alone.enter.bind(alone),
    delete: alone.delete.bind(alone),
    put: alone.put.bind(alone),
  }
  const server = await served({ node: watched })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect([views, readers]).toEqual([0, 0])
  const reader = await stream(server)
  await reader.first('snapshot')
  reader.response.destroy()
  await new Promise((resolve) => setTimeout(resolve, 300))
  const seen = views
  await new Promise((resolve) => setTimeout(resolve, 900))
  expect([views, readers]).toEqual([seen, 1])
})
