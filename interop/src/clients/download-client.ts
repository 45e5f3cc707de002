// A client that downloads what a magnet link names.

import type { Lab } from '../lab.ts'
import type { Host } from '../network/network.ts'
import type { Program } from '../process/program.ts'
import type { Requirement } from '../scenario.ts'

export interface Download {
  /** Where the client runs; it has one address, of IPv4. */
  readonly host: Host
  /** The link, without trackers. */
  readonly magnet: string
  /** The addresses of our DHT nodes; no others are known. */
  readonly nodes: readonly string[]
  /** Where the client keeps what it wants. */
  readonly home: string
  /** Where the files of the torrent go. */
  readonly target: string
}

export interface DownloadClient extends Requirement {
  /** Whether it announces itself but can't use the peers that the DHT returns. */
  readonly hasToBeFound: boolean
  /** Starts the download. The caller watches the target folder. */
  start(lab: Lab, download: Download): Promise<Program>
}
