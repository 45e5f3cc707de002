import { idFromBytes } from '@dht/id'
import { errorOf } from '@dht/testing/refusals'
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
import { MemoryNetwork } from '../support/memory-network.ts'
import { nodeConfig } from '../support/node-config.ts'

const ARGUMENT = 'ERR_DHT_NODE_ARGUMENT'
const ANY = (value: unknown): never => value as never
const id = idFromBytes(new Uint8Array(32))
const transport = new MemoryNetwork().transport('192.0.2.1', 1)

describe('the error of a wrong option of the core names', () => {
  it.each([
    [{ bukcets: 1 }, 'option', '"bukcets"'],
    [{ k: '8' }, 'k', '"8"'],
    [{ readOnly: 1 }, 'readOnly', '1'],
    [{ k: 0 }, 'k', '0'],
    [{ retryMs: -0.5 }, 'retryMs', '-0.5'],
    [{ contactsPerSubnet: -1 }, 'contactsPerSubnet', '-1'],
    [{ quietMs: Number.NaN }, 'quietMs', 'NaN'],
    [{ alpha: 1.5 }, 'alpha', '1.5'],
    [{ bucketWidths: {} }, 'bucketWidths', '{}'],
    [{ bucketWidths: [8, 0] }, 'bucketWidths[1]', '0'],
    [{ bucketWidths: [-8] }, 'bucketWidths[0]', '-8'],
    [{ peersPerReply: { 4: 50 } }, 'peersPerReply[6]', 'undefined'],
    [{ peersPerReply: { 4: -1, 6: 1 } }, 'peersPerReply[4]', '-1'],
    [
      {
        peerLifetimeMs: 200,
        republishMs: 100,
        republishJitterMs: 10,
        lookupDeadlineMs: 60,
        giveUpMs: 20,
      },
      'peerLifetimeMs',
      '200',
    ],
    [{ republishMs: 100, republishJitterMs: 100 }, 'republishJitterMs', '100'],
  ])('%j: the name of the option and the value', (options, what, got) => {
    expect(() => resolveCoreOptions(ANY(options))).toThrow(errorOf(ARGUMENT, what, got))
  })
})

describe('the error of a wrong option of the node names', () => {
  it.each([
    [null, 'options', 'null'],
    [{ network: 'mainline' }, 'network', '"mainline"'],
    [{ port: -1 }, 'port', '-1'],
    [{ port: 65_536 }, 'port', '65536'],
    [{ port: 0.5 }, 'port', '0.5'],
    [{ ipv4: '::1' }, 'ipv4', '"::1"'],
    [{ ipv6: '1.2.3.4' }, 'ipv6', '"1.2.3.4"'],
    [{ ipv6: true }, 'ipv6', 'true'],
    [{ ipv4: false, ipv6: false }, 'ipv4 and ipv6', 'false'],
    [{ id: 5 }, 'id', '5'],
    [{ bootstrap: 'host:1' }, 'bootstrap', '"host:1"'],
    [{ state: '' }, 'state', '""'],
    [{ saveEveryMs: 0 }, 'saveEveryMs', '0'],
    [{ saveEveryMs: -1 }, 'saveEveryMs', '-1'],
    [{ random: 5 }, 'random', '5'],
    [{ resolver: 5 }, 'resolver', '5'],
    [{ clock: 5 }, 'clock', '5'],
    [{ transports: 5 }, 'transports', '5'],
    [{ transports: [5] }, 'transports', '5'],
    [{ transports: [] }, 'transports', '[]'],
    [{ transports: [transport, transport] }, 'transports', '[an object, an object]'],
  ])('%#: the name of the option and the value', (options, what, got) => {
    expect(() => nodeConfig(ANY(options))).toThrow(errorOf(ARGUMENT, what, got))
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
  ])('%#: the option whose object lacks a method', (options, what) => {
    expect(() => nodeConfig(ANY(options))).toThrow(
      expect.objectContaining({
        code: ARGUMENT,
        message: expect.stringContaining(`${what}: expected `),
      }),
    )
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
  ])('%#: nothing, for options that are right', (options) => {
    expect(nodeConfig(ANY(options))).toBeDefined()
  })
})

describe('the error of a wrong argument names', () => {
  const token = new Uint8Array(1)

  it.each([
    [() => toId(ANY(5), 32), 'id', '5'],
    [() => toEndpoint(ANY(5)), 'endpoint', '5'],
    [() => toPort(0), 'port', '0'],
    [() => toWrite(ANY(5), 32), 'write', '5'],
    [
      () => toWrite({ id, port: 1, token: new Uint8Array(65) }, 32),
      'token',
      'a Uint8Array of 65 bytes',
    ],
    [() => toWrite({ id, port: 1, token: ANY('x') }, 32), 'token', '"x"'],
    [() => toWrite({ id, port: 0, token }, 32), 'port', '0'],
    [() => toCallOptions(ANY(null)), 'options', 'null'],
    [() => toCallOptions(ANY({ mode: 'all' })), 'option', '"mode"'],
    [() => toLookupOptions(ANY({ x: 1 })), 'option', '"x"'],
    [() => toLookupOptions(ANY({ mode: 'x' })), 'mode', '"x"'],
    [() => toLookupOptions(ANY({ signal: 5 })), 'signal', '5'],
    [() => toCallOptions(ANY({ signal: {} })), 'signal', '{}'],
    [
      () => {
        throw argumentError('thing', 'a text', Object.create(null))
      },
      'thing',
      '{}',
    ],
  ])('%#: the name of the argument and the value', (act, what, got) => {
    expect(act).toThrow(errorOf(ARGUMENT, what, got))
  })
})
