import { describe, expect, it } from 'vitest'
import { PeerStore, resolvePeerStoreOptions, WriteTokens } from '../../src/index.ts'
import { SipHash } from '../../src/siphash.ts'
import { addressOf, peerOf, put, storeOf, targetOf } from '../support/world.ts'

const target = targetOf(1)
const long = 'x'.repeat(129)
const LONG = `got "${'x'.repeat(40)}…" (129 characters)`
const random = (length: number): Uint8Array => new Uint8Array(length)
const tokens = (): WriteTokens => new WriteTokens({ random, tag: 'x' })

function putTwoWidths(): void {
  const store = storeOf()
  put(store, 1, 0)
  store.put({ target: new Uint8Array(2) as typeof target, peer: peerOf(2), sourcePort: 1 }, 0)
}

describe('what a refusal says', () => {
  it.each([
    [
      () => storeOf().put({ target, peer: new Uint8Array(7), sourcePort: 1 }, 0),
      'peer: expected 6 or 18 bytes, got a Uint8Array of 7 bytes',
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
      'address: expected 4 or 16 bytes, got a Uint8Array of 5 bytes',
    ],
    [
      () => storeOf().boundReached({ target, address: new Uint8Array(6) }, 0),
      'address: expected 4 or 16 bytes, got a Uint8Array of 6 bytes',
    ],
    [putTwoWidths, 'target: expected 1 byte, as those held, got a Uint8Array of 2 bytes'],
    [() => storeOf().sample({ target, count: 1, size: 5 }, 0), 'size: expected 6 or 18, got 5'],
    [
      () => resolvePeerStoreOptions({ maxPeer: 1 } as never),
      'option: expected a known name, such as maxPeers, maxPeersPerKey or maxPeersPerSource, ' +
        'got "maxPeer"',
    ],
    [
      () => resolvePeerStoreOptions({ maxPeers: 0 }),
      'maxPeers: expected a whole number from 1 to 16777216, got 0',
    ],
    [
      () => new WriteTokens({ random, tag: '', rotateMs: 0 }),
      'rotateMs: expected a positive number of milliseconds, got 0',
    ],
    [
      () => new WriteTokens({ random, tag: long }),
      `tag: expected a text of at most 128 characters, ${LONG}`,
    ],
    [
      () => new WriteTokens({ random: () => new Uint8Array(3), tag: '' }),
      'random: expected a source that gives 16 bytes, got a Uint8Array of 3 bytes',
    ],
    [
      () => tokens().issue(long, target, 0),
      `address: expected a text of at most 128 characters, ${LONG}`,
    ],
    [
      () => tokens().issue('x', new Uint8Array(65) as typeof target, 0),
      'target: expected at most 64 bytes, got a Uint8Array of 65 bytes',
    ],
    [() => new SipHash(new Uint8Array(15)), 'key: expected 16 bytes, got a Uint8Array of 15 bytes'],
    [
      () => storeOf().peers(target, undefined as never),
      'now: expected an instant in ms, got undefined',
    ],
    [() => storeOf().expire(Number.NaN), 'now: expected an instant in ms, got NaN'],
    [() => storeOf().peers('ab' as never, 0), 'target: expected a Uint8Array, got "ab"'],
    [
      () => storeOf().put({ target, peer: 'abcdef' as never, sourcePort: 1 }, 0),
      'peer: expected 6 or 18 bytes, got "abcdef"',
    ],
    [
      () => storeOf().put({ target, peer: peerOf(1), sourcePort: '80' as never }, 0),
      'sourcePort: expected 0 to 65535, got "80"',
    ],
    [
      () => storeOf().sample({ target, count: undefined as never, size: 6 }, 0),
      'count: expected a number, got undefined',
    ],
    [() => storeOf().put(undefined as never, 0), 'stored: expected an object, got undefined'],
    [
      () => tokens().issue('x', target, undefined as never),
      'now: expected an instant in ms, got undefined',
    ],
    [
      () => tokens().issue(5 as never, target, 0),
      'address: expected a text of at most 128 characters, got 5',
    ],
    [() => new PeerStore(undefined as never), 'random: expected a function, got undefined'],
  ])('%#: all three, what, expected and got', (refuse, message) => {
    expect(refuse).toThrow(expect.objectContaining({ message }))
  })
})
