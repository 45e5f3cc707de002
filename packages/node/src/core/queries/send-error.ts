// Tells whether a system error at sending is evidence about the destination. Nearly all of these
// errors are about this machine: no route, no source address, no memory, a firewall, a socket that
// is closed. Knows the names of system errors and nothing else.

/**
 * The errors that are evidence about the endpoint: it sent back "port unreachable" (Windows reports
 * that as a reset), or no host on our own link has its address (BSD and macOS; when the gateway is
 * silent they report EHOSTUNREACH). See send(2), ip(7) and udp(7) of Linux, send(2) of
 * macOS, and WSASendTo.
 */
const ABOUT_THE_ENDPOINT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTDOWN'])

/** Whether a send error counts as a failure of the endpoint. Unknown codes do not count. */
export function isEndpointFault(code: string): boolean {
  return ABOUT_THE_ENDPOINT.has(code)
}
