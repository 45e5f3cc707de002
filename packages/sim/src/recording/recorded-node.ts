// A host as the header of a recording names it.

import { idToHex } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import type { RecordedNode } from '@dht/observatory/recording'
import { AdversaryProcess } from '../adversaries/adversary-process.ts'
import type { Host } from '../host/host.ts'

/** What runs on a host now. */
export function nodeOf(host: Host): RecordedNode {
  const { number, endpoint, core, process } = host
  const id = process instanceof AdversaryProcess ? process.contact.id : core?.id
  return {
    name: `host ${number}`,
    ...(id !== undefined && { id: idToHex(id) }),
    endpoint: formatEndpoint(endpoint),
    ...(process instanceof AdversaryProcess && { adversary: adversaryName(process) }),
    isRecorded: false,
  }
}

/** The class of an adversary is named as it is: `TokenThief` is `token-thief`. */
function adversaryName(process: AdversaryProcess): string {
  return process.constructor.name.replace(/(?<=.)[A-Z]/g, '-$&').toLowerCase()
}
