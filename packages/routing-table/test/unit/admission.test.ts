import fc from 'fast-check'
import { expect, it } from 'vitest'
import { limitBy, RoutingTable } from '../../src/index.ts'
import { addressOf, id, type Node, node } from '../support/world.ts'

/** One subnet per letter: the address is `<subnet>.<host>`; contacts outside the rule have none. */
const keyOf = ({ address }: Node) => (address.includes('.') ? address.split('.')[0] : undefined)

const newTable = (limits: { perBucket?: number; perTable?: number }) =>
  new RoutingTable<Node>(id(0), { k: 4, addressOf, admission: limitBy({ keyOf, ...limits }) })

const refused = { kind: 'refused', reason: 'admission' }

it('limits a bucket: the third of one subnet is refused, one of another and of none is not', () => {
  const table = newTable({ perBucket: 2 })
  for (const byte of [0x80, 0x81]) table.responded(node(byte, `s.${byte}`), 0)
  expect(table.queried(node(0x82, 's.82'), 0)).toEqual(refused)
  expect(table.responded(node(0x82, 's.82'), 0)).toEqual(refused)
  expect(table.restore([node(0x82, 's.82')])).toBe(0)
  expect(table.responded(node(0x83, 'r.83'), 0)).toEqual({ kind: 'added' })
  expect(table.responded(node(0x84, 'free'), 0)).toEqual({ kind: 'added' })
})

it('limits no contacts without a key', () => {
  const table = newTable({ perBucket: 1, perTable: 1 })
  for (const byte of [0x80, 0x81, 0x82]) {
    expect(table.responded(node(byte, `free${byte}`), 0)).toEqual({ kind: 'added' })
  }
})

it('limits the table: a member that leaves makes room', () => {
  const table = newTable({ perTable: 2 })
  table.responded(node(0x80, 's.1'), 0)
  table.responded(node(0x40, 's.2'), 0)
  expect(table.responded(node(0x20, 's.3'), 0)).toEqual(refused)
  table.forget(id(0x80))
  expect(table.responded(node(0x20, 's.3'), 0)).toEqual({ kind: 'added' })
})

it('a member that is replaced is not counted', () => {
  const table = newTable({ perBucket: 1, perTable: 1 })
  table.responded(node(0x80, 's.1'), 0)
  for (let i = 0; i < 2; i++) table.failed(node(0x80, 's.1'), 0)
  const moved = node(0x80, 's.2')
  expect(table.responded(moved, 0)).toEqual({ kind: 'replaced', evicted: node(0x80, 's.1') })
  expect(table.responded(node(0x81, 's.3'), 0)).toEqual(refused)
})

it('a waiting contact that the rule now excludes does not join; its check ends the wait', () => {
  const table = newTable({ perTable: 1 })
  for (const byte of [0x80, 0x81, 0x82, 0x83, 0x40]) table.responded(node(byte), 0)
  expect(table.responded(node(0x90, 's.1'), 0)).toMatchObject({ kind: 'waiting' })
  table.responded(node(0x41, 's.2'), 0)
  for (let i = 0; i < 2; i++) expect(table.failed(node(0x80), 1).kind).toBe('failed')
  expect(table.takeCheck(2_000)).toEqual(node(0x90, 's.1'))
  expect(table.responded(node(0x90, 's.1'), 2_001)).toEqual(refused)
  expect(table.takeCheck(9_000)).toBeUndefined()
})

