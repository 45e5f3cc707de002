import { expect, it, onTestFinished } from 'vitest'
import { MemoryWorld } from '../../support/memory-node.ts'

const ID = 'ab'.repeat(32)

it('is plain data: contacts, tables and holders as the other calls have them', async () => {
  const world = new MemoryWorld()
  onTestFinished(() => world.close())
  const [first, second, third] = await world.nodes(3)
  await second!.enter(ID, 8_080)
  await world.settle()

  const { info, tables, holders } = second!.view()
  expect(info).toEqual(Object.fromEntries(Object.entries(second!.info()).filter(isOfCore)))
  const members = tables.flatMap(({ buckets }) => buckets.flatMap((each) => each.members))
  const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id)
  const contacts = members.map(({ contact }) => contact)
  expect(contacts.sort(byId)).toEqual([...second!.contacts()].sort(byId))
  expect(holders.map((each) => each.map(({ id }) => id).sort())).toEqual([
    [first!.id, third!.id].sort(),
  ])
  expect(first!.view().targets).toEqual([{ target: ID, peers: 1 }])
  expect(JSON.parse(JSON.stringify(second!.view()))).toEqual(second!.view())
})

const isOfCore = ([name]: [string, unknown]) => name !== 'discovery'
