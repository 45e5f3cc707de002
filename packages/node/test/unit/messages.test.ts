import { idFromBytes } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { resolveCoreOptions } from '../../src/core/config/resolve.ts'
import { argumentError } from '../../src/errors.ts'
import {
  toCallOptions,
  toEndpoint,
  toId,
  toLookupOptions,
  toPort,
  toWrite,
} from '../../src/shell/arguments.ts'
import { resolveNodeOptions } from '../../src/shell/options.ts'
import { MemoryNetwork } from '../support/memory-network.ts'

const ANY = (value: unknown): never => value as never
const id = idFromBytes(new Uint8Array(32))
const transport = new MemoryNetwork().transport('192.0.2.1', 1)

describe('what a refusal of an option of the core says', () => {
  it.each([
    [
      { bukcets: 1 },
      expect.stringMatching(
        /^option: expected a known name, such as .*bucketWidths.*, got "bukcets"$/,
      ),
    ],
    [{ k: '8' }, 'k: expected a number, got "8"'],
    [{ readOnly: 1 }, 'readOnly: expected true or false, got 1'],
    [{ k: 0 }, 'k: expected a whole number above 0, got 0'],
    [{ retryMs: -0.5 }, 'retryMs: expected a number above 0, got -0.5'],
    [{ contactsPerSubnet: -1 }, 'contactsPerSubnet: expected a whole number of at least 0, got -1'],
    [{ quietMs: Number.NaN }, 'quietMs: expected a number above 0, got NaN'],
    [{ alpha: 1.5 }, 'alpha: expected a whole number above 0, got 1.5'],
    [{ bucketWidths: {} }, 'bucketWidths: expected a list, got {}'],
    [{ bucketWidths: [8, 0] }, 'bucketWidths[1]: expected a whole number above 0, got 0'],
    [{ bucketWidths: [-8] }, 'bucketWidths[0]: expected a whole number above 0, got -8'],
    [
      { peersPerReply: { 4: 50 } },
      'peersPerReply[6]: expected a whole number above 0, got undefined',
    ],
    [
      { peersPerReply: { 4: -1, 6: 1 } },
      'peersPerReply[4]: expected a whole number above 0, got -1',
    ],
    [
      {
        peerLifetimeMs: 200,
        republishMs: 100,
        republishJitterMs: 10,
        lookupDeadlineMs: 60,
        giveUpMs: 20,
      },
      'republishMs + republishJitterMs + lookupDeadlineMs + 2 × (paceWaitMs + giveUpMs): ' +
        'expected less than peerLifetimeMs (200 ms), got 220',
    ],
    [
      { republishMs: 100, republishJitterMs: 100 },
      'republishJitterMs: expected less than republishMs (100 ms), got 100',
    ],
  ])('%j', (options, message) => {
    expect(() => resolveCoreOptions(ANY(options))).toThrow(expect.objectContaining({ message }))
  })
})