it('its limits hold in any table, and its counts are those of the members', () => {
  const nodes = fc.record({
    id: fc.nat({ max: 255 }).map(id),
    address: fc.tuple(fc.constantFrom('r', 's'), fc.nat({ max: 40 })).map((part) => part.join('.')),
  })
  const told = fc.tuple(
    fc.constantFrom('responded', 'responded', 'failed', 'queried', 'forget'),
    nodes,
  )
  fc.assert(
    fc.property(fc.array(told, { maxLength: 60, size: 'max' }), (script) => {
      const admission = limitBy({ keyOf, perBucket: 2, perTable: 5 })
      const options = { k: 4, addressOf, admission, badAfter: 1 }
      const table = new RoutingTable<Node>(id(0), options)
      for (const [kind, each] of script) {
        if (kind === 'forget') table.forget(each.id)
        else table[kind as 'queried'](each, 0)
        const members = [...table.members()]
        for (const subnet of ['r', 's']) {
          const ofSubnet = (all: readonly Node[]) =>
            all.filter((one) => keyOf(one) === subnet).length
          expect(ofSubnet(members)).toBeLessThanOrEqual(5)
          for (const bucket of table.snapshot().buckets) {
            expect(ofSubnet(bucket.members.map(({ contact }) => contact))).toBeLessThanOrEqual(2)
          }
          const stranger = node(0xff, `${subnet}.new`)
          const place = { members: [], leaving: undefined }
          expect(admission.admits(stranger, place)).toBe(ofSubnet(members) < 5)
        }
      }
    }),
  )
})

it('counts a member by the key with which it was admitted, whatever it is later', () => {
  const ids = fc.nat({ max: 255 }).map(id)
  const keys = fc.constantFrom('r', 's', undefined)
  // The key function returns the next of these at each call.
  const told = fc.tuple(fc.constantFrom('join', 'join', 'leave'), ids, keys, keys)
  fc.assert(
    fc.property(fc.array(told, { maxLength: 60, size: 'max' }), (script) => {
      let says: (string | undefined)[] = []
      const admission = limitBy<Node>({ keyOf: () => says.shift(), perBucket: 3, perTable: 4 })
      const admitted = new Map<string, { readonly key: string | undefined; readonly node: Node }>()
      const count = (key: string): number =>
        [...admitted.values()].filter((each) => each.key === key).length
      for (const [kind, at, first, later] of script) {
        says = [first, later, later]
        const member = admitted.get(at.join())
        if (kind === 'leave' && member !== undefined) {
          // The table may have renewed the contact since: an equal one leaves.
          admission.left({ ...member.node })
          admitted.delete(at.join())
        }
        if (kind !== 'join' || member !== undefined) continue
        const newcomer = { id: at, address: 'x' }
        const members = Array.from(admitted.values(), (each) => ({ contact: each.node }))
        const isFree = first === undefined || count(first) < 3
        expect(admission.admits(newcomer, { members: members, leaving: undefined })).toBe(isFree)
        if (!isFree) continue
        admission.joined(newcomer)
        admitted.set(at.join(), { key: first, node: newcomer })
      }
      for (const { node: member } of admitted.values()) {
        says = ['r']
        admission.left({ ...member })
      }
      // All have left: there is room for as many as at first.
      says = ['r', 's']
      for (const key of ['r', 's']) {
        for (let n = 0; n < 4; n++) {
          says = [key]
          const newcomer = { id: id(n), address: `${key}${n}` }
          expect(admission.admits(newcomer, { members: [], leaving: undefined })).toBe(true)
        }
      }
    }),
  )
})

it('a table whose key function changes its results is neither overfilled nor blocked', () => {
  let subnet = 's'
  const admission = limitBy<Node>({ keyOf: () => subnet, perTable: 2 })
  const table = new RoutingTable<Node>(id(0), { k: 4, addressOf, admission })
  for (const byte of [0x80, 0x40]) {
    expect(table.responded(node(byte), 0)).toEqual({ kind: 'added' })
  }
  subnet = 'r'
  for (const byte of [0x80, 0x40]) table.forget(id(byte))
  subnet = 's'
  expect(table.responded(node(0x20), 0)).toEqual({ kind: 'added' })
  expect(table.responded(node(0x21), 0)).toEqual({ kind: 'added' })
  expect(table.responded(node(0x22), 0)).toEqual(refused)
})
