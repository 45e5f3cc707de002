import { idFromHex } from '@dht/id'
import {
  type BencodeDictionary,
  type BencodeValue,
  contact,
  decodeValue,
  dht256,
  encodeValue,
  endpoint,
  mainline,
} from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import bencode from 'bencode'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CoreState } from '../../../src/core/core-state.ts'
import { readState, writeState } from '../../../src/state/state-file.ts'
import { anyState, sealed } from '../../support/states.ts'

const ID = idFromHex('11'.repeat(20))
const SIXTH = idFromHex('66'.repeat(20))
const OTHER = idFromHex('22'.repeat(20))

const STATE: CoreState = {
  ids: { 4: ID, 6: SIXTH },
  contacts: [
    contact(OTHER, endpoint('192.0.2.1', 6881)),
    contact(OTHER, endpoint('2001:db8::1', 6882)),
  ],
  announcements: [{ id: OTHER, port: 0x1f90 }],
}

const TEXT = 'abcdefghij0123456789'
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('the format', () => {
  it('is one header, one checksum and one dictionary', () => {
    const body = [
      'd8:contacts26:',
      '\x22'.repeat(20),
      '\xc0\x00\x02\x01\x1a\xe1',
      '9:contacts638:',
      '\x22'.repeat(20),
      '\x20\x01\x0d\xb8',
      '\x00'.repeat(11),
      '\x01\x1a\xe2',
      '7:entries22:',
      '\x22'.repeat(20),
      '\x1f\x90',
      '2:id20:',
      '\x11'.repeat(20),
      '3:id620:',
      '\x66'.repeat(20),
      '7:network8:mainlinee',
    ].join('')
    const bytes = Uint8Array.from(body, (datagram) => datagram.charCodeAt(0))
    expect(writeState(STATE, mainline)).toEqual(sealed(bytes))
  })

  it.each([dht256, mainline])('PERSIST-1: reading returns what was written ($name)', (network) => {
    fc.assert(
      fc.property(anyState(network), (state) => {
        expect(readState(writeState(state, network), network)).toEqual({ kind: 'state', state })
      }),
    )
  })
})

it('PERSIST-11: an item that cannot be one is left out, and the others are read', () => {
  const good: StoredItem = { v: ascii('5:hello') }
  const signed = { k: ascii('k'.repeat(32)), salt: ascii(''), seq: 1n, sig: ascii('s'.repeat(64)) }
  const record = (parts: Readonly<Record<string, BencodeValue>>): Uint8Array => {
    const bytes = encodeValue(new Map(Object.entries(parts).sort()))
    return Uint8Array.of(bytes.length >> 8, bytes.length & 255, ...bytes)
  }
  const bad = [
    { v: ascii('') },
    { v: ascii('v'.repeat(1_001)) },
    { ...signed, v: good.v, k: ascii('short') },
    { ...signed, v: good.v, sig: ascii('short') },
    { ...signed, v: good.v, salt: ascii('s'.repeat(65)) },
    { ...signed, v: good.v, seq: -1n },
    { ...signed, v: good.v, seq: ascii('1') },
    { ...signed },
  ]
  const cut = record({ v: good.v }).subarray(0, -1)
  const packed = [...bad.map(record), Uint8Array.of(0, 2, 1, 1), record({ v: good.v }), cut]
  const body = new Map([
    ['id', ID],
    ['id6', SIXTH],
    ['items', Uint8Array.from(packed.flatMap((each) => [...each]))],
    ['network', ascii('mainline')],
  ])
  const read = readState(sealed(encodeValue(body, { maxBytes: 9_000 })), mainline)
  expect(read).toMatchObject({ kind: 'state', state: { items: [good] } })
})

/** The length of the first line. */
const HEADER_BYTES = 'dht-state 2\n'.length