describe('what a refusal of an option of the node says', () => {
  it.each([
    [null, 'options: expected an object, got null'],
    [{ network: 'mainline' }, 'network: expected a network, such as mainline, got "mainline"'],
    [{ port: -1 }, 'port: expected a whole number from 0 to 65535, got -1'],
    [{ port: 65_536 }, 'port: expected a whole number from 0 to 65535, got 65536'],
    [{ port: 0.5 }, 'port: expected a whole number from 0 to 65535, got 0.5'],
    [{ ipv4: '::1' }, 'ipv4: expected an IPv4 address or false, got "::1"'],
    [{ ipv6: '1.2.3.4' }, 'ipv6: expected an IPv6 address or false, got "1.2.3.4"'],
    [{ ipv6: true }, 'ipv6: expected an IPv6 address or false, got true'],
    [{ ipv4: false, ipv6: false }, 'ipv4 and ipv6: expected at least one address, got false'],
    [{ id: 5 }, 'id: expected 32 bytes or their hex, got 5'],
    [{ bootstrap: 'host:1' }, 'bootstrap: expected a list, got "host:1"'],
    [{ state: '' }, 'state: expected the path of a file or a StateStorage, got ""'],
    [{ saveEveryMs: 0 }, 'saveEveryMs: expected a number above 0, got 0'],
    [{ saveEveryMs: -1 }, 'saveEveryMs: expected a number above 0, got -1'],
    [{ random: 5 }, 'random: expected a function, got 5'],
    [{ resolver: 5 }, 'resolver: expected a function, got 5'],
    [{ clock: 5 }, 'clock: expected a Clock, got 5'],
    [{ transports: 5 }, 'transports: expected a list, got 5'],
    [{ transports: [5] }, 'transports: expected a Transport of family 4 or 6, got 5'],
    [{ transports: [] }, 'transports: expected one or two of different families, got []'],
    [
      { transports: [transport, transport] },
      'transports: expected one or two of different families, got [an object, an object]',
    ],
  ])('%#: all three, what, expected and got', (options, message) => {
    expect(() => resolveNodeOptions(ANY(options))).toThrow(expect.objectContaining({ message }))
  })

  const [now, alarm] = [() => 0, () => undefined]
  const [load, save, setAside] = [now, now, now]
  const [start, send, close] = [now, now, now]

  it.each([
    [{ clock: { now } }, 'clock'],
    [{ clock: { alarm } }, 'clock'],
    [{ clock: { now, alarm: 1 } }, 'clock'],
    [{ state: { load, save } }, 'state'],
    [{ state: { load, setAside } }, 'state'],
    [{ state: { save, setAside } }, 'state'],
    [{ transports: [{ family: 4, start, send }] }, 'transports'],
    [{ transports: [{ family: 4, start, close }] }, 'transports'],
    [{ transports: [{ family: 4, send, close }] }, 'transports'],
    [{ transports: [{ family: 5, start, send, close }] }, 'transports'],
  ])('%#: of a part that lacks one thing', (options, what) => {
    expect(() => resolveNodeOptions(ANY(options))).toThrow(`${what}: expected `)
  })

  it.each([
    { clock: { now, alarm } },
    { state: { load, save, setAside } },
    { transports: [{ family: 4, start, send, close }] },
    {
      transports: [
        { family: 6, start, send, close },
        { family: 4, start, send, close },
      ],
    },
    { transports: [{ family: 4, start, send, close }], ipv4: false, ipv6: false },
    { state: 'some/path' },
    { port: 0 },
    { port: 65_535 },
    { ipv4: false },
    { ipv6: false },
    { saveEveryMs: 0.5 },
  ])('%#: and of one that has all, nothing', (options) => {
    expect(resolveNodeOptions(ANY(options))).toBeDefined()
  })
})

describe('what a refusal of an argument says', () => {
  const token = new Uint8Array(1)

  it.each([
    [() => toId(ANY(5), 32), 'id: expected 32 bytes or their hex, got 5'],
    [
      () => toEndpoint(ANY(5)),
      'endpoint: expected "1.2.3.4:5", "[::1]:5" or { address, port }, got 5',
    ],
    [() => toPort(0), 'port: expected a whole number from 1 to 65535, got 0'],
    [() => toWrite(ANY(5), 32), 'write: expected { id, port, token }, got 5'],
    [
      () => toWrite({ id, port: 1, token: new Uint8Array(65) }, 32),
      'token: expected 1 to 64 bytes or their hex, got a Uint8Array of 65 bytes',
    ],
    [
      () => toWrite({ id, port: 1, token: ANY('x') }, 32),
      'token: expected 1 to 64 bytes or their hex, got "x"',
    ],
    [
      () => toWrite({ id, port: 0, token }, 32),
      'port: expected a whole number from 1 to 65535, got 0',
    ],
    [() => toCallOptions(ANY(null)), 'options: expected an object, got null'],
    [() => toCallOptions(ANY({ mode: 'all' })), 'option: expected signal, got "mode"'],
    [() => toLookupOptions(ANY({ x: 1 })), 'option: expected mode or signal, got "x"'],
    [() => toLookupOptions(ANY({ mode: 'x' })), 'mode: expected first, quick or all, got "x"'],
    [() => toLookupOptions(ANY({ signal: 5 })), 'signal: expected an AbortSignal, got 5'],
    [() => toCallOptions(ANY({ signal: {} })), 'signal: expected an AbortSignal, got {}'],
    [
      () => {
        throw argumentError('thing', 'a text', Object.create(null))
      },
      'thing: expected a text, got {}',
    ],
  ])('%#: all three, what, expected and got', (refuse, message) => {
    expect(refuse).toThrow(expect.objectContaining({ message, code: 'ERR_DHT_NODE_ARGUMENT' }))
  })
})
