// Package towntest gives tests a small town: a catalog with every construct
// that records and figures rest on, and a town in memory that carries out
// commands as the hall does, without a database. It is imported by tests alone.
package towntest

import (
	"testing"
	"testing/fstest"

	"zhenwu/internal/catalog"
)

// Declarations is the small catalog.
const Declarations = `
system: S83
zh: 小镇
en: A small town

types:
  firm:
    zh: 企业
    en: Firm
    title: name
    place: place
    key: [code]
    unique: {by: [code]}
    valid: {from: since, until: ended}
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      code: {zh: 代码, en: Code, type: text, max: 20, required: true}
      name: {zh: 名称, en: Name, type: text, max: 40, required: true}
      place: {zh: 地点, en: Place, type: place, of: [village], required: true}
      grade: {zh: 等级, en: Grade, type: choice, of: {a: 甲, b: 乙, c: 丙}, tracked: true, index: true}
      since: {zh: 起, en: Since, type: date, required: true}
      ended: {zh: 止, en: Ended, type: date}
      paid: {zh: 已缴, en: Paid, type: money, rollup: {sum: fine.amount, via: firm, of: "stage == 'paid'"}}
      budget: {zh: 限额, en: Budget, type: money}
      left: {zh: 余额, en: Left, type: money, computed: "budget - paid"}

  order:
    zh: 工单
    en: Order
    number: "RX{year}{seq:5}"
    title: title
    place: site
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      title: {zh: 标题, en: Title, type: text, max: 40, required: true, search: true}
      phone: {zh: 电话, en: Phone, type: phone}
      firm: {zh: 企业, en: Firm, type: ref, of: firm}
      site: {zh: 地点, en: Site, type: place, copy: firm.place}
      firm_name: {zh: 企业名称, en: Firm name, type: text, copy: firm.name, follow: true}
      kind: {zh: 类别, en: Kind, type: choice, of: {road: 道路, noise: 噪声}, required: true}
      urgent: {zh: 紧急, en: Urgent, type: bool}
      offices: {zh: 协办科室, en: Offices, type: offices}
      parts_open: {zh: 未办完协办, en: Parts open, type: integer, rollup: {count: part, via: order, of: "!done"}}
      people: {zh: 人员, en: People, type: lines, columns: {what: {zh: 事项, en: What, type: text}, owed: {zh: 欠, en: Owed, type: money}, rest: {zh: 余, en: Rest, type: money, computed: "row.owed - fee"}}}
      owed: {zh: 欠款, en: Owed, type: money, computed: "people.sum(p, p.owed)"}
      fee: {zh: 费用, en: Fee, type: money}
      signed_on: {zh: 签收日, en: Signed on, type: date}
      answer: {zh: 答复, en: Answer, type: longtext}
      ruled: {zh: 已裁定, en: Ruled, type: bool}
      grant: {zh: 补助, en: Grant, type: money}
      refusals: {zh: 退单次数, en: Refusals, type: integer, computed: "times.refuse"}
    checks:
      - {that: "!filled(fee) || fee >= 0.00", else: {zh: 费用不能为负, en: A fee cannot be negative}}
      - {that: "grant == before.grant || actor.office == 'desk'", else: {zh: 补助由受理台填写, en: The desk states the grant}}
    stages:
      received: {zh: 接办, en: Received}
      handling: {zh: 处理, en: Handling}
      disputed: {zh: 裁定, en: Disputed}
      review: {zh: 审核, en: Review}
      closed: {zh: 办结, en: Closed, done: true}
      dropped: {zh: 无效, en: Dropped, void: true}
    clocks:
      sign: {zh: 签收, en: Sign-in, while: [received], limit: 1 workday, source: 测试}
      handle: {zh: 办理, en: Handling, while: [handling, review], pause: [disputed], limit: [{when: urgent, rule: urgent}, {rule: ordinary}], extend: {move: extend, most: 10 workdays, times: 1}, warn: [1 workday]}
    moves:
      assign: {zh: 派单, en: Assign, from: received, to: handling, by: [clerk], needs: [offices], opens: [{type: part, each: offices, as: o, with: {order: record, office: o}}]}
      take: {zh: 自办, en: Take, from: received, to: handling, by: [clerk, handler], day: signed_on}
      refuse: {zh: 退单, en: Refuse, from: handling, to: disputed, by: [handler], needs: [reason], must: [{that: "!ruled && times.refuse < 2", else: {zh: 裁定后不得再退, en: Not after a ruling}}]}
      rule: {zh: 裁定, en: Rule, from: disputed, to: handling, by: [chief], sets: {ruled: "true"}}
      answer: {zh: 答复, en: Answer, from: handling, to: review, by: [handler], needs: [answer], asks: [fee], must: [{that: "parts_open == 0", else: {zh: 还有协办未办完, en: Parts are open}}]}
      redo: {zh: 退回, en: Redo, from: [review, closed], to: handling, by: [chief], needs: [reason]}
      close: {zh: 办结, en: Close, from: review, to: closed, by: [chief], not_by: answer}
      extend: {zh: 延期, en: Extend, from: handling, to: same, by: [chief], needs: [reason, days]}
      drop: {zh: 无效, en: Drop, from: [received, handling], to: dropped, by: [chief], needs: [reason], moves: [{each: part.order, where: "!done", move: lapse}]}
      expire: {zh: 到期, en: Expire, from: received, to: handling, by: [clock.sign]}

  part:
    zh: 协办
    en: Part
    opens_by: [system]
    corrects_by: [chief]
    fields:
      order: {zh: 工单, en: Order, type: ref, of: order, required: true}
      office: {zh: 科室, en: Office, type: office, required: true}
    stages:
      open: {zh: 办理, en: Open}
      finished: {zh: 办完, en: Finished, done: true}
      lapsed: {zh: 失效, en: Lapsed, void: true}
    clocks:
      part: {zh: 协办, en: Part, while: [open], limit: 3 days, source: 测试}
    moves:
      finish: {zh: 办完, en: Finish, from: open, to: finished, by: [handler]}
      lapse: {zh: 失效, en: Lapse, from: open, to: lapsed, by: [system]}

  fine:
    zh: 罚款
    en: Fine
    place: site
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      firm: {zh: 企业, en: Firm, type: ref, of: firm, required: true}
      site: {zh: 地点, en: Site, type: place, copy: firm.place}
      amount: {zh: 金额, en: Amount, type: money, required: true, min: 0}
      due: {zh: 期限, en: Due, type: date, required: true}
    stages:
      due: {zh: 待缴, en: Due}
      paid: {zh: 已缴, en: Paid, done: true}
    clocks:
      pay: {zh: 缴款, en: Payment, until: due, source: "罚款通知书 the notice of the fine", while: [due]}
    moves:
      pay: {zh: 缴款, en: Pay, from: due, to: paid, by: [clerk], needs: [amount], must: [{that: "!filled(firm.left) || amount <= firm.left", else: {zh: 超过限额, en: Above the budget}}]}

  patrol:
    zh: 巡查
    en: Patrol
    place: site
    opens_by: [handler, system]
    corrects_by: [chief]
    fields:
      site: {zh: 地点, en: Site, type: place, of: [village], required: true}
    stages:
      planned: {zh: 应巡, en: Planned}
      walked: {zh: 已巡, en: Walked, done: true}
      excused: {zh: 免巡, en: Excused, void: true}
    clocks:
      walk: {zh: 巡查, en: Patrol, until: plan.due, while: [planned]}
    moves:
      walk: {zh: 巡查, en: Walk, from: planned, to: walked, by: [handler]}
      excuse: {zh: 免巡, en: Excuse, from: planned, to: excused, by: [chief], needs: [reason]}

plans:
  monthly: {zh: 每月巡查, en: Monthly patrol, every: month, each: {s: place.village}, opens: patrol, with: {site: s}, due: end, takes: true}

figures:
  orders_in: {zh: 受理工单, en: Orders received, unit: 件, count: order, at: opened, by: [kind]}
  orders_done: {zh: 办结工单, en: Orders closed, unit: 件, count: order, of: "stage == 'closed'", at: entered.closed, by: [kind, made.answer.office, [kind, urgent]]}
  orders_in_time: {zh: 按期办结, en: Closed in time, unit: 件, within: orders_done, of: "!late.handle"}
  orders_rate: {zh: 按期办结率, en: In-time rate, unit: "%", ratio: [orders_in_time, orders_done]}
  orders_open: {zh: 在办工单, en: Orders open, unit: 件, count: order, while: "!done", by: [stage]}
  orders_overdue: {zh: 超期工单, en: Orders overdue, unit: 件, better: down, count: order, while: overdue.handle}
  refused: {zh: 退单, en: Refusals, unit: 次, times: order.refuse, by: [made.refuse.office]}
  firms_served: {zh: 服务企业, en: Firms served, unit: 家, distinct: order.firm, at: opened, by: [kind]}
  firms_live: {zh: 有效企业, en: Firms, unit: 家, count: firm, while: valid, by: [grade]}
  fines: {zh: 罚款收入, en: Fines, unit: 元, sum: fine.amount, at: entered.paid}
  fines_due: {zh: 欠缴罚款, en: Fines owed, unit: 元, sum: fine.amount, while: overdue.pay}
  fine_mean: {zh: 平均罚款, en: Mean fine, unit: 元, ratio: [fines, fines_paid]}
  fines_paid: {zh: 已缴罚款, en: Fines paid, unit: 件, count: fine, at: entered.paid}
  fines_least: {zh: 各村罚款最低, en: Least fines of a village, unit: 元, least: fines, over: village}
  patrols_missed: {zh: 漏巡, en: Patrols missed, unit: 次, count: patrol, at: missed.plan}
  patrols_all: {zh: 应巡, en: Patrols planned, unit: 次, count: patrol, at: plan.due}
  no_overdue: {zh: 月月无超期, en: Never overdue, unit: 项, all: orders_overdue, over: month, is: "== 0"}
  quiet_years: {zh: 连续无退单年数, en: Years without refusals, unit: 年, streak: refused, over: year, is: "== 0"}
  work: {zh: 工作量, en: Work, unit: 件, formula: "orders_done + 2 * refused"}
`

