package report

// Text gives the text of a report as its lines are counted. Errors are those of Read.
func Text(name string, data []byte) (string, error) { return decode(name, data) }
