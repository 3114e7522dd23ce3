package hall

import "sync/atomic"

// Filling says how far a simulated year has come; pages show it.
type Filling struct {
	Done, Total int
	Day         string
	Ready       bool
}

var noFilling = Filling{Ready: true}

// SetFilling is told by the simulator's caller.
func (h *Hall) SetFilling(f Filling) { h.filling.Store(&f) }

// Filling tells how far the simulated year has come; Ready in any other town.
func (h *Hall) Filling() Filling {
	if f := h.filling.Load(); f != nil {
		return *f
	}
	return noFilling
}

type fillingPointer = atomic.Pointer[Filling]
