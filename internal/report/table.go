package report

func (r *reader) table(rows []block) {}
