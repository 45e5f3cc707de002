import * as id from '@dht/id'
import { expect, it } from 'vitest'

it('the package exports these names and no others', () => {
  expect(Object.keys(id).sort()).toEqual([
    'IdFormatError',
    'IdLengthError',
    'Prefix',
    'bep42Ids',
    'closest',
    'commonPrefixLength',
    'compareDistance',
    'contentId',
    'distance',
    'distanceOfHeads',
    'expectedNames',
    'hashedIds',
    'idFromBigInt',
    'idFromBytes',
    'idFromHex',
    'idHead',
    'idKey',
    'idToBigInt',
    'idToHex',
    'idView',
    'idsEqual',
    'isBytes',
    'isLocalAddress',
    'isSecureId',
    'randomId',
    'secureId',
    'sharedInHead',
    'showValue',
  ])
})
