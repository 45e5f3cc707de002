// The core of a node.

export {}
