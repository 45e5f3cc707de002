import * as krpc from '@dht/krpc'
import * as conformance from '@dht/krpc/conformance'
import * as udp from '@dht/krpc/udp'
import { expect, it } from 'vitest'

it('the package exports exactly these names', () => {
  expect(Object.keys(krpc).sort()).toEqual([
    'AddressFilter',
    'DeadlineHeap',
    'EncodeError',
    'EndpointError',
    'ErrorCode',
    'FilterMemory',
    'ITEM_VALUE_LIMITS',
    'MAX_ITEM_SALT',
    'MAX_ITEM_VALUE',
    'MAX_SAMPLE_INTERVAL',
    'MethodList',
    'OptionsError',
    'TRANSACTION_DEFAULTS',
    'TransactionTable',
    'addressBytes',
    'announcePeer',
    'briefReply',
    'bytesField',
    'compactContacts',
    'compactEndpoint',
    'contact',
    'contactAt',
    'contactsFromCompact',
    'decodeMessage',
    'decodeValue',
    'defineField',
    'defineMethod',
    'dht256',
    'encodeMessage',
    'encodeValue',
    'encodedField',
    'endpoint',
    'endpointFromCompact',
    'endpointKey',
    'endpointKeyAt',
    'findNode',
    'fitReply',
    'fixedBytesField',
    'flagField',
    'formatEndpoint',
    'get',
    'getPeers',
    'idField',
    'integerField',
    'isRoutable',
    'isUnicast',
    'mainline',
    'mainlineAnnouncePeer',
    'mainlineGetPeers',
    'messageSize',
    'nodes6Field',
    'nodesField',
    'parseEndpoint',
    'ping',
    'portField',
    'put',
    'readContacts',
    'required',
    'sameEndpoint',
    'sampleInfohashes',
    'signedBytes',
    'subnetOf',
    'tokenField',
    'unknownMethod',
    'valuesField',
    'wantField',
    'withdrawPeer',
  ])
})

it('the conformance entry exports the promises of a transport only', () => {
  expect(Object.keys(conformance)).toEqual(['TRANSPORT_PROMISES'])
})

it('the Node-only entry exports the UDP transport only', () => {
  expect(Object.keys(udp).sort()).toEqual(['BindError', 'UDP_DEFAULTS', 'udpTransport'])
})
