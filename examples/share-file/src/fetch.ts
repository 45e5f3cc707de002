// The other half of the story: find an identity, fetch what it stands for, verify it, keep it. A
// file appears under its name, and bytes appear on `out`, only after their SHA-256 was found to be
// right.

import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Id } from '@dht/id'
import { type Endpoint, formatEndpoint } from '@dht/krpc'
import { createNode, type DhtNode } from '@dht/node'
import prettyBytes from 'pretty-bytes'
import type { DownloadLimits } from './download.ts'
import { type Disappointment, downloadFromAny, type Fetched } from './download-from-any.ts'
import { ExitCode, Failure } from './failure.ts'
import type { Io } from './io.ts'
import { type NodePlace, nodeOptions } from './node-place.ts'
import { partFile, scratchFile } from './part-file.ts'
import { beginStep, type Step } from './progress.ts'

export interface FetchOptions extends NodePlace {
  readonly identity: Id
  /** The file it becomes; without one, its bytes go to `out`. */
  readonly out?: string
  readonly limits: DownloadLimits
  /** How long an unknown identity is looked for, ms: it may be announced meanwhile. */
  readonly patienceMs: number
}

/** Time between two lookups of an unknown identity, ms. */
const LOOK_AGAIN_MS = 500

/** @throws {Failure} `notFound` or `notVerified` */
export async function fetchIdentity(options: FetchOptions, io: Io): Promise<void> {
  const { out } = options
  if (out !== undefined) {
    await using part = await partFile(out)
    await fetchTo(part.path, options, io)
    await part.commit()
  } else {
    await using scratch = await scratchFile()
    await fetchTo(scratch.path, options, io)
    await pipeline(createReadStream(scratch.path), io.out, { end: false, signal: io.stop })
  }
}

async function fetchTo(path: string, options: FetchOptions, io: Io): Promise<void> {
  await using node = await createNode(nodeOptions(options, io))
  const step = beginStep('looking', io)
  try {
    const { from, bytes, durationMs } = await fetchFrom(node, { path, step, options }, io)
    const speed = `${prettyBytes(bytes)} in ${Math.round(durationMs)} ms`
    step.done(`${speed} from ${formatEndpoint(from)}, verified`)
  } catch (error) {
    step.drop()
    throw error
  }
}

async function fetchFrom(
  node: DhtNode,
  task: { readonly path: string; readonly step: Step; readonly options: FetchOptions },
  io: Io,
): Promise<Fetched> {
  const { path, step, options } = task
  const { identity, limits } = options
  const { contacts } = await node.joined({ signal: io.stop })
  const fetched = await downloadFromAny(findEndpoints(node, options, io.stop), {
    identity,
    path,
    limits,
    stop: io.stop,
    came: (bytes, of = bytes) => step.update(bytes / of, prettyBytes(bytes)),
    refused: (disappointment) => tellRefused(disappointment, io),
  })
  if (fetched.kind === 'fetched') return fetched
  if (fetched.tried > 0) {
    const tried = `${fetched.tried} endpoint${fetched.tried === 1 ? '' : 's'}`
    throw new Failure(`${tried} found, but none gave verified content`, ExitCode.notVerified)
  }
  const nobody = `no node answered at ${options.bootstrap.join(', ')}`
  const isAlone = contacts === 0 && node.info().counters.responsesReceived === 0
  throw new Failure(isAlone ? nobody : 'no node knows the identity', ExitCode.notFound)
}

/** Each endpoint as it is found; looks again for a while when there are none. */
async function* findEndpoints(
  node: DhtNode,
  { identity, patienceMs }: FetchOptions,
  stop: AbortSignal,
): AsyncGenerator<Endpoint, void, undefined> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    let found = false
    for await (const endpoint of node.lookup(identity, { signal: stop })) {
      found = true
      yield endpoint
    }
    if (found || performance.now() >= deadline) return
    await sleep(LOOK_AGAIN_MS, undefined, { signal: stop })
  }
}

function tellRefused({ from, reason }: Disappointment, { err, errColors }: Io): void {
  err.write(`${errColors.yellow('!')} ${formatEndpoint(from)} is passed over: ${reason}\n`)
}
