// WebRTC needs a native addon that npm does not carry. Peers of the DHT are reached over TCP.
export const RTCPeerConnection = undefined
export const RTCSessionDescription = undefined
export const RTCIceCandidate = undefined
