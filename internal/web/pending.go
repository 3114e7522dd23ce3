package web

type imported struct{}
type reports struct{}
