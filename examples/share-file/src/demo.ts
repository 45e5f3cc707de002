// The whole story in one process: a network of full nodes on this machine, a node that serves a
// file and enters its identity, and a newcomer that knows one contact, finds the file by its
// identity, fetches it and verifies every byte.

import { fileURLToPath } from 'node:url'
import type { DhtNode, LookupResult, RoundReport } from '@dht/node'
import prettyBytes from 'pretty-bytes'
import { DOWNLOAD_DEFAULTS } from './download.ts'
import { downloadFromAny, type Fetched } from './download-from-any.ts'
import { ExitCode, Failure } from './failure.ts'
import { serveFile } from './file-server.ts'
import type { Io } from './io.ts'
import {
  type LocalNetwork,
  localNode,
  loopbackAddresses,
  startLocalNetwork,
} from './local-network.ts'
import { scratchFile } from './part-file.ts'
import { plural } from './plural.ts'
import { asStep } from './progress.ts'
import { readSharedFile, type SharedFile } from './shared-file.ts'
import { shortId } from './short-id.ts'
import { summarize } from './summary.ts'
import { unlessStopped } from './unless-stopped.ts'

export interface DemoOptions {
  /** The file to share. Default: one that every copy of the repository has. */
  readonly path: string | undefined
  /** Full nodes beside the publisher and the newcomer. */
  readonly nodes: number
}

const DEFAULT_PATH = fileURLToPath(new URL('../../../LICENSE', import.meta.url))

export async function demo(
  { path = DEFAULT_PATH, nodes: size }: DemoOptions,
  io: Io,
): Promise<void> {
  const file = await readWithProgress(path, io)
  await using network = await startWithProgress(size, io)
  await using publisher = await newcomer(network, io)
  await using server = await serveFile(file, { addresses: loopbackAddresses(), port: 0 })
  const report = await publish(publisher, { file, port: server.port }, io)

  await using reader = await newcomer(network, io)
  const found = await lookUp(reader, file, io)
  const fetched = await fetchFile(found, file, io)
  const nodes = [...network.nodes, publisher, reader]
  const text = summarize({ file, nodes, publisher, reader, report, found, fetched }, io.outColors)
  io.out.write(text)
}

/** Reads a file for its identity. */
export function readWithProgress(path: string, io: Io): Promise<SharedFile> {
  return asStep('reading the file', io, {
    work: (step) => {
      const read = (bytes: number, of: number): void => {
        step.update(bytes / of, `${Math.floor((100 * bytes) / of)} %`)
      }
      return readSharedFile(path, { read, stop: io.stop })
    },
    summary: ({ name, identity }) => `${name} has the identity ${shortId(identity)}…`,
  })
}

function startWithProgress(size: number, io: Io): Promise<LocalNetwork> {
  return asStep('growing a network', io, {
    work: (step) => {
      const joined = (count: number): void => step.update(count / size, `${count} of ${size} nodes`)
      return startLocalNetwork(size, { joined, stop: io.stop })
    },
    summary: ({ nodes }) => {
      const families = new Set(nodes.flatMap((node) => node.endpoints.map((e) => e.family)))
      const names = [...families].map((family) => `IPv${family}`).join(' and ')
      return `${nodes.length} nodes have joined, over ${names} on loopback`
    },
  })
}

/** A node that is told one contact of the network and nothing else. */
async function newcomer({ bootstrap }: LocalNetwork, { stop }: Io): Promise<DhtNode> {
  const node = await localNode({ addresses: loopbackAddresses(), bootstrap: [bootstrap] })
  try {
    await node.joined({ signal: stop })
    return node
  } catch (error) {
    await node.close()
    throw error
  }
}

function publish(
  publisher: DhtNode,
  { file, port }: { readonly file: SharedFile; readonly port: number },
  io: Io,
): Promise<RoundReport> {
  return asStep('entering the identity', io, {
    work: async () => {
      const report = await unlessStopped(publisher.enter(file.identity, port), io.stop)
      if (report.accepted.length > 0) return report
      throw new Failure('no node accepted the announcement')
    },
    summary: ({ accepted }) => `entered: ${plural(accepted.length, 'announce')} accepted`,
  })
}

function lookUp(reader: DhtNode, { identity }: SharedFile, io: Io): Promise<LookupResult> {
  return asStep('a newcomer looks the identity up', io, {
    work: async () => {
      const found = await reader.lookup(identity, { signal: io.stop })
      if (found.endpoints.length > 0) return found
      throw new Failure('no node knows the identity', ExitCode.notFound)
    },
    summary: ({ endpoints, holders }) =>
      `found: ${plural(endpoints.length, 'endpoint')}, told by ${plural(holders.length, 'holder')}`,
  })
}

/** Fetches from one endpoint after the other until one keeps its word. */
function fetchFile(found: LookupResult, file: SharedFile, io: Io): Promise<Fetched> {
  return asStep('fetching', io, {
    work: async (step) => {
      await using scratch = await scratchFile()
      const fetched = await downloadFromAny(found.endpoints, {
        identity: file.identity,
        path: scratch.path,
        limits: DOWNLOAD_DEFAULTS,
        stop: io.stop,
        came: (bytes, of = file.size) => step.update(bytes / of, prettyBytes(bytes)),
      })
      if (fetched.kind === 'fetched') return fetched
      throw new Failure('no endpoint gave the bytes of the identity', ExitCode.notVerified)
    },
    summary: ({ bytes }) => `fetched ${prettyBytes(bytes)}; their SHA-256 is the identity`,
  })
}
