// The entry point of the package.

export {}
