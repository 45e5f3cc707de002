// Networks with a pace that is never reached: for models of a core without a pacer. The pacer has a
// model of its own.

import { dht256, mainline, type Network } from '@dht/krpc'

const pace = Object.freeze({ perSecond: 1_000_000, burst: 1_000_000 })

export function unpaced(network: Network): Network {
  return Object.freeze({ ...network, pace })
}

/** A network in which ids stay: the change of an id has a model of its own. */
function withFixedIds(network: Network): Network {
  return Object.freeze({ ...network, secureIds: undefined })
}

export const UNPACED: readonly [Network, Network] = [
  unpaced(dht256),
  withFixedIds(unpaced(mainline)),
]
