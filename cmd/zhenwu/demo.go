package main

type demoCmd struct{}

func (c *demoCmd) Run(s *session) error { return nil }
