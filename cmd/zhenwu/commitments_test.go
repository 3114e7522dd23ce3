//go:build whole

package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// readPromises hands in a report: some of what it promises stands in the register, the rest is proposed.
func readPromises(b *tab) {
	b.t.Helper()
	b.submit(`form[action="/commitments/read"]`, map[string]string{"text": promising})
	if n := eval[int](b, `document.querySelectorAll('.pcard.open').length`); n < 5 {
		b.t.Errorf("%d clauses are proposed", n)
	}
}

// promising is a report with a plan.
const promising = `# 2023年政府工作报告

## 一、2023年工作回顾

全年走访居民5万余户，喂养石狮子12只。

## 二、2024年工作安排

### （一）做强产业

**抓好项目建设。**建立健全项目五张清单，6月底前新开工项目3个。预计新增达限纳统企业15家。优化招商引资环境。

### （二）改善民生

**办好实事。**上半年改造村居公厕8座，修缮老旧小区屋面2万平方米，增设养老助餐点。坚持人民至上，凝聚奋进力量。扩大公益性岗位。扩大公益性岗位。

### （三）守牢安全

开展燃气安全排查，完善防汛物资储备。税收收入增长8%。
`

// The screen on which a report becomes commitments answers a form, so no link leads there: axe looks at it here, and a report is confirmed.
func TestBrowser_a_report_becomes_commitments(t *testing.T) {
	base, _ := served(t)
	b := chromium(t, base)
	b.do(chromedp.Navigate(base + "/signin"))
	b.as("supervisor")
	b.open("/commitments/read")
	readPromises(b)
	b.looked("the screen")
	open := eval[int](b, `document.querySelectorAll('.pcard.open input[value=take]:checked').length`)
	b.submit(`form.promises`, map[string]string{})
	left := eval[int](b, `document.querySelectorAll('.pcard.open input[value=take]').length`)
	if open == 0 || left != 0 {
		t.Errorf("%d clauses were to be taken, %d are left", open, left)
	}
	b.looked("afterwards")
	for _, path := range []string{"/commitments", "/commitments/table"} {
		b.axe(path)
	}
	b.quiet()
}
