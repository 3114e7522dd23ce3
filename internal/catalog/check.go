package catalog

// inspect looks for what is well formed but cannot work or is not allowed.
func (l *loader) inspect() {}
