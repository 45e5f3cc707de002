// Decides whether a send error of the system is evidence against the destination. Most send errors
// have their cause on this machine: no route, no source address, no memory, a firewall, a closed
// socket.

/**
 * The error codes that are evidence against the endpoint:
 * - ECONNREFUSED: its host sent back "port unreachable". Windows reports this as ECONNRESET.
 * - EHOSTDOWN: no host on our own link has its address (BSD and macOS). A gateway that is silent
 *   gives EHOSTUNREACH instead, which says nothing about the endpoint.
 *
 * See send(2), ip(7) and udp(7) of Linux, send(2) of macOS, and WSASendTo of Windows.
 */
const ENDPOINT_FAULTS: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTDOWN'])

/** Whether a send error counts as a failure of the endpoint. Unknown codes do not count. */
export function isEndpointFault(code: string): boolean {
  return ENDPOINT_FAULTS.has(code)
}
