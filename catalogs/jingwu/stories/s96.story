story: 不批超出余额的支出，批的人不付 Nothing beyond what is left is approved; who approves does not pay
given:
  - {as: finance, on: 2023-01-09, open: budget_line, is: cars, with: {office: party_office, head: cars, year: 2023, purpose: 车辆运行, budget: 100000, last_budget: 120000}}
  - {as: finance, on: 2023-01-10, move: pass, of: cars, refused: true}
  - {as: mayor, on: 2023-01-10, move: pass, of: cars}
  - {as: handler, on: 2023-03-06, open: spending, is: fuel, with: {budget_line: "@cars", what: 燃油费, amount: 30000}}
  - {as: handler, on: 2023-03-06, open: spending, is: big, with: {budget_line: "@cars", what: 车辆大修, amount: 80000}}
when:
  - {as: finance, on: 2023-03-08, move: approve, of: fuel}
  - {as: finance, on: 2023-03-08, move: approve, of: big, refused: 超出预算余额}
  - {as: mayor, on: 2023-03-09, move: adjust, of: cars, with: {budget: 20000}, reason: 压减, refused: 低于已批准数}
  - {as: finance, on: 2023-03-10, move: pay, of: fuel, with: {amount: 29000, paid_on: 2023-03-10}, refused: true}
  - {as: cashier, on: 2023-03-10, move: pay, of: fuel, with: {amount: 31000, paid_on: 2023-03-10}, refused: 不得超过批准数}
  - {as: cashier, on: 2023-03-10, move: pay, of: fuel, with: {amount: 29000, paid_on: 2023-03-10}}
  - {as: deputy_mayor, on: 2023-03-13, move: refuse, of: big, reason: 列入下年}
then:
  - {of: cars, field: left, is: 71000.00}
  - {figure: three_spent, period: 2023-03, slice: head=cars, is: 29000}
  - {figure: three_rate, period: 2023, is: 29}
  - {figure: budget_cut, period: 2023, is: 20000}
---
story: 月报四十日，支出五个工作日审批，决算公开收尾 A month is returned in forty days, spending approved in five workdays; the account is published
given:
  - {as: finance, on: 2023-01-09, open: budget_line, is: talks, with: {office: party_office, head: meetings, year: 2023, purpose: 会议, budget: 20000}}
  - {as: mayor, on: 2023-01-10, move: pass, of: talks}
when:
  - {on: 2023-05-01, find: spending_month, is: may}
  - {as: handler, on: 2023-09-26, open: spending, is: slow, with: {budget_line: "@talks", what: 会议资料, amount: 600}}
  - {as: finance, on: 2023-09-27, move: close, of: talks}
  - {as: clerk, office: finance_office, on: 2023-09-27, move: report, of: may, with: {account: 支出进度正常}}
then:
  - {of: may, due: report, is: 2023-06-10}
  - {of: may, stage: reported}
  - {of: slow, due: approve, is: 2023-10-09}
  - {on: 2023-10-10, figure: spending_late, period: 2023, is: 1}
  - {figure: other_spent, period: 2023, is: 0}
