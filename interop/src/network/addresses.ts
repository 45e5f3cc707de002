// Addresses that look public to the clients. Each is in a subnet of its own, because clients limit
// how many nodes of one subnet they keep.

/** What a host reaches; everything else is unreachable. */
export const ROUTES = ['45.0.0.0/8', '2a01::/16']

/** @param which - 0..65535 */
export function ipv4Of(which: number): string {
  return `45.${which >> 8}.${which & 255}.7`
}

/** @param which - 0..65535 */
export function ipv6Of(which: number): string {
  return `2a01:${which.toString(16)}::7`
}

/** An endpoint as text: an IPv6 address in brackets. */
export function endpointText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
