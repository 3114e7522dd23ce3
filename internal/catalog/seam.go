package catalog

import "zhenwu/internal/formula"

func newEnv(names []formula.Name) (*formula.Env, error) { return new(formula.Env), nil }

func compile(src string, env *formula.Env, want formula.Kind) (p *formula.Program, msg string, offset int) {
	return new(formula.Program), "", 0
}
