// Where the program starts.

export {}
