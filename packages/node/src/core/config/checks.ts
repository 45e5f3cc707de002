// Checks each given option by itself: its type and its range. Options that depend on each other are
// checked in `resolve.ts` and `timeouts.ts`.

import type { SecureIds } from '@dht/id'
import { dht256, type Network } from '@dht/krpc'
import { argumentError } from '../../errors.ts'
import type { ItemCrypto } from '../items/item-crypto.ts'
import type { NodeMethod } from '../methods/node-method.ts'
import { parseSubnet } from '../overlay/subnets.ts'
import type { CoreConfig, CoreOptions } from './core-options.ts'
import { CORE_DEFAULTS } from './defaults.ts'

const MAY_BE_ZERO: ReadonlySet<string> = new Set([
  'contactsPerAddressInBucket',
  'contactsPerAddress',
  'contactsPerSubnetInBucket',
  'contactsPerSubnet',
  'republishJitterMs',
])

/** Spans, rates and shares may be fractions; all other numbers are counts. */
const MAY_BE_FRACTION = /Ms$|PerSecond$|Share$/

/** Largest values. */
const MOST: Readonly<Record<string, number>> = { subnetShare: 1 }

/** What error messages call the type of a default. */
const TYPES: Readonly<Record<string, string>> = {
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  string: 'a text',
}

/** Options whose values have several types. */
const ONE_OF: Readonly<Record<string, readonly unknown[]>> = { readOnly: ['auto', true, false] }

/**
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for the first option that has a wrong type or
 *   range
 */
export function checkEach(given: CoreOptions): void {
  for (const [name, value] of Object.entries(given)) {
    const standard = CORE_DEFAULTS[name as keyof CoreConfig]
    const allowed = ONE_OF[name]
    if (allowed?.includes(value) === true) continue
    if (allowed !== undefined) throw argumentError(name, "'auto', true or false", value)
    if (typeof value !== typeof standard || value === null) {
      throw argumentError(name, typeNameOf(name, standard), value)
    }
    if (typeof value === 'number') checkNumber(name, value)
  }
  const { network, methods, peersPerReply, bucketWidths = [], trustedSubnets = [] } = given
  if (given.crypto !== undefined) checkCrypto(given.crypto)
  if (network !== undefined) checkNetwork(network)
  if (methods !== undefined) checkMethods(methods)
  if (peersPerReply !== undefined) checkPeersPerReply(peersPerReply)
  if (!Array.isArray(bucketWidths)) throw argumentError('bucketWidths', 'a list', bucketWidths)
  for (const [at, width] of bucketWidths.entries()) checkNumber(`bucketWidths[${at}]`, width)
  checkSubnets(trustedSubnets)
}

function typeNameOf(name: string, standard: unknown): string {
  if (name === 'network') return 'the value mainline or dht256, not its name'
  return Array.isArray(standard) ? 'a list' : (TYPES[typeof standard] as string)
}

function checkNumber(name: string, value: unknown): void {
  const isWhole = !MAY_BE_FRACTION.test(name)
  const mayBeZero = MAY_BE_ZERO.has(name)
  const isGood = isWhole ? Number.isInteger(value) : Number.isFinite(value)
  const isAllowed = (value as number) > 0 || (mayBeZero && value === 0)
  if (isGood && isAllowed && (value as number) <= (MOST[name] ?? Number.POSITIVE_INFINITY)) return
  const kind = isWhole ? 'a whole number' : 'a number'
  const most = name in MOST ? `, at most ${MOST[name]}` : ''
  throw argumentError(name, `${kind} ${mayBeZero ? 'of at least 0' : 'above 0'}${most}`, value)
}

function checkPeersPerReply(peersPerReply: object): void {
  for (const family of [4, 6]) {
    checkNumber(`peersPerReply[${family}]`, Reflect.get(peersPerReply, family))
  }
}

/** Fields of a network that may be absent. */
const OPTIONAL: ReadonlySet<string> = new Set(['key', 'version', 'secureIds'])

/** A network that the user has made needs every other field that `dht256` has. */
function checkNetwork(network: Network): void {
  for (const [name, ours] of Object.entries(dht256)) {
    const value: unknown = network[name as keyof Network]
    if (OPTIONAL.has(name) || typeof value === typeof ours) continue
    throw argumentError(`network.${name}`, TYPES[typeof ours] as string, value)
  }
  const { secureIds, idLength } = network
  if (secureIds !== undefined) checkSecureIds(secureIds, idLength)
}

function checkSecureIds(rule: SecureIds, idLength: number): void {
  if (typeof rule?.draw !== 'function' || typeof rule.allows !== 'function') {
    throw argumentError('network.secureIds', 'bep42Ids, hashedIds or undefined', rule)
  }
  if (idLength >= rule.minLength) return
  const expected = `at least ${rule.minLength}, because its ids follow addresses`
  throw argumentError('network.idLength', expected, idLength)
}

function checkMethods(methods: readonly NodeMethod[]): void {
  if (!Array.isArray(methods)) throw argumentError('methods', 'a list', methods)
  for (const [at, each] of methods.entries()) {
    if (typeof each?.respond === 'function' && typeof each.method?.name === 'string') continue
    throw argumentError(`methods[${at}]`, 'a method and its response', each)
  }
}

function checkCrypto(crypto: ItemCrypto): void {
  for (const name of Object.keys(CORE_DEFAULTS.crypto)) {
    if (typeof crypto[name as keyof ItemCrypto] === 'function') continue
    throw argumentError(`crypto.${name}`, 'a function', crypto[name as keyof ItemCrypto])
  }
}

function checkSubnets(subnets: readonly string[]): void {
  if (!Array.isArray(subnets)) throw argumentError('trustedSubnets', 'a list', subnets)
  for (const [at, text] of subnets.entries()) {
    if (typeof text === 'string' && parseSubnet(text) !== undefined) continue
    throw argumentError(`trustedSubnets[${at}]`, 'a subnet such as "10.0.0.0/8"', text)
  }
}
