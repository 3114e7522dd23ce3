// Package quantity reads and writes the number phrases of Chinese government prose: 36万余户, 近2万件, 百余个,
// 3.4亿元, 百分之八点七, 提高2个百分点. It owns numbers, their scales (万, 亿), their units and the rounding words
// (余, 超, 近, 约); it does not know what a number is about, that is the task of package report.
//
// Invariant: everything is exact. A Number is an integer times a power of ten, comparisons are made with rationals,
// and no floating-point number is used anywhere.
package quantity
