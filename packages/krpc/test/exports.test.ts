import * as krpc from '@dht/krpc'
import * as conformance from '@dht/krpc/conformance'
import * as udp from '@dht/krpc/udp'
import { expect, it } from 'vitest'

it('the package exports exactly these names', () => {
  expect(Object.keys(krpc).sort()).toEqual([
    'ContactPool',
    'DeadlineHeap',
    'EncodeError',
    'EndpointError',
    'ErrorCode',
    'MethodList',
    'OptionsError',
    'TRANSACTION_DEFAULTS',
    'TransactionTable',
    'addressBytes',
    'bytesField',
    'checkBencode',
    'compactContacts',
    'compactEndpoint',
    'contact',
    'contactsFromCompact',
    'decodeMessage',
    'defineField',
    'defineMethod',
    'dht256',
    'encodeMessage',
    'endpoint',
    'endpointFromCompact',
    'endpointKey',
    'fitReply',
    'flagField',
    'formatEndpoint',
    'idField',
    'isRoutable',
    'isUnicast',
    'mainline',
    'messageSize',
    'nodes6Field',
    'nodesField',
    'parseEndpoint',
    'portField',
    'required',
    'sameEndpoint',
    'subnetOf',
    'tokenField',
    'valuesField',
    'wantField',
  ])
})

it('the conformance entry exports the promises of a transport only', () => {
  expect(Object.keys(conformance)).toEqual(['TRANSPORT_PROMISES'])
})

it('the Node-only entry exports the UDP transport only', () => {
  expect(Object.keys(udp).sort()).toEqual(['BindError', 'UDP_DEFAULTS', 'udpTransport'])
})
