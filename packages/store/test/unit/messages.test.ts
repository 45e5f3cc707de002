import { errorOf } from '@dht/testing/refusals'
import { describe, expect, it } from 'vitest'
import { PeerStore, resolvePeerStoreOptions, WriteTokens } from '../../src/index.ts'
import { SipHash } from '../../src/siphash.ts'
import { addressOf, peerOf, put, storeOf, targetOf } from '../support/world.ts'

const ARGUMENT = 'ERR_DHT_STORE_ARGUMENT'
const OPTION = 'ERR_DHT_STORE_OPTION'

const target = targetOf(1)
const long = 'x'.repeat(129)
const LONG = `"${'x'.repeat(40)}…" (129 characters)`
const random = (length: number): Uint8Array => new Uint8Array(length)
const tokens = (): WriteTokens => new WriteTokens({ random, tag: 'x' })

function putTwoWidths(): void {
  const store = storeOf()
  put(store, 1, 0)
  store.put({ target: new Uint8Array(2) as typeof target, peer: peerOf(2), sourcePort: 1 }, 0)
}

describe('the error of a wrong argument or option', () => {
  it.each([
    [
      () => storeOf().put({ target, peer: new Uint8Array(7), sourcePort: 1 }, 0),
      ARGUMENT,
      'peer',
      'a Uint8Array of 7 bytes',
    ],
    [
      () => storeOf().put({ target, peer: peerOf(1), sourcePort: 65_536 }, 0),
      ARGUMENT,
      'sourcePort',
      '65536',
    ],
    [
      () => storeOf().withdraw({ target, address: addressOf(peerOf(1)), sourcePort: -1 }, 0),
      ARGUMENT,
      'sourcePort',
      '-1',
    ],
    [
      () => storeOf().withdraw({ target, address: new Uint8Array(5), sourcePort: 1 }, 0),
      ARGUMENT,
      'address',
      'a Uint8Array of 5 bytes',
    ],
    [
      () => storeOf().boundReached({ target, address: new Uint8Array(6) }, 0),
      ARGUMENT,
      'address',
      'a Uint8Array of 6 bytes',
    ],
    [putTwoWidths, ARGUMENT, 'target', 'a Uint8Array of 2 bytes'],
    [() => storeOf().sample({ target, count: 1, size: 5 }, 0), ARGUMENT, 'size', '5'],
    [() => resolvePeerStoreOptions({ maxPeer: 1 } as never), OPTION, 'option', '"maxPeer"'],
    [() => resolvePeerStoreOptions({ maxPeers: 0 }), OPTION, 'maxPeers', '0'],
    [() => new WriteTokens({ random, tag: '', rotateMs: 0 }), OPTION, 'rotateMs', '0'],
    [() => new WriteTokens({ random, tag: long }), ARGUMENT, 'tag', LONG],
    [
      () => new WriteTokens({ random: () => new Uint8Array(3), tag: '' }),
      ARGUMENT,
      'random',
      'a Uint8Array of 3 bytes',
    ],
    [() => tokens().issue(long, target, 0), ARGUMENT, 'address', LONG],
    [
      () => tokens().issue('x', new Uint8Array(65) as typeof target, 0),
      ARGUMENT,
      'target',
      'a Uint8Array of 65 bytes',
    ],
    [() => new SipHash(new Uint8Array(15)), ARGUMENT, 'key', 'a Uint8Array of 15 bytes'],
    [() => storeOf().peers(target, undefined as never), ARGUMENT, 'now', 'undefined'],
    [() => storeOf().expire(Number.NaN), ARGUMENT, 'now', 'NaN'],
    [() => storeOf().peers('ab' as never, 0), ARGUMENT, 'target', '"ab"'],
    [
      () => storeOf().put({ target, peer: 'abcdef' as never, sourcePort: 1 }, 0),
      ARGUMENT,
      'peer',
      '"abcdef"',
    ],
    [
      () => storeOf().put({ target, peer: peerOf(1), sourcePort: '80' as never }, 0),
      ARGUMENT,
      'sourcePort',
      '"80"',
    ],
    [
      () => storeOf().sample({ target, count: undefined as never, size: 6 }, 0),
      ARGUMENT,
      'count',
      'undefined',
    ],
    [() => storeOf().put(undefined as never, 0), ARGUMENT, 'stored', 'undefined'],
    [() => tokens().issue('x', target, undefined as never), ARGUMENT, 'now', 'undefined'],
    [() => tokens().issue(5 as never, target, 0), ARGUMENT, 'address', '5'],
    [() => new PeerStore(undefined as never), ARGUMENT, 'random', 'undefined'],
  ])('%#: has a code and names the argument and the value', (act, code, what, got) => {
    expect(act).toThrow(errorOf(code, what, got))
  })
})
