// What a send error says about the endpoint that the datagram was meant for. Nearly all of them are
// about this machine: no route, no source address, no memory, a firewall, a socket that is closed.
// Knows system error names and nothing else.

/**
 * The errors that tell of the endpoint: a "port unreachable" came back from it (Windows reports
 * that as a reset), or nobody on our own link has its address (BSD and macOS; when it is the
 * gateway that is silent they say EHOSTUNREACH). See send(2), ip(7) and udp(7) of Linux, send(2) of
 * macOS, and WSASendTo.
 */
const ABOUT_THE_ENDPOINT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTDOWN'])

/** Whether a send error counts as a failure of the endpoint. Unknown codes do not. */
export function isEndpointFault(code: string): boolean {
  return ABOUT_THE_ENDPOINT.has(code)
}