describe('PERSIST-2: any bytes give a state or the reason why not', () => {
  const written = writeState(STATE, mainline)

  it('for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readState(bytes, mainline).kind).toBe('other')
      }),
    )
  })

  it('for any body, when the checksum is right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
        expect(readState(sealed(body), mainline).kind).toBe('damaged')
      }),
    )
    const bodies = ['', 'de', 'le', 'i1e', '4:abcd', 'd', 'd2:id', 'd2:idi1ee', 'd7:networkdee']
    const deep = `${'l'.repeat(100_000)}${'e'.repeat(100_000)}`
    for (const body of [...bodies, deep, 'd7:network8:mainlinee', 'd7:network3:x']) {
      expect(readState(sealed(ascii(body)), mainline).kind).toBe('damaged')
    }
  })

  it.each([
    ['', 'something else'],
    ['dht-state', 'something else'],
    ['dht-state 2', 'something else'],
    ['dht-state 2\r\n', 'something else'],
    ['dht-state one\n', 'something else'],
    ['# dht-state 2\n', 'something else'],
    ['dht-state 12\nand so on', 'one of version 12'],
    ['dht-state 02\n', 'one of version 02'],
    ['dht-state 3\n', 'one of version 3'],
  ])('%j is not a state of this version', (text, found) => {
    expect(readState(ascii(text), mainline)).toEqual({ kind: 'other', found })
  })

  it.each([
    [sealed(ascii('de')).subarray(0, 12), undefined],
    [sealed(ascii('de')).slice().fill(0, -1), 'its checksum does not match'],
    [sealed(ascii('d')), 'its body is damaged'],
    [sealed(ascii('dede')), 'its body is damaged'],
    [sealed(ascii('le')), 'its body is no dictionary'],
    [sealed(ascii('i1e')), 'its body is no dictionary'],
    [sealed(ascii('4:abcd')), 'its body is no dictionary'],
    [sealed(ascii('de')), 'it names no network'],
    [sealed(ascii('d7:networki1ee')), 'it names no network'],
    [sealed(ascii('d7:network8:mainlinee')), 'its id is not 20 bytes wide'],
    [sealed(ascii('d2:id2:ab7:network8:mainlinee')), 'its id is not 20 bytes wide'],
    [sealed(ascii(`d2:id20:${TEXT}7:network8:mainlinee`)), 'its id6 is not 20 bytes wide'],
    [sealed(ascii(`d2:id20:${TEXT}3:id61:a7:network8:mainlinee`)), 'its id6 is not 20 bytes wide'],
  ])('%#: the first reason', (bytes, reason) => {
    const read = readState(bytes, mainline)
    expect(read.kind).toBe('damaged')
    if (reason !== undefined) expect(read).toEqual({ kind: 'damaged', reason })
  })

  it('every cut of a file is refused, and every changed byte', () => {
    for (let end = 0; end < written.length; end++) {
      const kind = end < HEADER_BYTES ? 'other' : 'damaged'
      expect(readState(written.subarray(0, end), mainline).kind).toBe(kind)
      const changed = written.slice()
      changed[end] = (changed[end] ?? 0) ^ 0x10
      expect(readState(changed, mainline).kind).toBe(kind)
    }
    expect(readState(Uint8Array.of(...written, 0), mainline).kind).toBe('damaged')
  })

  it('values of any type in any place do not make it throw', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.uint8Array({ maxLength: 80 }),
      fc.constant(ID),
      fc.constant('mainline'),
      fc.array(fc.uint8Array({ maxLength: 4 }), { maxLength: 3 }),
      fc.constant({ x: 1 }),
    )
    const network = fc.oneof({ arbitrary: fc.constant('mainline'), weight: 4 }, value)
    const id = fc.oneof({ arbitrary: fc.constant(ID), weight: 4 }, value)
    const model = { contacts: value, contacts6: value, entries: value, id, id6: id, network }
    fc.assert(
      fc.property(fc.record(model, { requiredKeys: [] }), (body) => {
        const read = readState(sealed(bencode.encode(body)), mainline)
        if (read.kind !== 'state') return
        expect(body.network).toBe('mainline')
        expect(read.state.ids[4]).toHaveLength(20)
        expect(read.state.ids[6]).toHaveLength(20)
      }),
    )
  })

  it('invalid records are left out', () => {
    const good = Uint8Array.of(...OTHER, 192, 0, 2, 1, 0x1a, 0xe1)
    const portless = Uint8Array.of(...OTHER, 192, 0, 2, 2, 0, 0)
    const body = bencode.encode({
      contacts: Uint8Array.of(...portless, ...good, ...good.subarray(0, 25)),
      contacts6: 5,
      entries: Uint8Array.of(...OTHER, 0, 0, ...ID, 0, 80, 1, 2, 3),
      id: Uint8Array.from(ID),
      id6: Uint8Array.from(SIXTH),
      network: 'mainline',
    })
    expect(readState(sealed(body), mainline)).toEqual({
      kind: 'state',
      state: {
        ids: { 4: ID, 6: SIXTH },
        contacts: [contact(OTHER, endpoint('192.0.2.1', 6881))],
        announcements: [{ id: ID, port: 80 }],
      },
    })
  })
})

it('an intact state of another network does not count as damaged', () => {
  expect(readState(writeState(STATE, mainline), dht256)).toEqual({
    kind: 'foreign',
    network: 'mainline',
  })
})

const BOUNDS = { maxBytes: 10_000, maxDepth: 1, maxItems: 100 }

describe('PERSIST-1: version 1', () => {
  it.each([dht256, mainline])('is read: its id is that of both families ($name)', (network) => {
    fc.assert(
      fc.property(anyState(network), ({ ids, ...rest }) => {
        // Version 2 has one field more.
        const body = writeState({ ids, ...rest }, network).subarray(HEADER_BYTES + 32)
        const decoded = decodeValue(body, BOUNDS)
        const fields = (decoded as { value: BencodeDictionary }).value
        const former = new Map([...fields].filter(([name]) => name !== 'id6'))
        const state = { ...rest, ids: { 4: ids[4], 6: ids[4] } }
        const read = readState(sealed(encodeValue(former, BOUNDS), 1), network)
        expect(read).toEqual({ kind: 'state', state })
      }),
    )
  })
})
