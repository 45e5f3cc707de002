import * as krpc from '@dht/krpc'
import * as conformance from '@dht/krpc/conformance'
import * as udp from '@dht/krpc/udp'
import { expect, it } from 'vitest'

it('the package exports what is on its list of exports, and nothing else', () => {
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

it('the entry for those who write a transport has its promises alone', () => {
  expect(Object.keys(conformance)).toEqual(['TRANSPORT_PROMISES'])
})

it('the Node-only entry has the UDP transport alone', () => {
  expect(Object.keys(udp).sort()).toEqual(['BindError', 'UDP_DEFAULTS', 'udpTransport'])
})
