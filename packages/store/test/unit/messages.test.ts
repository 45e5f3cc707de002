import { describe, expect, it } from 'vitest'
import { PEER_STORE_DEFAULTS, resolvePeerStoreOptions, WriteTokens } from '../../src/index.ts'
import { SipHash } from '../../src/siphash.ts'
import { addressOf, peerOf, put, storeOf, targetOf } from '../support/world.ts'

const target = targetOf(1)
const long = 'x'.repeat(129)
const random = (length: number): Uint8Array => new Uint8Array(length)
const tokens = (): WriteTokens => new WriteTokens({ random, tag: 'x' })
const known = Object.keys(PEER_STORE_DEFAULTS).join(', ')

function putTwoWidths(): void {
  const store = storeOf()
  put(store, 1, 0)
  store.put({ target: new Uint8Array(2) as typeof target, peer: peerOf(2), sourcePort: 1 }, 0)
}

describe('what a refusal says', () => {
  it.each([
    [
      () => storeOf().put({ target, peer: new Uint8Array(7), sourcePort: 1 }, 0),
      'peer: expected 6 or 18 bytes, got 7 bytes',
    ],
    [
      () => storeOf().put({ target, peer: peerOf(1), sourcePort: 65_536 }, 0),
      'sourcePort: expected 0 to 65535, got 65536',
    ],
    [
      () => storeOf().withdraw({ target, address: addressOf(peerOf(1)), sourcePort: -1 }, 0),
      'sourcePort: expected 0 to 65535, got -1',
    ],
    [
      () => storeOf().withdraw({ target, address: new Uint8Array(5), sourcePort: 1 }, 0),
      'address: expected 4 or 16 bytes, got 5 bytes',
    ],
    [
      () => storeOf().boundReached({ target, address: new Uint8Array(6) }, 0),
      'address: expected 4 or 16 bytes, got 6 bytes',
    ],
    [putTwoWidths, 'target: expected 1 bytes, as those held, got 2 bytes'],
    [
      () => storeOf().sample({ target, count: 1, size: 5 }, 0),
      'peer: expected 6 or 18 bytes, got 5 bytes',
    ],
    [
      () => resolvePeerStoreOptions({ maxPeer: 1 } as never),
      `maxPeer: expected one of ${known}, got an unknown name`,
    ],
    [
      () => resolvePeerStoreOptions({ maxPeers: 0 }),
      'maxPeers: expected a whole number from 1 to 16777216, got 0',
    ],
    [
      () => new WriteTokens({ random, tag: '', rotateMs: 0 }),
      'rotateMs: expected a positive number of milliseconds, got 0',
    ],
    [() => new WriteTokens({ random, tag: long }), 'tag: expected at most 128 characters, got 129'],
    [
      () => new WriteTokens({ random: () => new Uint8Array(3), tag: '' }),
      'random: expected a source that gives 16 bytes, got 3',
    ],
    [() => tokens().issue(long, target, 0), 'address: expected at most 128 characters, got 129'],
    [
      () => tokens().issue('x', new Uint8Array(65) as typeof target, 0),
      'target: expected at most 64 bytes, got 65',
    ],
    [() => new SipHash(new Uint8Array(15)), 'key: expected 16 bytes, got 15 bytes'],
  ])('%#: all three, what, expected and got', (refuse, message) => {
    expect(refuse).toThrow(expect.objectContaining({ message }))
  })
})
