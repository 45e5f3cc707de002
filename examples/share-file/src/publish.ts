// Serves a file over HTTP and announces it under its identity, until it is stopped. Messages for
// people go to `err`; `out` gets one JSON object per line for programs.

import { idToHex } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import { type Announcement, createNode } from '@dht/node'
import prettyBytes from 'pretty-bytes'
import { readWithProgress } from './demo.ts'
import { serveFile } from './file-server.ts'
import type { Io } from './io.ts'
import { type NodePlace, nodeOptions } from './node-place.ts'
import { plural } from './plural.ts'
import { unlessStopped } from './unless-stopped.ts'

export interface PublishOptions extends NodePlace {
  readonly path: string
  /** Where to serve; default: the node's own addresses, on a port that the system chooses. */
  readonly listen?: { readonly address: string; readonly port: number }
}

/** Resolves when the user has stopped it and everything is closed. */
export async function publish(options: PublishOptions, io: Io): Promise<void> {
  const file = await readWithProgress(options.path, io)
  await using node = await createNode(nodeOptions(options, io))
  const place = options.listen
  await using server = await serveFile(file, {
    addresses: place === undefined ? node.endpoints.map((e) => e.address) : [place.address],
    port: place?.port ?? 0,
  })
  const identity = idToHex(file.identity)
  const udp = node.endpoints.map(formatEndpoint)
  const http = server.endpoints.map(formatEndpoint)
  writeJson(io, { event: 'serving', identity, size: file.size, id: node.id, udp, http })
  io.err.write(`  ${file.name}, ${prettyBytes(file.size)}, identity ${identity}\n`)
  io.err.write(`  served at ${http.join(' and ')}; this node is ${udp.join(' and ')}\n`)
  io.err.write('  Ctrl-C ends it\n')

  void reportRounds(node.enter(identity, server.port), io)
  await unlessStopped(new Promise<never>(() => {}), io.stop).catch(() => {})
  io.err.write('  stopping\n')
}

/** Reports each round: at once, then every half-hour, sooner when too few nodes accepted. */
async function reportRounds(announcement: Announcement, io: Io): Promise<void> {
  for await (const { accepted, refused, unreachable, complete } of announcement) {
    const counts = {
      accepted: accepted.length,
      refused: refused.length,
      unreachable: unreachable.length,
    }
    writeJson(io, { event: 'published', ...counts, complete })
    const told = `${plural(counts.accepted, 'node stores', 'nodes store')} the announcement`
    io.err.write(complete ? `✔ ${told}\n` : `  ${told}; more will be tried soon\n`)
  }
}

function writeJson({ out }: Io, value: object): void {
  out.write(`${JSON.stringify(value)}\n`)
}
