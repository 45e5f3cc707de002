// A small Mainline network on this machine: an author puts versions of one signed item, and a
// reader, who knows the author's public key alone, gets the newest.

import { randomBytes } from 'node:crypto'
import { createNode, type DhtNode, mainline } from '@dht/node'

const HERE = { network: mainline, port: 0, ipv4: '127.0.0.1', ipv6: false } as const

export async function run(print: (line: string) => void): Promise<void> {
  const first = await createNode({ ...HERE, bootstrap: [] })
  const others = await Promise.all(
    Array.from({ length: 4 }, () => createNode({ ...HERE, bootstrap: first.endpoints })),
  )
  const nodes = [first, ...others]
  try {
    await Promise.all(others.map((node) => node.joined()))
    await publishAndRead(first, others.at(-1) as DhtNode, print)
  } finally {
    await Promise.all(nodes.map((node) => node.close()))
  }
}

async function publishAndRead(
  author: DhtNode,
  reader: DhtNode,
  print: (line: string) => void,
): Promise<void> {
  // Whoever has this key can replace the item: keep it.
  const secretKey = randomBytes(32)
  const salt = Buffer.from('weather')
  const version = (text: string, seq: bigint) => ({
    value: Buffer.from(text),
    secretKey,
    salt,
    seq,
  })

  const { target, accepted } = await author.put(version('rain', 1n))
  print(`Version 1 is stored at ${accepted.length} nodes.`)
  const { item } = await reader.get(target, { salt })
  print(`The reader gets version ${item?.signed?.seq}: ${textOf(item?.value)}`)

  await author.put(version('sun', 2n), { cas: 1n })
  const publicKey = item?.signed?.publicKey ?? ''
  const { item: newer } = await reader.get({ publicKey, salt })
  print(`The reader gets version ${newer?.signed?.seq}: ${textOf(newer?.value)}`)

  const { refused, newest } = await author.put(version('fog', 1n))
  print(`Version 1 again is refused by ${refused.length} nodes: they have version ${newest}.`)
}

function textOf(hex = ''): string {
  return Buffer.from(hex, 'hex').toString()
}
