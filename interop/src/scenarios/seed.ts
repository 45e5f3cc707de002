// A seed of libtorrent with one file.

import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { libtorrent } from '../clients/libtorrent.ts'
import type { TestNode } from '../clients/node-client.ts'
import { eventually } from '../eventually.ts'
import type { Lab } from '../lab.ts'
import { ipv4Of } from '../network/addresses.ts'

export const NAME = 'payload.bin'
/** Of the file, bytes. */
export const SIZE = 500_000
const ADDRESS = ipv4Of(100)
/** It serves every client at once, over TCP. */
const GENEROUS = {
  allow_multiple_connections_per_ip: true,
  enable_incoming_utp: false,
  enable_outgoing_utp: false,
  min_reconnect_time: 1,
  unchoke_interval: 1,
}

export interface Seed {
  readonly node: TestNode
  readonly content: Buffer
  readonly infohash: string
  /** The link to its file, without trackers. */
  readonly magnet: string
}

export async function startSeed(lab: Lab, bootstrap: readonly string[]): Promise<Seed> {
  const places = [{ addresses: [ADDRESS], bootstrap, settings: GENEROUS }]
  const [node] = (await lab.nodes(libtorrent, places)) as readonly [TestNode]
  const [content, folder] = [randomBytes(SIZE), await lab.folder()]
  await writeFile(join(folder, NAME), content)
  const infohash = await node.ask<string>('seed', { folder, name: NAME })
  return { node, content, infohash, magnet: `magnet:?xt=urn:btih:${infohash}` }
}

/** Waits until the seed, which announces itself in its own time, is found. */
export async function expectFound({ node, infohash }: Seed, reader: TestNode): Promise<void> {
  await eventually(
    'what is found of the seed',
    () => reader.find(infohash),
    (found) => found.includes(node.endpoints[0] as string),
  )
}
