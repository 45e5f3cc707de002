// Addresses of attackers: how many, and in how many subnets. Hosts of the simulator have generated
// addresses that begin with 11 to 99, so these belong to nobody else.

import { type Endpoint, endpoint } from '@dht/krpc'

/** First octet of attackers over IPv4. */
const FIRST_OCTET = 130
const PORT = 6_881

/** How many addresses, and in how many subnets: each an IPv4 /24 or an IPv6 /64. */
export interface AddressPlan {
  /** Default 4. */
  readonly family?: 4 | 6
  readonly addresses: number
  /** At most `addresses`, which are spread over them evenly. */
  readonly subnets: number
  /** Number of the first subnet, where two attackers must not share one. Default 0. */
  readonly firstSubnet?: number
}

/**
 * One endpoint for each address of the plan, at most 254 in one IPv4 subnet and 65,000 in one of
 * IPv6.
 */
export function attackEndpoints(plan: AddressPlan, port: number = PORT): Endpoint[] {
  const { family = 4, addresses, subnets, firstSubnet = 0 } = plan
  return Array.from({ length: addresses }, (_, i) => {
    const subnet = firstSubnet + (i % subnets)
    const number = 1 + Math.floor(i / subnets)
    const [high, low] = [subnet >> 8, subnet & 255]
    if (family === 4) return endpoint(`${FIRST_OCTET + high}.${low}.7.${number}`, port)
    return endpoint(`2a0f:${subnet.toString(16)}:7:7::${number.toString(16)}`, port)
  })
}
