// Items of BEP 44 between libtorrent and ours: each gets what the other one put, and both write
// versions of one mutable item in turn.

import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { libtorrent } from '../clients/libtorrent.ts'
import type { TestNode } from '../clients/node-client.ts'
import { eventually } from '../eventually.ts'
import type { Scenario } from '../scenario.ts'
import { crowd } from './crowd.ts'
import { settledNetwork } from './settled-network.ts'

const SALT = 'weather'
/** What comes before the 32 bytes of a secret key in PKCS #8. */
const PKCS8 = '302e020100300506032b657004220420'

interface Keys {
  /** 32 bytes, in hex. */
  readonly seed: string
  /** The seed as libtorrent wants it: hashed and clamped, 64 bytes. */
  readonly expanded: string
  readonly publicKey: string
}

function newKeys(): Keys {
  const seed = randomBytes(32)
  const expanded = createHash('sha512').update(seed).digest()
  expanded.writeUInt8(expanded.readUInt8(0) & 248, 0)
  expanded.writeUInt8((expanded.readUInt8(31) & 63) | 64, 31)
  const der = Buffer.concat([Buffer.from(PKCS8, 'hex'), seed])
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
  const publicKey = key.export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    seed: seed.toString('hex'),
    expanded: expanded.toString('hex'),
    publicKey: publicKey.toString('hex'),
  }
}

interface Value {
  readonly value: string
  readonly seq?: number
}

async function expectValue(node: TestNode, key: object, wanted: Value): Promise<void> {
  await eventually(
    `what ${node.client} gets`,
    () => node.ask<Value | null>('get', key),
    (got) => got?.value === wanted.value && got.seq === wanted.seq,
  )
}

async function immutableBothWays(mine: TestNode, theirs: TestNode): Promise<void> {
  const of = { mine: 'rain', theirs: 'snow' }
  const put = await mine.ask<{ target: string }>('put', { value: of.mine })
  await expectValue(theirs, { target: put.target }, { value: of.mine })
  const { target } = await theirs.ask<{ target: string }>('put', { value: of.theirs })
  await expectValue(mine, { key: { target } }, { value: of.theirs })
}

async function mutableInTurn(mine: TestNode, theirs: TestNode): Promise<number> {
  const { seed, expanded, publicKey } = newKeys()
  const [read, readTheirs] = [{ key: { publicKey, salt: SALT } }, { public: publicKey, salt: SALT }]
  let seq = 0
  for (const round of [1, 2]) {
    seq++
    const value = `mine ${round}`
    await mine.ask('put', { value, secretKey: seed, seq, salt: SALT })
    await expectValue(theirs, readTheirs, { value, seq })
    const answer = `theirs ${round}`
    const order = { value: answer, secret: expanded, public: publicKey, salt: SALT }
    const { seq: next } = await theirs.ask<{ seq: number }>('put', order)
    if (next !== seq + 1) throw new Error(`libtorrent's version: ${next} after ${seq}`)
    seq = next
    await expectValue(mine, read, { value: answer, seq })
  }
  return seq
}

export const items: Scenario = {
  name: 'libtorrent and ours get the items of one another (BEP 44)',
  needs: [libtorrent],
  run: async (lab) => {
    const ours = await settledNetwork(lab, 4)
    const { endpoints: bootstrap } = ours[0] as TestNode
    const theirs = await crowd(lab, libtorrent, { count: 4, from: 4, bootstrap })
    const [mine, other] = [ours[1] as TestNode, theirs[1] as TestNode]
    await eventually(
      'contacts of libtorrent',
      () => other.contacts(),
      (contacts) => contacts > 0,
    )
    await immutableBothWays(mine, other)
    const versions = await mutableInTurn(mine, other)
    return `an immutable item each way, ${versions} versions of a mutable one with a salt`
  },
}