const townFile = `
town: {code: "110000000", zh: 小镇, en: Small Town, zone: Asia/Shanghai}
kinds:
  town: {zh: 镇, en: Town}
  village: {zh: 村, en: Village, under: [town]}
hours: ["08:30-12:00", "13:30-17:30"]
offices:
  desk: {zh: 热线办, en: Desk}
  works: {zh: 城建办, en: Works}
  law: {zh: 执法队, en: Law}
roles:
  clerk: {zh: 受理员, en: Clerk, office: desk, scope: town}
  handler: {zh: 承办人, en: Handler, office: works, scope: town}
  chief: {zh: 负责人, en: Chief, office: desk, scope: town}
  viewer: {zh: 查看, en: Viewer, office: desk, scope: town}
  mayor: {zh: 镇长, en: Mayor, office: desk, scope: town}
  auditor: {zh: 审计, en: Auditor, office: desk, scope: town}
`

const ruleFile = `
urgent:
  zh: 紧急工单
  en: Urgent orders
  rows: [{from: 2020-01-01, limit: 1 workday, source: 测试规则}]
ordinary:
  zh: 一般工单
  en: Ordinary orders
  rows: [{from: 2020-01-01, to: 2023-06-30, limit: 5 workdays, source: 测试规则}, {from: 2023-07-01, limit: 7 workdays, source: 新规则}]
`

const placeFile = `code,kind,parent,zh,en,aliases,note
110000000,town,,小镇,Small Town,,
110000000201,village,110000000,东村,East Village,,
110000000202,village,110000000,西村,West Village,,
110000000203,village,110000000,南村,South Village,,
`

// Villages are the places of the small town below the town itself.
var Villages = []string{"110000000201", "110000000202", "110000000203"}

// Files are the files of the small catalog, with a set of declarations.
func Files(declarations string) fstest.MapFS {
	return fstest.MapFS{
		"town.yaml":        {Data: []byte(townFile)},
		"rules.yaml":       {Data: []byte(ruleFile)},
		"places.csv":       {Data: []byte(placeFile)},
		"systems/s83.yaml": {Data: []byte(declarations)},
	}
}

// Load loads the small catalog, or another set of declarations in its place.
func Load(tb testing.TB, declarations string) *catalog.Catalog {
	tb.Helper()
	cat, faults := catalog.Load(Files(declarations))
	if catalog.Broken(faults) {
		for _, f := range faults {
			if !f.Warning {
				tb.Log(f)
			}
		}
		tb.Fatal("the small catalog has faults")
	}
	return cat
}
