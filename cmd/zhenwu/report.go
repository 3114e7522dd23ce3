package main

type reportCmd struct{}

func (c *reportCmd) Run(s *session) error { return nil }
